using System.Text.RegularExpressions;
using OpenSre.Core;

namespace OpenSre.Diagnostics;

/// <summary>
/// What stands behind the endpoints that services call; yields no evidence, only relations and leads. Runs after the
/// checks that find out who calls whom.
/// </summary>
public sealed class DependencyCheck : ICheck
{
    public CheckInfo Info { get; } = new(
        "dependency",
        ["service.inspect", "service.list", "net.listeners", "docker.containers"],
        "Relations: the service behind a local port, by its configuration, its start command, or because it is the only one that does not run; the service behind a local resolver. Leads to what the named services depend on.",
        [],
        "nothing: it weighs nothing");

    public void Examine(CheckContext context)
    {
        Follow(context);
        Resolvers(context);
        BehindSlowness(context);
    }

    /// <summary>A service that hangs or is slow waits for something: memory, a disk, a processor.</summary>
    private static void BehindSlowness(CheckContext context)
    {
        var slow = LogLines.All(context).Any(l => l.SecondsAgo <= 90 && l.Source.Kind is EntityKind.Service or EntityKind.Container && context.Words.SpeaksOfSlowness(l.Text));
        foreach (var (tool, why, faults) in new[] { ("host.io", "the disks", new[] { "disk.io_throttled", "disk.io_saturated" }), ("host.cpu", "the processors", ["cpu.throttled", "cpu.saturated"]), ("host.memory", "memory", ["memory.exhausted", "memory.oom_killed"]) })
        {
            if (slow)
            {
                context.SuggestNow(new ToolCall(tool), $"a log speaks of slowness: {why}", 0.8, faults);
            }

            context.SuggestBehind(new ToolCall(tool), $"what a hanging service waits for: {why}", 0.6, ["service.hung"], faults);
        }
    }

    /// <summary>
    /// A local port that refuses, that nobody listens on and that no configuration claims, belongs to the one service
    /// that does not run, if there is exactly one.
    /// </summary>
    private static void OnlyCandidate(CheckContext context)
    {
        var down = ServiceState.All(context).Where(s => !s.Running || s.Restarting).Select(s => s.Service).Distinct().ToList();
        if (down.Count != 1)
        {
            return;
        }

        var claimed = context.Outputs("service.inspect").SelectMany(o => ServiceSettings.OwnPorts(context.Records(o))).ToHashSet(StringComparer.Ordinal);
        foreach (var endpoint in context.Relations.Where(r => r.Kind == RelationKind.DependsOn && r.To.Kind == EntityKind.Endpoint && r.From != down[0] && r.To.Name.StartsWith("127.", StringComparison.Ordinal)).Select(r => r.To).Distinct().ToList())
        {
            var port = Entities.PortOf(endpoint.Name);
            if (!claimed.Contains(port) && !context.Records("net.listeners", "listener").Any(l => l["port"] == port))
            {
                context.Relate(endpoint, down[0], RelationKind.DependsOn);
            }
        }
    }

    /// <summary>A resolver on this machine is a service of this machine: the one whose start command names its address.</summary>
    private static void Resolvers(CheckContext context)
    {
        var local = context.Evidence.Select(e => e.Entity).Concat(context.Records("host.network", "resolver").Select(r => new Entity(EntityKind.Resolver, r["server"])))
            .Where(e => e.Kind == EntityKind.Resolver && e.Name.StartsWith("127.", StringComparison.Ordinal)).Distinct().ToList();
        foreach (var resolver in local)
        {
            foreach (var output in context.Outputs("service.inspect"))
            {
                if (context.Records(output).Any(r => r.Kind is "run_script" or "setting" && r["text"].Contains(resolver.Name, StringComparison.Ordinal)))
                {
                    context.Relate(resolver, Entities.Service(output.Arguments["name"]), RelationKind.DependsOn);
                }
            }
        }
    }

    /// <summary>Follows the named services to what they call: who owns the port, and how is it.</summary>
    private static void Follow(CheckContext context)
    {
        foreach (var call in context.Relations.Where(r => r.Kind == RelationKind.DependsOn && r.To.Kind == EntityKind.Endpoint && context.Reading.Names(r.From.Name)).ToList())
        {
            var owners = context.Relations.Where(r => r.From == call.To && r.To.Kind == EntityKind.Service).Select(r => r.To).ToList();
            foreach (var owner in owners)
            {
                context.SuggestBehind(ToolCall.With("service.inspect", ("name", owner.Name)), $"{call.From.Name} depends on {owner.Name}", 0.6, ["dependency.unreachable", "service.unreachable", "service.hung"], []);
            }

            if (owners.Count == 0 && call.To.Name.StartsWith("127.", StringComparison.Ordinal))
            {
                context.SuggestNow(new ToolCall("net.listeners"), $"who should answer at {call.To.Name}", 0.7);
            }
        }

        foreach (var output in context.Outputs("service.inspect"))
        {
            if (context.Reading.Names(output.Arguments["name"]))
            {
                foreach (var listen in context.Records(output).Where(r => r.Kind == "listens" && r["proto"] == "tcp").Take(2))
                {
                    if (context.Reading.Has(Symptom.Down | Symptom.Errors | Symptom.Latency))
                    {
                        context.Suggest(ToolCall.With("net.http", ("url", $"http://127.0.0.1:{Entities.PortOf(listen["address"])}/")), $"does {output.Arguments["name"]} answer now", 0.6, "service.hung", "service.unreachable");
                    }
                }

                context.Suggest(new ToolCall("host.disk"), $"the state of the filesystems {output.Arguments["name"]} uses", 0.45, "disk.space_exhausted", "disk.inodes_exhausted", "disk.read_only");
            }
        }

        OnlyCandidate(context);

        // A stopped service whose start command or configuration names a port is what should answer there.
        foreach (var output in context.Outputs("service.inspect"))
        {
            var service = Entities.Service(output.Arguments["name"]);
            foreach (var endpoint in context.Relations.Select(r => r.To).Where(e => e.Kind == EntityKind.Endpoint && e.Name.StartsWith("127.", StringComparison.Ordinal)).Distinct().ToList())
            {
                var port = Entities.PortOf(endpoint.Name);
                var says = ServiceSettings.OwnPorts(context.Records(output)).Contains(port) || context.Records(output).Any(r => r.Kind == "run_script" && Regex.IsMatch(r["text"], $@"\b{port}\b"));
                if (says && !context.Relations.Contains(new Relation(service, endpoint, RelationKind.DependsOn)))
                {
                    context.Relate(endpoint, service, RelationKind.DependsOn);
                }
            }
        }
    }
}
