using OpenSre.Core;

namespace OpenSre.Diagnostics;

/// <summary>Who calls whom, so that a fault can be traced from what complains to what it uses.</summary>
public sealed class CallsCheck : ICheck
{
    public CheckInfo Info { get; } = new(
        "telemetry.calls",
        [TelemetryTools.Topology, TelemetryTools.Traces],
        "Calls between services and where they run, from the call graph or from traces. Relations only.",
        [],
        "nothing");

    public void Examine(CheckContext context)
    {
        var view = TelemetryView.Of(context);
        if (context.HasRun(TelemetryTools.Topology) && !view.Graph.Calls.Any())
        {
            context.Missing("who calls whom", "nothing here tells it, so a service that complains cannot be told from one it owes its trouble to");
        }

        foreach (var (caller, callee) in view.Graph.Calls)
        {
            context.Relate(TelemetryView.Service(caller), TelemetryView.Service(callee), RelationKind.DependsOn);
        }

        foreach (var node in view.Graph.Placement)
        {
            foreach (var service in node)
            {
                context.Relate(TelemetryView.Service(service), new Entity(EntityKind.Node, node.Key), RelationKind.Uses);
            }
        }
    }
}
