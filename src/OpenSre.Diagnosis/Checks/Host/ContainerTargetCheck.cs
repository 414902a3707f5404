using OpenSre.Core;

namespace OpenSre.Diagnostics;

/// <summary>A container that was created with an address nothing answers at.</summary>
public sealed class ContainerTargetCheck : ICheck
{
    /// <summary>Seconds after its start within which a container that cannot reach something says so first.</summary>
    private const double AtOnce = 30;

    public CheckInfo Info { get; } = new(
        "container.target",
        ["docker.inspect", "docker.logs", "docker.containers"],
        "A container created within the six hours before the incident, or as it began, whose environment holds the port or address it has complained of since its first half minute, while every other container runs as it should. For its own loopback the environment is nearly always at fault; for another machine the other side may be.",
        ["config.invalid"],
        "the container was created long before, reached the address after its start, or another container is down");

    public void Examine(CheckContext context)
    {
        foreach (var output in context.Outputs("docker.inspect"))
        {
            var records = context.Records(output);
            var container = records.FirstOrDefault(r => r.Kind == "container");
            if (container.Line is null || Entities.AgeOf(context, records.FirstOrDefault(r => r.Kind == "image")["created"]) is not { } created || Entities.AgeOf(context, container["started"]) is not { } started || !WithIncident(context, created) || OthersAreDown(context, container["name"]))
            {
                continue;
            }

            var name = container["name"];
            foreach (var (peer, first) in Complaints(context, Entities.Container(name)))
            {
                var port = Entities.PortOf(peer.Name);
                var host = peer.Name.Contains(':', StringComparison.Ordinal) ? peer.Name[(peer.Name.IndexOf('/', StringComparison.Ordinal) + 1)..peer.Name.LastIndexOf(':')] : peer.Name;
                var says = records.FirstOrDefault(r => r.Kind == "env" && (r["text"] == port || r["text"].Contains($"{host}:{port}", StringComparison.Ordinal)));
                if (says.Line is not null && started - first <= AtOnce)
                {
                    var entity = Entities.Container(name);
                    context.Found(says, entity, "container.target", $"{name} was created {Words.Ago(created)} with {says["name"]}={SafeText.Line(says["text"], 80)} and has not reached {peer.Name} since", "config.invalid", Entities.IsInside(peer) ? 4 : 1.5);
                    if (Entities.IsInside(peer))
                    {
                        context.Relate(peer, entity, RelationKind.DependsOn);
                    }
                }
            }
        }
    }

    private static bool WithIncident(CheckContext context, double created)
    {
        var at = context.Now - TimeSpan.FromSeconds(created);
        return at >= context.Incident.Window.Start - TimeSpan.FromHours(6) && at <= context.Incident.Window.End;
    }

    private static bool OthersAreDown(CheckContext context, string name) =>
        context.Records("docker.containers", "container").Any(c => c["name"] != name && (c["state"] is not "running" || c["health"] == "unhealthy"));

    /// <summary>What the container cannot reach now, with how many seconds ago it said so first.</summary>
    private static IEnumerable<(Entity Peer, double First)> Complaints(CheckContext context, Entity container)
    {
        var unreached = context.Evidence.Where(e => e.Family == "log.dependency.unreachable" && e.Currency == Currency.Now).Select(e => e.Entity).ToHashSet();
        foreach (var peer in unreached)
        {
            var address = peer.Name[(peer.Name.IndexOf('/', StringComparison.Ordinal) + 1)..];
            var first = LogLines.All(context).Where(l => l.Source == container && l.SecondsAgo is not null && l.Text.Contains(address, StringComparison.Ordinal) && context.Words.IsError(l.Text)).Select(l => l.SecondsAgo).Max();
            if (first is { } ago)
            {
                yield return (peer, ago);
            }
        }
    }
}
