using OpenSre.Core;

namespace OpenSre.Diagnostics;

/// <summary>
/// What tools of other programs say: errors in whatever they brought, and the states they give to things. It names no cause; on
/// a host the signature library reads the same lines for that.
/// </summary>
public sealed class OutsideTextCheck : ICheck
{
    /// <summary>The one that all kinds of systems share.</summary>
    public static OutsideTextCheck Shared { get; } = new();

    /// <summary>How sure one can be of a text whose format and origin are only guessed.</summary>
    public const double Trust = 0.6;

    private const int Several = 3;
    private const int Fresh = 120;
    private const int MostStates = 6;
    private const int MostGroups = 3;

    public CheckInfo Info { get; } = new(
        "outside.text",
        ["mcp.*"],
        $"Errors and states in the answers of tools of other programs, whatever their format. Three or more errors within {Fresh} s, or a state of trouble, of something the alert names: it is not well. Counts {Trust:0.0} of what the machine's own logs would; a state that is well is told, and weighs nothing.",
        [],
        "nothing: what is looked at here weighs more by itself");

    public void Examine(CheckContext context)
    {
        foreach (var output in context.OutsideOutputs)
        {
            var lines = context.OutsideLines(output);
            States(context, output, lines);
            Errors(context, output, lines);
        }
    }

    private static void States(CheckContext context, StoredOutput output, IReadOnlyList<OutsideLine> lines)
    {
        var told = 0;
        foreach (var line in lines.Where(l => l.State != OutsideState.None))
        {
            if (OutsideSources.Of(context, output, line) is not { } entity || !context.Reading.Names(entity.Name) || ++told > MostStates)
            {
                continue;
            }

            var ago = Ago(context, line);
            var isNow = ago is null or <= Fresh;
            IReadOnlyList<Bearing> bearings = line.State == OutsideState.Trouble && isNow ? [new Bearing(FaultCatalogue.Healthy, context.Host, -3)] : [];
            context.Found(output, entity, "outside.state", line.Quote, $"{output.Tool} says of {entity.Name}{When(ago)}: {SafeText.Line(line.Text, 100)}", isNow ? Currency.Now : Currency.Past, bearings, Trust);
        }
    }

    private static void Errors(CheckContext context, StoredOutput output, IReadOnlyList<OutsideLine> lines)
    {
        var groups = lines.Where(l => l.State == OutsideState.None).GroupBy(l => OutsideSources.Of(context, output, l)).OrderByDescending(g => g.Key is { } e && context.Reading.Names(e.Name)).ThenByDescending(g => g.Count());
        foreach (var group in groups.Take(MostGroups))
        {
            var count = group.Count();
            var alike = Commonest([.. group]);
            var newest = alike.MaxBy(l => l.At ?? DateTimeOffset.MinValue);
            var fresh = group.Count(l => Ago(context, l) <= Fresh);
            var ago = Ago(context, newest);
            var currency = fresh > 0 ? Currency.Now : ago is { } a && !Entities.IsRecent(context, a) ? Currency.Past : Currency.Unknown;
            IReadOnlyList<Bearing> bearings = fresh >= Several && group.Key is { } named && context.Reading.Names(named.Name) ? [new Bearing(FaultCatalogue.Healthy, context.Host, -3)] : [];
            var share = alike.Count == count ? "" : $", {alike.Count} like this";
            context.Found(output, group.Key ?? new Entity(EntityKind.Unknown, output.Tool), "log.errors", newest.Quote, $"{output.Tool} brought {count} error{(count == 1 ? "" : "s")}{(group.Key is { } of ? $" of {of.Name}" : "")}{share}{When(ago)}: {SafeText.Line(LogLines.Message(newest.Text), 120)}", currency, bearings, Trust, ago is { } since ? context.Ago(since) : null);
        }
    }

    /// <summary>The lines that say the commonest thing.</summary>
    private static List<OutsideLine> Commonest(IReadOnlyList<OutsideLine> lines)
    {
        var miner = new LogTemplateMiner();
        var templates = lines.Select(l => miner.Add(LogLines.Message(l.Text))).ToList();
        return [.. lines.Zip(templates, (line, template) => (line, Template: miner.Resolve(template))).GroupBy(p => p.Template).MaxBy(g => g.Count())!.Select(p => p.line)];
    }

    private static double? Ago(CheckContext context, OutsideLine line) => line.At is { } at ? Math.Max(0, (context.Now - at).TotalSeconds) : null;

    private static string When(double? ago) => ago is { } seconds ? " " + Words.Ago(seconds) : "";
}
