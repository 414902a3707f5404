using System.Text.Json;
using System.Text.Json.Nodes;
using OpenSre.Core;

namespace OpenSre.Sources;

/// <summary>Answers the kubectl commands of the evidence tools out of what was saved of a cluster; what was not saved is not recorded.</summary>
public sealed class SavedClusterRunner(SavedCluster cluster) : ICommandRunner
{
    private readonly KubePrinter _printer = new(cluster.At);

    public Task<CommandResult> RunAsync(CommandRequest request, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var words = request.Arguments.Where(a => !a.StartsWith('-')).ToList();
        var space = request.Arguments.Where(a => a.StartsWith("--namespace=", StringComparison.Ordinal)).Select(a => a[12..]).FirstOrDefault() ?? "";
        var answer = words switch
        {
            ["get", var kind, "json"] => Json(kind, space),
            ["get", var workload, _, "yaml"] when workload.Contains('/', StringComparison.Ordinal) => Manifest(workload[(workload.IndexOf('/', StringComparison.Ordinal) + 1)..], space),
            ["get", var kind, .. var rest] when KubeKinds.Of(kind) is { } known => Table(known, space, rest.FirstOrDefault(w => w != "wide")),
            ["describe", var kind, var name] when KubeKinds.Of(kind) is { } known => Describe(known, name, space),
            ["logs", var name] => Log(name[(name.IndexOf('/', StringComparison.Ordinal) + 1)..], request.Arguments.Contains("--previous")),
            _ => null,
        };
        return Task.FromResult(answer is null
            ? new CommandResult(CommandStatus.NotRecorded, -1, "", "", 0)
            : new CommandResult(CommandStatus.Exited, 0, answer, "", 0));
    }

    private List<JsonElement> Objects(string kind, string space) =>
        [.. cluster.Objects.Where(o => o.Kind == kind && (space.Length == 0 || KubeJson.Text(o.Object, "metadata", "namespace") is var own && (own.Length == 0 || own == space))).Select(o => o.Object)];

    private string? Table(string kind, string space, string? name)
    {
        if (cluster.Table(kind) is { } saved)
        {
            var lines = saved.Split('\n');
            var spaced = lines[0].StartsWith("NAMESPACE", StringComparison.Ordinal) && space.Length > 0;
            return string.Join('\n', lines.Where((l, i) => i == 0 || ((!spaced || l.StartsWith(space + " ", StringComparison.Ordinal)) && (name is null || l.Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(2).Contains(name)))));
        }

        var items = Objects(kind, space);
        if (name is not null)
        {
            items = items.FindAll(i => KubeJson.Text(i, "metadata", "name") == name);
        }

        return items.Count == 0 && !cluster.Objects.Any(o => o.Kind == kind) ? null : _printer.Table(kind, items);
    }

    private string? Describe(string kind, string name, string space)
    {
        if (cluster.Description(kind, name) is { } saved)
        {
            return saved;
        }

        var found = kind == "pods" ? Objects(kind, space).Find(p => KubeJson.Text(p, "metadata", "name") == name) : default;
        return found.ValueKind == JsonValueKind.Object
            ? _printer.DescribePod(found, Objects("events", space).Where(e => (KubeJson.Find(e, "involvedObject") ?? KubeJson.Find(e, "regarding")) is { } about && KubeJson.Text(about, "kind") == "Pod" && KubeJson.Text(about, "name") == name))
            : null;
    }

    private string? Manifest(string name, string space)
    {
        List<string> documents = [.. cluster.Manifests(name)];
        foreach (var (kind, title) in new[] { ("deployments", "Deployment"), ("statefulsets", "StatefulSet"), ("services", "Service"), ("configmaps", "ConfigMap"), ("persistentvolumeclaims", "PersistentVolumeClaim") })
        {
            foreach (var item in Objects(kind, space).Where(i => KubeJson.Text(i, "metadata", "name") is var own && (own == name || (kind is "configmaps" or "persistentvolumeclaims" && own.StartsWith(name + "-", StringComparison.Ordinal)))))
            {
                documents.Add((KubeJson.Text(item, "kind").Length == 0 ? $"kind: {title}\n" : "") + KubePrinter.Yaml(item));
            }
        }

        return documents.Count == 0 ? null : string.Join("---\n", documents.Select(d => d.EndsWith('\n') ? d : d + "\n"));
    }

    private string? Json(string kinds, string space)
    {
        JsonArray items = [];
        foreach (var kind in kinds.Split(','))
        {
            foreach (var item in Objects(KubeKinds.Of(kind) ?? kind, space))
            {
                var node = JsonObject.Create(item)!;
                node["kind"] ??= kind == "services" ? "Service" : kind;
                items.Add(node);
            }
        }

        return items.Count == 0 ? null : new JsonObject { ["items"] = items }.ToJsonString();
    }

    private string? Log(string name, bool previous)
    {
        var logs = cluster.Logs(name, previous).ToList();
        return logs.Count == 0 ? null : string.Join('\n', logs);
    }
}
