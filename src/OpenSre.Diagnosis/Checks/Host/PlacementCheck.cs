using System.Text.RegularExpressions;
using OpenSre.Core;

namespace OpenSre.Diagnostics;

/// <summary>Which service uses which filesystem, port, file and peer; yields no evidence, only relations and leads.</summary>
public sealed class PlacementCheck : ICheck
{
    public CheckInfo Info { get; } = new(
        "placement",
        ["service.inspect", "host.disk", "net.listeners"],
        "Relations: a service uses the filesystems its working directory, open files, logs and configuration are on; it depends on the peers it connects to.",
        [],
        "nothing: it weighs nothing");

    public void Examine(CheckContext context)
    {
        foreach (var output in context.Outputs("service.inspect"))
        {
            var service = Entities.Service(output.Arguments["name"]);
            foreach (var peer in ServiceSettings.Peers(context.Records(output)))
            {
                context.Relate(service, peer, RelationKind.DependsOn);
            }

            foreach (var record in context.Records(output))
            {
                switch (record.Kind)
                {
                    case "process":
                        Use(context, service, record["cwd"]);
                        break;
                    case "opened" or "log_file":
                        Use(context, service, record["path"]);
                        break;
                    case "referenced":
                        Use(context, service, record["path"].Split(' ')[0]);
                        break;
                    case "setting" when ServiceSettings.PathOf(record) is { } path:
                        Use(context, service, path);
                        break;
                    case "connection" when record["peer"].Length > 0:
                        context.Relate(service, Entities.Endpoint(record["peer"]), RelationKind.DependsOn);
                        break;
                    case "listens":
                        context.Relate(Entities.LocalPort(Entities.PortOf(record["address"])), service, RelationKind.DependsOn);
                        break;
                }
            }
        }

        foreach (var record in context.Records("net.listeners", "listener"))
        {
            var owner = record["service"].Length > 0 ? record["service"] : record["name"];
            if (owner.Length > 0)
            {
                context.Relate(Entities.LocalPort(record["port"]), Entities.Owner(owner), RelationKind.DependsOn);
            }
        }

        Follow(context);
    }

    /// <summary>Follows the named services to what they call: who owns the port, and how is it.</summary>
    private static void Follow(CheckContext context)
    {
        foreach (var call in context.Relations.Where(r => r.Kind == RelationKind.DependsOn && r.To.Kind == EntityKind.Endpoint && context.Reading.Names(r.From.Name)).ToList())
        {
            var owners = context.Relations.Where(r => r.From == call.To && r.To.Kind == EntityKind.Service).Select(r => r.To).ToList();
            foreach (var owner in owners)
            {
                context.Suggest(ToolCall.With("service.inspect", ("name", owner.Name)), $"{call.From.Name} depends on {owner.Name}", 0.8);
            }

            if (owners.Count == 0 && call.To.Name.StartsWith("127.", StringComparison.Ordinal))
            {
                context.Suggest(new ToolCall("net.listeners"), $"who should answer at {call.To.Name}", 0.7);
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

    private static void Use(CheckContext context, Entity service, string path)
    {
        if (Entities.MountOf(context, path) is { } mount)
        {
            context.Relate(service, mount, RelationKind.Uses);
        }
    }
}
