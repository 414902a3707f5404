using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using OpenSre.Core;

namespace OpenSre.Diagnostics;

/// <summary>A row of a table, and the output it stands in.</summary>
public readonly record struct Sighting(StoredOutput Output, KubeRow Row)
{
    public string this[string column] => Row[column];

    public string Name => Row["NAME"];

    public string Line => Row.Line;
}

/// <summary>A pod as the newest table shows it.</summary>
/// <param name="App">The workload it belongs to.</param>
public sealed record PodState(Sighting Seen, string Name, string App, int Ready, int Containers, string Status, int Restarts, double RestartedAgo, double Age, string Node)
{
    /// <summary>Well: all its containers ready, or a job that has ended as it should.</summary>
    public bool IsReady => (Ready == Containers && Status == "Running") || (Status is "Completed" or "Succeeded" && Restarts == 0);

    /// <summary>It is being deleted or has been put out: an old pod of a rollout, or of a node. Others stand in for it.</summary>
    public bool IsLeaving => Status is "Terminating" or "Evicted" or "Preempting" or "Preempted" or "NodeShutdown" or "Shutdown";

    /// <summary>Restarted again and again, in this short life, and lately.</summary>
    public bool KeepsRestarting => Restarts >= 2 && RestartedAgo < Math.Min(Age, 900) * 0.6;
}

/// <summary>A deployment or stateful set as the newest table shows it.</summary>
public sealed record WorkloadState(Sighting Seen, string Kind, string Name, int Ready, int Desired, int Current)
{
    public bool IsReady => Ready >= Desired;
}

/// <summary>What has been read of a cluster so far. Everything is looked up by column and section names.</summary>
public sealed partial class ClusterView
{
    private static readonly ConditionalWeakTable<CheckContext, ClusterView> Known = [];
    private readonly CheckContext _context;

    private ClusterView(CheckContext context)
    {
        _context = context;
        Namespace = context.Incident.Alerts.Select(a => a.Find("namespace", "kubernetes_namespace", "exported_namespace")).FirstOrDefault(n => n is not null) ?? "default";
        Workloads = [.. ReadWorkloads("deployments", "UP-TO-DATE"), .. ReadWorkloads("statefulsets", "READY")];
        WorkloadNames = [.. Workloads.Select(w => w.Name).Distinct(StringComparer.Ordinal)];
        Pods = [.. Rows("pods").Select(ReadPod)];
    }

    public string Namespace { get; }

    public Entity NamespaceEntity => new(EntityKind.Namespace, Namespace);

    public IReadOnlyList<PodState> Pods { get; }

    public IReadOnlyList<WorkloadState> Workloads { get; }

    public HashSet<string> WorkloadNames { get; }

    public bool HasPods => _context.HasRun(KubeTools.Resources) && Pods.Count > 0;

    public bool HasDeployments => Listed("deployments");

    public static ClusterView Of(CheckContext context) => Known.GetValue(context, c => new ClusterView(c));

    public static Entity App(string name) => new(EntityKind.Workload, name);

    public static Entity Node(string name) => new(EntityKind.Node, name);

    /// <summary>Whether the table of a kind has been read, empty or not.</summary>
    public bool Listed(string kind) => _context.Outputs(KubeTools.Resources).Any(o => Kind(o) == kind && Argument(o, "name").Length == 0);

    public StoredOutput? TableOf(string kind) => _context.Outputs(KubeTools.Resources).LastOrDefault(o => Kind(o) == kind);

    public IEnumerable<Sighting> Rows(string kind)
    {
        foreach (var output in _context.Outputs(KubeTools.Resources).Where(o => Kind(o) == kind))
        {
            foreach (var row in Parsed<KubeTable>.Of(output, KubeTable.Parse).Rows)
            {
                yield return new Sighting(output, row);
            }
        }
    }

    public IEnumerable<(StoredOutput Output, string Name, KubeDescription Text)> Descriptions(string kind)
    {
        foreach (var output in _context.Outputs(KubeTools.Describe).Where(o => Kind(o) == kind))
        {
            yield return (output, Argument(output, "name"), Parsed<KubeDescription>.Of(output, KubeDescription.Parse));
        }
    }

    public IEnumerable<(StoredOutput Output, KubeEvent Event)> NamespaceEvents()
    {
        foreach (var output in _context.Outputs(KubeTools.Events))
        {
            foreach (var e in Parsed<List<KubeEvent>>.Of(output, KubeEvent.ReadList))
            {
                yield return (output, e);
            }
        }
    }

