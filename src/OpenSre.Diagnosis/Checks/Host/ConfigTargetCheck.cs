using OpenSre.Core;

namespace OpenSre.Diagnostics;

public sealed class ConfigTargetCheck : ICheck
{
    public CheckInfo Info { get; } = new(
        "config.target",
        ["service.inspect", "net.tcp", "net.listeners", "service.list"],
        "A service whose configuration changed within the six hours before the incident points to a local port that refuses, and that no service here means to listen on; or a refused local port is one slip of the pen away from one that something listens on.",
        ["config.invalid"],
        "a service of this machine means to listen on that port: then that service is the one in trouble");

    public void Examine(CheckContext context)
    {
        NearMisses(context);
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

    /// <summary>A refused local port that differs by one slip of the pen from one that something here listens on.</summary>
    private static void NearMisses(CheckContext context)
    {
        var listening = context.Records("net.listeners", "listener").Where(l => l["proto"] == "tcp").ToList();
        var meant = context.Outputs("service.inspect").SelectMany(o => ServiceSettings.OwnPorts(context.Records(o))).ToHashSet(StringComparer.Ordinal);
        foreach (var refused in context.Evidence.Where(e => e.Tool == "net.tcp" && e.Currency == Currency.Now && e.Bearings.Any(b => b.FaultType == "dependency.unreachable" && b.Weight > 0)).ToList())
        {
            var port = Entities.PortOf(refused.Entity.Name);
            if (!refused.Entity.Name.StartsWith("127.", StringComparison.Ordinal) || meant.Contains(port))
            {
                continue;
            }

            var near = listening.Find(l => IsSlip(port, l["port"]));
            foreach (var caller in context.Relations.Where(r => r.To == refused.Entity && r.Kind == RelationKind.DependsOn && near.Line is not null).Select(r => r.From).ToList())
            {
                context.Found(near, caller, "config.near_miss", $"{caller.Name} calls port {port}, where nothing listens; {near["name"]} listens on {near["port"]}, one slip away", "config.invalid", 3);
                context.Relate(refused.Entity, caller, RelationKind.DependsOn);
            }
        }
    }

    /// <summary>One digit changed, or two neighbours swapped.</summary>
    private static bool IsSlip(string a, string b)
    {
        if (a.Length != b.Length || a == b || a.Length < 4)
        {
            return false;
        }

        var different = Enumerable.Range(0, a.Length).Where(i => a[i] != b[i]).ToList();
        return different.Count == 1 || (different is [var i, var j] && j == i + 1 && a[i] == b[j] && a[j] == b[i]);
    }
}
