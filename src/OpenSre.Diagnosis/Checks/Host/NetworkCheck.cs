using OpenSre.Core;

namespace OpenSre.Diagnostics;

public sealed class NetworkCheck : ICheck
{
    public CheckInfo Info { get; } = new(
        "net.host",
        ["host.network"],
        "New errors or drops on an interface within a second, connection tracking at 95 % or more, overflowing accept queues, no default route.",
        ["network.interface_errors", "network.conntrack_full", "network.accept_queue_overflow", "network.interface_down"],
        "no new errors, and tracking below 85 %");

    public void Examine(CheckContext context)
    {
        foreach (var nic in context.Records("host.network", "interface"))
        {
            var entity = new Entity(EntityKind.NetworkInterface, nic["name"]);
            var bad = (nic.Number("new_errors") ?? 0) + (nic.Number("new_drops") ?? 0);
            if (bad >= 5)
            {
                context.Found(nic, entity, "net.errors", $"{nic["name"]} had {bad:0} errors and drops within a second", "network.interface_errors", 3);
                context.Rechecked(nic.Output, Symptom.Network, entity, true, nic.Line, $"{nic["name"]} drops packets now");
            }
            else if (context.Reading.Names(nic["name"]))
            {
                context.Rechecked(nic.Output, Symptom.Network, entity, nic["state"] == "down", nic.Line, nic["state"] == "down" ? $"{nic["name"]} is down now" : $"{nic["name"]} is {nic["state"]} and has no new errors", 3);
                if (nic["state"] == "down")
                {
                    context.Found(nic, entity, "net.state", $"{nic["name"]} is down", "network.interface_down", 4);
                }
            }
        }

        foreach (var track in context.Records("host.network", "conntrack"))
        {
            var share = (track.Number("count") ?? 0) / Math.Max(1, track.Number("max") ?? 1);
            if (share >= 0.9)
            {
                context.Found(track, context.Host, "net.conntrack", $"connection tracking is at {share:P0}", "network.conntrack_full", share >= 0.95 ? 4 : 2.5);
            }
            else if (share < 0.85)
            {
                context.Found(track, context.Host, "net.conntrack", $"connection tracking is at {share:P0}", "network.conntrack_full", -2, contradicts: true);
            }
        }

        foreach (var delta in context.Records("host.network", "tcp_delta").Where(d => d.Number("listen_overflows") > 0))
        {
            context.Found(delta, context.Host, "net.accept_queue", $"{delta["listen_overflows"]} connections found an accept queue full within a second", "network.accept_queue_overflow", 3);
        }

        foreach (var route in context.Records("host.network", "route").Where(r => r["default"] == "no" && context.Reading.Has(Symptom.Network | Symptom.Dns)))
        {
            context.Found(route, new Entity(EntityKind.NetworkInterface, "default route"), "net.route", "there is no default route", "network.interface_down", 1.5);
        }
    }
}
