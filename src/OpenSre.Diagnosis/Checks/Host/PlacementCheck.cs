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

    }

    private static void Use(CheckContext context, Entity service, string path)
    {
        if (Entities.MountOf(context, path) is { } mount)
        {
            context.Relate(service, mount, RelationKind.Uses);
        }
    }
}
