using OpenSre.Core;
using OpenSre.Fleet;
using OpenSre.Terminal;

namespace OpenSre.Cli;

/// <summary>
/// <c>opensre agents …</c>: the AI agents on this machine. The same commands serve the session, which brings its own
/// face.
/// </summary>
internal static class AgentsCommand
{
    private static readonly Dictionary<string, Func<IReadOnlyList<string>, AgentsFace, CancellationToken, Task<int>>> Commands = new(StringComparer.Ordinal)
    {
        ["list"] = ListCommand.RunAsync,
        ["show"] = ShowCommand.RunAsync,
        ["investigate"] = InvestigateAgentCommand.RunAsync,
        ["scan"] = ScanCommand.RunAsync,
        ["trace"] = TraceCommand.RunAsync,
        ["bus"] = BusCommand.RunAsync,
        ["publish"] = PublishCommand.RunAsync,
        ["broker"] = BrokerCommand.RunAsync,
        ["budget"] = BudgetCommand.RunAsync,
        ["conflicts"] = ConflictsCommand.RunAsync,
        ["claim"] = ClaimCommand.ClaimAsync,
        ["release"] = ClaimCommand.ReleaseAsync,
        ["register"] = RegisterCommand.RegisterAsync,
        ["forget"] = RegisterCommand.ForgetAsync,
        ["wait"] = RegisterCommand.WaitAsync,
        ["graph"] = RegisterCommand.GraphAsync,
        ["kill"] = ControlCommand.KillAsync,
        ["pause"] = ControlCommand.PauseAsync,
        ["resume"] = ControlCommand.ResumeAsync,
    };

    public static async Task<int> RunAsync(IReadOnlyList<string> words, TextWriter output, TextWriter errors, CancellationToken cancellation)
    {
        var face = new AgentsFace(output, InteractiveSession.OutputLook, FleetHome.From(Environment.GetEnvironmentVariable), TimeProvider.System, AskAsync);
        try
        {
            return await RunAsync(words, face, cancellation).ConfigureAwait(false);
        }
        catch (AgentsUsageException e)
        {
            output.Flush();
            errors.Write($"opensre: {e.Message}\n");
            return ExitCodes.Unusable;
        }

        async Task<bool> AskAsync(string question, CancellationToken stop)
        {
            if (!InteractiveSession.IsPossible)
            {
                errors.Write("opensre: nobody can be asked here; add --yes to do it without a question.\n");
                return false;
            }

            output.Write($"{question} [Y/n] ");
            output.Flush();
            var answer = await Task.Run(Console.ReadLine, stop).WaitAsync(stop).ConfigureAwait(false);
            return answer?.Trim().ToLowerInvariant() is "" or "y" or "yes";
        }
    }

    /// <summary>Runs one command for any face.</summary>
    /// <exception cref="AgentsUsageException">The words make no command; the message says what would.</exception>
    public static async Task<int> RunAsync(IReadOnlyList<string> words, AgentsFace face, CancellationToken cancellation)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new AgentsUsageException("agents are looked at through Unix sockets and process tables; Windows is not supported.");
        }

        if (words.Count == 0 && face.WatchAsync is not null)
        {
            words = ["list", "--watch"];
        }

        var name = words.Count == 0 || words[0].StartsWith('-') && words[0] is not "-h" and not "--help" ? "list" : words[0];
        if (name is "help" or "-h" or "--help")
        {
            face.Output.Write(AgentsHelp.Text);
            return ExitCodes.Done;
        }

        if (!Commands.TryGetValue(name, out var command))
        {
            throw new AgentsUsageException($"unknown subcommand: {SafeText.Line(name, 40)}  (try {string.Join(", ", Commands.Keys)})");
        }

        try
        {
            return await command([.. words.Skip(words.Count > 0 && words[0] == name ? 1 : 0)], face, cancellation).ConfigureAwait(false);
        }
        catch (IOException e) when (e is not ReaderGoneException)
        {
            throw new AgentsUsageException(e.Message, e);
        }
    }
}