    /// <summary>Everything a manifest output holds: workload, service, secrets, claims.</summary>
    public IEnumerable<(StoredOutput Output, string App, IReadOnlyList<KubeYaml> Documents)> Manifests()
    {
        foreach (var output in _context.Outputs(KubeTools.AppYaml))
        {
            yield return (output, Argument(output, "name"), Parsed<IReadOnlyList<KubeYaml>>.Of(output, KubeYaml.Documents));
        }
    }

    public IEnumerable<(StoredOutput Output, string App)> Logs() =>
        _context.Outputs(KubeTools.ErrorLogs).Select(o => (o, Argument(o, "service")));

    public PodState? Pod(string name) => Pods.FirstOrDefault(p => p.Name == name);

    public WorkloadState? Workload(string name) => Workloads.FirstOrDefault(w => w.Name == name);

    /// <summary>The workload of a pod: the longest known workload name it begins with, else its name without the generated end.</summary>
    public string AppOf(string pod)
    {
        var best = "";
        foreach (var name in WorkloadNames)
        {
            if (name.Length > best.Length && pod.Length > name.Length && pod[name.Length] == '-' && pod.StartsWith(name, StringComparison.Ordinal))
            {
                best = name;
            }
        }

        return best.Length > 0 ? best : GeneratedEnd().Replace(pod, "");
    }

    /// <summary>"pod/NAME" or "replicaset/NAME" as the workload it belongs to.</summary>
    public string AppOfObject(string reference)
    {
        var slash = reference.IndexOf('/', StringComparison.Ordinal);
        var name = slash < 0 ? reference : reference[(slash + 1)..];
        return (slash < 0 ? "" : reference[..slash]).ToLowerInvariant() switch
        {
            "replicaset" => WorkloadNames.Contains(name) ? name : HashEnd().Replace(name, ""),
            "pod" => AppOf(name),
            _ => name,
        };
    }

    /// <summary>Whether a workload is short of ready pods now; null while that is not known.</summary>
    public bool? IsUnready(string app)
    {
        if (Workload(app) is { } workload)
        {
            return !workload.IsReady || Pods.Any(p => p.App == app && !p.IsReady && !p.IsLeaving);
        }

        var pods = Pods.Where(p => p.App == app && !p.IsLeaving).ToList();
        return pods.Count > 0 ? pods.Any(p => !p.IsReady) : null;
    }

    public static string Argument(StoredOutput output, string name) => output.Arguments.GetValueOrDefault(name) ?? "";

    private static string Kind(StoredOutput output) => Argument(output, "kind");

    private IEnumerable<WorkloadState> ReadWorkloads(string kind, string current)
    {
        foreach (var seen in Rows(kind))
        {
            var (ready, desired) = Fraction(seen["READY"]);
            var now = int.TryParse(seen[current], out var count) ? count : ready;
            yield return new WorkloadState(seen, kind, seen.Name, ready, desired, now);
        }
    }

    private PodState ReadPod(Sighting seen)
    {
        var (ready, containers) = Fraction(seen["READY"]);
        var restarts = RestartCount().Match(seen["RESTARTS"]);
        var ago = restarts.Groups["ago"].Success ? KubeAge.Seconds(restarts.Groups["ago"].Value) ?? double.MaxValue : double.MaxValue;
        return new PodState(
            seen, seen.Name, AppOf(seen.Name), ready, containers, seen["STATUS"],
            restarts.Success ? int.Parse(restarts.Groups["count"].ValueSpan) : 0, ago, KubeAge.Seconds(seen["AGE"]) ?? 0, seen["NODE"]);
    }

    private static (int Part, int Whole) Fraction(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && int.TryParse(text.AsSpan(0, slash), out var part) && int.TryParse(text.AsSpan(slash + 1), out var whole) ? (part, whole) : (0, 0);
    }

    [GeneratedRegex(@"(-[a-z0-9]{6,10}-[a-z0-9]{5}|-[0-9]{1,4}|-[a-z0-9]{5})$")]
    private static partial Regex GeneratedEnd();

    [GeneratedRegex(@"-[a-z0-9]{6,10}$")]
    private static partial Regex HashEnd();

    [GeneratedRegex(@"^(?<count>[0-9]{1,8})(\s+\((?<ago>[0-9a-z]+) ago\))?$")]
    private static partial Regex RestartCount();
}
