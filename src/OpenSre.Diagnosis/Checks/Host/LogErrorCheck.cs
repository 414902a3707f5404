using OpenSre.Core;

namespace OpenSre.Diagnostics;

public sealed class LogErrorCheck : ICheck
{
    private const int Several = 3;

    public CheckInfo Info { get; } = new(
        "log.errors",
        ["service.inspect", "logs.overview", "journal.errors", "docker.logs"],
        "Three or more lines within the last minute, of level error, fatal or critical or with words of failure, in the log of something the alert names: whatever they mean, it is not well.",
        ["service.ailing"],
        "no such line within the last minute");

    public void Examine(CheckContext context)
    {
        var down = ServiceState.All(context).Where(s => !s.Running || s.Restarting).Select(s => s.Service).ToList();
        foreach (var line in LogLines.All(context).Where(l => l.SecondsAgo <= 300 && l.Source.Kind is EntityKind.Service or EntityKind.Container && context.Words.IsError(l.Text)).Take(400))
        {
            // Whom a service complains of, it calls.
            if (LogSignatures.Peer().Match(LogLines.Message(line.Text)) is { Success: true } peer)
            {
                context.Relate(line.Source, Entities.SeenFrom(context, line.Source, Entities.Endpoint($"{peer.Groups["host"].Value}:{peer.Groups["port"].Value}"))!, RelationKind.DependsOn);
            }

            // And so it does the broken things it names.
            foreach (var broken in down.Where(b => b.Name != line.Source.Name && Words.Names(line.Text, b.Name)))
            {
                context.Relate(line.Source, broken, RelationKind.DependsOn);
            }
        }

        foreach (var group in LogLines.All(context).Where(l => l.SecondsAgo <= 60 && l.Exact && !l.IsOutside && context.Reading.Names(l.Source.Name) && context.Words.SpeaksOfFailure(l.Text)).GroupBy(l => l.Source))
        {
            var count = group.Count();
            if (count < Several)
            {
                continue;
            }

            // The newest of the lines that say the commonest thing.
            var alike = Commonest([.. group]);
            var last = alike.MinBy(l => l.SecondsAgo);
            var share = alike.Count == count ? "" : $", {alike.Count} like this";
            context.Found(last.Output, group.Key, "log.errors", last.Quote, $"{group.Key.Name} complains in its log now ({count} within a minute{share}): {SafeText.Line(LogLines.Message(last.Text), 120)}", Currency.Now, [new Bearing(FaultCatalogue.Healthy, context.Host, -3), new Bearing("service.ailing", group.Key, 1)]);
        }
    }

    private static List<LogLine> Commonest(IReadOnlyList<LogLine> lines)
    {
        var miner = new LogTemplateMiner();
        var templates = lines.Select(l => miner.Add(LogLines.Message(l.Text))).ToList();
        return [.. lines.Zip(templates, (line, template) => (line, Template: miner.Resolve(template)))
            .GroupBy(p => p.Template).MaxBy(g => g.Count())!.Select(p => p.line)];
    }
}
