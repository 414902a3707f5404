namespace OpenSre.Diagnostics;

/// <summary>What the conditions of a node say: lost, or under pressure.</summary>
public sealed class NodeConditionCheck : ICheck
{
    public CheckInfo Info { get; } = new(
        "k8s.node_conditions",
        [KubeTools.Describe],
        "Ready Unknown: the node's kubelet has stopped reporting, and its other conditions are the last it knew. MemoryPressure, DiskPressure or PIDPressure True on a node that reports.",
        [CloudFaults.NodeLost, CloudFaults.NodePressure],
        "a node that is Ready");

    public void Examine(CheckContext context)
    {
        var view = ClusterView.Of(context);
        foreach (var (output, name, node) in view.Descriptions("nodes"))
        {
            var entity = ClusterView.Node(name);
            var conditions = node.Section("Conditions")?.Children.Select(c => c.Line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(w => w.Length > 1).ToList() ?? [];
            string Line(string type) => node.Section("Conditions")!.Children.First(c => c.Line.StartsWith(type + " ", StringComparison.Ordinal)).Line;
            var ready = conditions.FirstOrDefault(c => c[0] == "Ready")?[1];
            if (ready == "Unknown")
            {
                context.Tell(output, entity, "k8s.node_conditions", Line("Ready"), $"Ready of the node {name} is Unknown: its kubelet has stopped reporting", CloudFaults.NodeLost, 4);
                continue;
            }

            foreach (var pressure in conditions.Where(c => c[0].EndsWith("Pressure", StringComparison.Ordinal) && c[1] == "True"))
            {
                context.Tell(output, entity, "k8s.node_conditions", Line(pressure[0]), $"the node {name} reports {pressure[0]}", CloudFaults.NodePressure, 4);
            }
        }
    }
}
