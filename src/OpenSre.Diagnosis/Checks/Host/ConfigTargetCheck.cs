using OpenSre.Core;

namespace OpenSre.Diagnostics;

public sealed class ConfigTargetCheck : ICheck
{
    public CheckInfo Info { get; } = new(
        "config.target",
        ["service.inspect", "net.tcp", "net.listeners", "service.list"],
        "A service whose configuration changed within the six hours before the incident points to a local port that refuses, and that no service here means to listen on.",
        ["config.invalid"],
        "a service of this machine means to listen on that port: then that service is the one in trouble");

    public void Examine(CheckContext context)
    {
        var meant = context.Outputs("service.inspect").SelectMany(o => ServiceSettings.OwnPorts(context.Records(o))).ToHashSet(StringComparer.Ordinal);
        foreach (var output in context.Outputs("service.inspect"))
        {
            var service = Entities.Service(output.Arguments["name"]);
            var records = context.Records(output);
            var changed = records.FirstOrDefault(r => r.Kind == "referenced" && r["kind"] == "file" && r["path"].StartsWith("/etc/", StringComparison.Ordinal)
                && r.Number("modified_s_ago") is { } ago && context.Now - TimeSpan.FromSeconds(ago) >= context.Incident.Window.Start - TimeSpan.FromHours(6));
            if (changed.Line is null)
            {
                continue;
            }

            foreach (var peer in ServiceSettings.Peers(records).Distinct())
            {
                var port = Entities.PortOf(peer.Name);
                var refused = context.Evidence.Find(e => e.Currency == Currency.Now && e.Tool == "net.tcp" && e.Entity == peer && e.Bearings.Any(b => b.FaultType == "dependency.unreachable" && b.Weight > 0));
                if (refused is null || meant.Contains(port) || !peer.Name.StartsWith("127.", StringComparison.Ordinal))
                {
                    continue;
                }

                context.Found(changed, service, "config.target", $"{changed["path"]} changed {Words.Ago(changed.Number("modified_s_ago") ?? 0)} and sends {service.Name} to {peer.Name}, where nothing here means to listen", "config.invalid", 3.5);
                context.Relate(peer, service, RelationKind.DependsOn);
            }
        }
    }
}
