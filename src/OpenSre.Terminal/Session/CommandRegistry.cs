using System.Text.RegularExpressions;

namespace OpenSre.Terminal;

/// <summary>The commands of a session, found by name, alias or near miss.</summary>
internal sealed partial class CommandRegistry(IReadOnlyList<ISessionCommand> commands)
{
    /// <summary>Every command there is. A new one is a class in <c>Session/Commands</c> and a line here.</summary>
    private static readonly ISessionCommand[] Own =
    [
        new HelpCommand(),
        new InvestigateCommand(),
        new CorrectCommand(),
        new BackgroundCommand(),
        new StatusCommand(),
        new TasksCommand(),
        new CancelCommand(),
        new LastCommand(),
        new EvidenceCommand(),
        new WhyCommand(),
        new HypothesesCommand(),
        new TimelineCommand(),
        new ContextCommand(),
        new WatchCommand(),
        new AlertsCommand(),
        new TrustCommand(),
        new AuditCommand(),
        new CostCommand(),
        new ResumeCommand(),
        new SessionsCommand(),
        new NewCommand(),
        new SaveCommand(),
        new CompactCommand(),
        new RecordCommand(),
        new ReplayCommand(),
        new FeedbackCommand(),
        new HistoryCommand(),
        new VerboseCommand(),
        new ThemeCommand(),
        new ClearCommand(),
        new RedrawCommand(),
        new ExitCommand(),
        new DemoCommand(),
    ];

    public static CommandRegistry Default { get; } = new(Own);

    /// <summary>The session's own commands and those of the program around it.</summary>
    public static CommandRegistry With(IReadOnlyList<SessionProgram> programs) =>
        programs.Count == 0 ? Default : new([.. Own.TakeWhile(c => c is not ExitCommand), .. programs.Select(p => new ProgramCommand(p)), .. Own.SkipWhile(c => c is not ExitCommand)]);

    public IEnumerable<CommandInfo> Shown => commands.Select(c => c.Info).Where(i => !i.IsHidden);

    public ISessionCommand? Find(string name) =>
        commands.FirstOrDefault(c => c.Info.Name.Equals(name, StringComparison.OrdinalIgnoreCase) || c.Info.Aliases.Contains(name, StringComparer.OrdinalIgnoreCase));

    /// <summary>Reads an input as a command. Null when it is none: "/srv is full" is a sentence about a folder.</summary>
    public CommandCall? Read(string input)
    {
        if (Shape().Match(input) is not { Success: true } match)
        {
            return null;
        }

        var name = match.Groups["name"].Value.ToLowerInvariant();
        var argument = match.Groups["argument"].Value.Trim();
        if (Find(name) is { } command)
        {
            return new CommandCall(command, argument, "");
        }

        var nearest = Nearest(name);
        return argument.Length == 0 || IsSlip(name, nearest) ? new CommandCall(null, argument, nearest) : null;
    }

    /// <summary>So close to a command that a finger slipped.</summary>
    public static bool IsSlip(string typed, string nearest) => Distance(nearest, typed.ToLowerInvariant()) <= (typed.Length > 5 ? 2 : 1);

    public string Nearest(string name) => Shown.SelectMany(i => i.Aliases.Prepend(i.Name)).MinBy(n => Distance(n, name))!;

    /// <summary>Levenshtein's edit distance.</summary>
    public static int Distance(string a, string b)
    {
        var row = new int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++)
        {
            row[j] = j;
        }

        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[^1];
    }

    [GeneratedRegex(@"^(?<name>/[A-Za-z?]+)(?<argument>\s.*)?$", RegexOptions.Singleline)]
    private static partial Regex Shape();
}

/// <summary>A command as it was typed.</summary>
/// <param name="Command">Null when there is none of that name.</param>
/// <param name="Nearest">The name that was probably meant, then.</param>
internal sealed record CommandCall(ISessionCommand? Command, string Argument, string Nearest);
