using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace OpenSre.Sources;

/// <summary>
/// What somebody saved of a cluster: outputs of kubectl in files of any name, the folders of <c>kubectl cluster-info
/// dump</c>, or a support bundle. What a file is, is seen from what stands in it; its path tells only whose log it is.
/// </summary>
public sealed partial class SavedCluster
{
    private readonly Dictionary<string, StringBuilder> _tables = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Kind, string Name), string> _descriptions = [];
    private readonly List<(string Kind, string Name, string Text)> _manifests = [];
    private readonly List<(string Path, string Text)> _logs = [];
    private readonly List<(string Kind, JsonElement Object)> _objects = [];

    private SavedCluster()
    {
    }

    /// <summary>When it was saved: the newest time that stands in it, else that of its files.</summary>
    public DateTimeOffset At { get; private set; }

    /// <summary>Files that were too large or too many.</summary>
    public int Left { get; private set; }

    /// <summary>The namespaces in it, the one with most trouble first; empty when nothing says.</summary>
    public IReadOnlyList<string> Namespaces { get; private set; } = [];

    /// <summary>Whether anything of a cluster was found.</summary>
    public bool IsEmpty => _tables.Count == 0 && _descriptions.Count == 0 && !_objects.Exists(o => o.Kind == "pods");

    internal IReadOnlyList<(string Kind, JsonElement Object)> Objects => _objects;

    public static bool IsArchive(string path) => SavedFiles.IsArchive(path);

    /// <exception cref="InvalidDataException">The folder or archive cannot be read; the message is one sentence.</exception>
    public static SavedCluster Load(string path)
    {
        SavedCluster cluster = new();
        foreach (var file in SavedFiles.Read(path, out var newest, out var left))
        {
            cluster.Add(file);
            cluster.At = newest;
            cluster.Left = left;
        }

        cluster.Settle();
        return cluster;
    }

    /// <summary>The saved table of a kind; null when there is none.</summary>
    internal string? Table(string kind) => _tables.GetValueOrDefault(kind)?.ToString();

    internal string? Description(string kind, string name) => _descriptions.GetValueOrDefault((kind, name));

    /// <summary>The saved manifests of a workload and what carries its name; no secrets.</summary>
    internal IEnumerable<string> Manifests(string name) => _manifests.Where(m => m.Name == name || m.Name.StartsWith(name + "-", StringComparison.Ordinal)).Where(m => m.Kind != "Secret").Select(m => m.Text);

    /// <summary>The logs of the pods of a workload, or of one pod.</summary>
    internal IEnumerable<string> Logs(string name, bool previous) =>
        _logs.Where(l => l.Path.Contains("previous", StringComparison.Ordinal) == previous && IsLogOf(l.Path, name)).Select(l => l.Text);

    private static bool IsLogOf(string path, string name)
    {
        for (var at = path.IndexOf(name, StringComparison.Ordinal); at >= 0; at = path.IndexOf(name, at + 1, StringComparison.Ordinal))
        {
            var end = at + name.Length;
            var starts = at == 0 || path[at - 1] is '/' or ' ' or '_' or '-';
            // "cart" is neither "cart-db" nor "shopping-cart": behind the name stands a generated end, or nothing.
            if (starts && (end == path.Length || path[end] is '/' or '.' or ' ' or '_' || GeneratedEnd().IsMatch(path.AsSpan(end))) && (at == 0 || path[at - 1] != '-' || LogWord().IsMatch(path.AsSpan(0, at))))
            {
                return true;
            }
        }

        return false;
    }

    private void Add(SavedFile file)
    {
        var text = file.Text.TrimStart();
        if (IsLog(file.Path))
        {
            _logs.Add((file.Path, file.Text));
        }
        else if (text.Length > 0 && text[0] is '{' or '[')
        {
            AddJson(file);
        }
        else if (text.StartsWith("Name:", StringComparison.Ordinal))
        {
            AddDescriptions(text);
        }
        else if (text.StartsWith("apiVersion:", StringComparison.Ordinal) || text.StartsWith("kind:", StringComparison.Ordinal) || text.StartsWith("---", StringComparison.Ordinal))
        {
            AddManifests(text);
        }
        else
        {
            AddTables(text);
        }
    }

    private static bool IsLog(string path)
    {
        var name = path[(path.LastIndexOf('/') + 1)..];
        return name.EndsWith(".log", StringComparison.OrdinalIgnoreCase) || LogWord().IsMatch(name) || name.StartsWith("kubectl logs", StringComparison.Ordinal) || name.StartsWith("kubectl-logs", StringComparison.Ordinal) || name.StartsWith("kubectl_logs", StringComparison.Ordinal);
    }

    private void AddJson(SavedFile file)
    {
        JsonElement root;
        try
        {
            using var document = JsonDocument.Parse(file.Text);
            root = document.RootElement.Clone();
        }
        catch (JsonException)
        {
            // Some other JSON, such as lines of a log; it is no list of objects.
            return;
        }

        var parts = file.Path.Split('/');
        var fromPath = KubeKinds.Of(Path.GetFileNameWithoutExtension(parts[^1])) ?? (parts.Length > 1 ? KubeKinds.Of(parts[^2]) : null);
        if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("items", out var items) && items.ValueKind == JsonValueKind.Array)
        {
            var listed = KubeJson.Text(root, "kind") is { Length: > 4 } list && list.EndsWith("List", StringComparison.Ordinal) ? KubeKinds.Of(list[..^4]) : null;
            AddObjects(items, listed ?? fromPath);
        }
        else if (root.ValueKind == JsonValueKind.Array)
        {
            AddObjects(root, fromPath);
        }
        else if (root.ValueKind == JsonValueKind.Object && KubeKinds.Of(KubeJson.Text(root, "kind")) is { } kind)
        {
            _objects.Add((kind, root));
        }
    }

    private void AddObjects(JsonElement items, string? usual)
    {
        foreach (var item in items.EnumerateArray().Where(i => i.ValueKind == JsonValueKind.Object && i.TryGetProperty("metadata", out _)))
        {
            if ((KubeKinds.Of(KubeJson.Text(item, "kind")) ?? usual) is { } kind)
            {
                _objects.Add((kind, item));
            }
        }
    }

    private void AddDescriptions(string text)
    {
        foreach (var one in NextName().Split(text).Where(t => t.Trim().Length > 0))
        {
            var name = NameLine().Match(one).Groups["name"].Value;
            var kind = one.Contains("\nTaints:", StringComparison.Ordinal) ? "nodes"
                : one.Contains("\nStrategyType:", StringComparison.Ordinal) ? "deployments"
                : one.Contains("\nContainers:", StringComparison.Ordinal) && one.Contains("\nNode:", StringComparison.Ordinal) ? "pods"
                : one.Contains("\nReplicas:", StringComparison.Ordinal) ? (one.Contains("ReplicaSet", StringComparison.Ordinal) || one.Contains("Controlled By:  Deployment", StringComparison.Ordinal) ? "replicasets" : "statefulsets")
                : one.Contains("\nEndpoints:", StringComparison.Ordinal) ? "services" : "";
            if (kind.Length > 0 && name.Length > 0)
            {
                _descriptions[(kind, name)] = one;
            }
        }
    }

    private void AddManifests(string text)
    {
        foreach (var document in Documents(text))
        {
            var kind = KindLine().Match(document).Groups["kind"].Value;
            var name = MetadataName().Match(document).Groups["name"].Value;
            if (kind.Length > 0 && name.Length > 0)
            {
                _manifests.Add((kind, name, document));
            }
        }
    }

    private static IEnumerable<string> Documents(string text)
    {
        foreach (var document in DocumentEnd().Split(text).Where(d => d.Trim().Length > 0))
        {
            if (!ItemsLine().IsMatch(document))
            {
                yield return document;
                continue;
            }

            foreach (var item in ItemStart().Split(document).Skip(1))
            {
                yield return string.Join('\n', ("  " + item).Split('\n').TakeWhile(l => l.Length == 0 || l[0] == ' ').Select(l => l.Length > 1 ? l[2..] : l));
            }
        }
    }

    private void AddTables(string text)
    {
        foreach (var block in BlankLine().Split(text))
        {
            var lines = block.Split('\n');
            var heading = Array.FindIndex(lines, l => KubeJson.IsHeading(l));
            if (heading < 0)
            {
                continue;
            }

            var rows = lines[heading..].Where(l => l.Trim().Length > 0).ToList();
            var prefix = rows.Count > 1 ? KindPrefix().Match(rows[1]).Value : "";
            if (prefix.Length > 0 && rows.Skip(1).All(r => r.StartsWith(prefix, StringComparison.Ordinal)) && rows[0].StartsWith("NAME" + new string(' ', prefix.Length), StringComparison.Ordinal))
            {
                // "kubectl get all" puts the kind before the name.
                rows = [.. rows.Select((r, i) => i == 0 ? "NAME" + r[(4 + prefix.Length)..] : r[prefix.Length..])];
            }

            var kind = KubeKinds.Of(prefix.TrimEnd('/')) ?? KubeJson.KindOfHeading(rows[0]);
            if (kind is not null && !_tables.ContainsKey(kind))
            {
                _tables[kind] = new StringBuilder().AppendJoin('\n', rows).Append('\n');
            }
        }
    }

    private void Settle()
    {
        var times = _objects.SelectMany(o => KubeJson.Times(o.Kind, o.Object)).ToList();
        At = times.Count > 0 ? times.Max() : At;
        if (!_objects.Exists(o => o.Kind == "pods"))
        {
            Namespaces = [.. _descriptions.Where(d => d.Key.Kind == "pods").Select(d => NamespaceLine().Match(d.Value).Groups["name"].Value).Where(n => n.Length > 0).CountBy(n => n).OrderByDescending(n => n.Value).Select(n => n.Key)];
            return;
        }

        Namespaces =
        [
            .. _objects.Where(o => o.Kind == "pods").GroupBy(o => KubeJson.Text(o.Object, "metadata", "namespace"), StringComparer.Ordinal).Where(g => g.Key.Length > 0)
                .OrderByDescending(g => g.Count(p => !KubeJson.IsReady(p.Object))).ThenBy(g => g.Key.StartsWith("kube-", StringComparison.Ordinal)).ThenByDescending(g => g.Count()).Select(g => g.Key),
        ];
    }

    [GeneratedRegex(@"(^|/)logs?([-_. /]|$)", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex LogWord();

    [GeneratedRegex(@"^-([a-z0-9]{6,10}-)?([a-z0-9]{5}|[0-9]{1,3})([/. _]|$)")]
    private static partial Regex GeneratedEnd();

    [GeneratedRegex(@"(?<=\n)\n+(?=Name:)")]
    private static partial Regex NextName();

    [GeneratedRegex(@"^Name:\s+(?<name>\S+)", RegexOptions.Multiline)]
    private static partial Regex NameLine();

    [GeneratedRegex(@"^Namespace:\s+(?<name>\S+)", RegexOptions.Multiline)]
    private static partial Regex NamespaceLine();

    [GeneratedRegex(@"^kind:\s*(?<kind>[A-Za-z]+)", RegexOptions.Multiline)]
    private static partial Regex KindLine();

    [GeneratedRegex(@"^metadata:\n(?:  .*\n)*?  name:\s*""?(?<name>[^\s""]+)", RegexOptions.Multiline)]
    private static partial Regex MetadataName();

    [GeneratedRegex(@"^---.*$", RegexOptions.Multiline)]
    private static partial Regex DocumentEnd();

    [GeneratedRegex(@"^items:\s*$", RegexOptions.Multiline)]
    private static partial Regex ItemsLine();

    [GeneratedRegex(@"^- ", RegexOptions.Multiline)]
    private static partial Regex ItemStart();

    [GeneratedRegex(@"\n\s*\n")]
    private static partial Regex BlankLine();

    [GeneratedRegex(@"^[a-z.]+/")]
    private static partial Regex KindPrefix();
}
