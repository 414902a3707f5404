using System.Globalization;
using System.Text;
using System.Text.Json;

namespace OpenSre.Sources;

/// <summary>Prints objects as kubectl prints them, so that one set of parsers reads both.</summary>
/// <param name="now">The time ages are counted to.</param>
internal sealed class KubePrinter(DateTimeOffset now)
{
    /// <summary>The table of a kind, or null for one that is not printed.</summary>
    public string? Table(string kind, IReadOnlyList<JsonElement> items) => kind switch
    {
        "pods" => Print(["NAME", "READY", "STATUS", "RESTARTS", "AGE", "IP", "NODE"], items.Select(Pod)),
        "deployments" => Print(["NAME", "READY", "UP-TO-DATE", "AVAILABLE", "AGE", "SELECTOR"], items.Select(i => new[]
        {
            Name(i), $"{KubeJson.Number(i, "status", "readyReplicas")}/{Replicas(i)}", KubeJson.Number(i, "status", "updatedReplicas").ToString(CultureInfo.InvariantCulture), KubeJson.Number(i, "status", "availableReplicas").ToString(CultureInfo.InvariantCulture), Age(i), Joined(i, "spec", "selector", "matchLabels"),
        })),
        "statefulsets" => Print(["NAME", "READY", "AGE"], items.Select(i => new[] { Name(i), $"{KubeJson.Number(i, "status", "readyReplicas")}/{Replicas(i)}", Age(i) })),
        "services" => Print(["NAME", "TYPE", "CLUSTER-IP", "EXTERNAL-IP", "PORT(S)", "AGE", "SELECTOR"], items.Select(i => new[]
        {
            Name(i), KubeJson.Text(i, "spec", "type"), KubeJson.Text(i, "spec", "clusterIP"), "", string.Join(',', KubeJson.Items(i, "spec", "ports").Select(Port)), Age(i), Joined(i, "spec", "selector"),
        })),
        "endpoints" => Print(["NAME", "ENDPOINTS", "AGE"], items.Select(i => new[]
        {
            Name(i), string.Join(',', KubeJson.Items(i, "subsets").SelectMany(s => KubeJson.Items(s, "addresses").SelectMany(a => KubeJson.Items(s, "ports").Select(p => $"{KubeJson.Text(a, "ip")}:{KubeJson.Text(p, "port")}")))), Age(i),
        })),
        "nodes" => Print(["NAME", "STATUS", "ROLES", "AGE", "VERSION"], items.Select(Node)),
        "persistentvolumeclaims" => Print(["NAME", "STATUS", "VOLUME", "CAPACITY", "ACCESS MODES", "STORAGECLASS", "AGE"], items.Select(i => new[]
        {
            Name(i), KubeJson.Text(i, "status", "phase"), KubeJson.Text(i, "spec", "volumeName"), KubeJson.Text(i, "status", "capacity", "storage"), Modes(i), KubeJson.Text(i, "spec", "storageClassName"), Age(i),
        })),
        "persistentvolumes" => Print(["NAME", "CAPACITY", "ACCESS MODES", "RECLAIM POLICY", "STATUS", "CLAIM", "STORAGECLASS", "AGE"], items.Select(i => new[]
        {
            Name(i), KubeJson.Text(i, "spec", "capacity", "storage"), Modes(i), KubeJson.Text(i, "spec", "persistentVolumeReclaimPolicy"), KubeJson.Text(i, "status", "phase"),
            KubeJson.Text(i, "spec", "claimRef", "name") is { Length: > 0 } claim ? $"{KubeJson.Text(i, "spec", "claimRef", "namespace")}/{claim}" : "", KubeJson.Text(i, "spec", "storageClassName"), Age(i),
        })),
        "resourcequota" => Print(["NAME", "AGE", "REQUEST", "LIMIT"], items.Select(i => new[] { Name(i), Age(i), Quota(i, limits: false), Quota(i, limits: true) })),
        "events" => Print(["LAST SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE"], items.OrderBy(LastSeen).Select(e => new[]
        {
            Seen(e), KubeJson.Text(e, "type"), KubeJson.Text(e, "reason"), $"{KubeJson.Text(Involved(e), "kind").ToLowerInvariant()}/{KubeJson.Text(Involved(e), "name")}", Message(e),
        })),
        _ => null,
    };

    /// <summary>A pod as <c>kubectl describe</c> shows it.</summary>
    public string DescribePod(JsonElement pod, IEnumerable<JsonElement> events)
    {
        StringBuilder text = new();
        void Line(string line) => text.Append(line).Append('\n');
        var node = KubeJson.Text(pod, "spec", "nodeName");
        Line($"Name:             {Name(pod)}");
        Line($"Namespace:        {KubeJson.Text(pod, "metadata", "namespace")}");
        Line($"Service Account:  {KubeJson.Text(pod, "spec", "serviceAccountName")}");
        Line($"Node:             {(node.Length == 0 ? "<none>" : $"{node}/{KubeJson.Text(pod, "status", "hostIP")}")}");
        Line($"Status:           {KubeJson.Text(pod, "status", "phase")}");
        Line("Containers:");
        var states = KubeJson.Items(pod, "status", "containerStatuses").ToList();
        foreach (var container in KubeJson.Items(pod, "spec", "containers"))
        {
            var name = KubeJson.Text(container, "name");
            Line($"  {name}:");
            Line($"    Image:          {KubeJson.Text(container, "image")}");
            var ports = KubeJson.Items(container, "ports").Select(p => $"{KubeJson.Text(p, "containerPort")}/{(KubeJson.Text(p, "protocol") is { Length: > 0 } protocol ? protocol : "TCP")}").ToList();
            Line(ports.Count > 1 ? $"    Ports:          {string.Join(", ", ports)}" : $"    Port:           {(ports.Count == 1 ? ports[0] : "<none>")}");
            var status = states.Find(s => KubeJson.Text(s, "name") == name);
            if (status.ValueKind == JsonValueKind.Object)
            {
                State(Line, "State", status, "state");
                State(Line, "Last State", status, "lastState");
                Line($"    Ready:          {(KubeJson.Text(status, "ready") == "true" ? "True" : "False")}");
                Line($"    Restart Count:  {KubeJson.Number(status, "restartCount")}");
            }

            foreach (var (title, key) in new[] { ("Limits", "limits"), ("Requests", "requests") })
            {
                var amounts = KubeJson.Pairs(container, "resources", key).ToList();
                if (amounts.Count > 0)
                {
                    Line($"    {title}:");
                    amounts.ForEach(a => Line($"      {a.Name}:  {a.Value}"));
                }
            }

            Probe(Line, "Liveness", container, "livenessProbe");
            Probe(Line, "Readiness", container, "readinessProbe");
        }

        var selectors = Joined(pod, "spec", "nodeSelector");
        Line($"Node-Selectors:   {(selectors.Length > 0 ? selectors : "<none>")}");
        Line("Events:");
        text.Append(Print(["  Type", "Reason", "Age", "From", "Message"], events.OrderBy(LastSeen).Select(e => new[]
        {
            "  " + KubeJson.Text(e, "type"), KubeJson.Text(e, "reason"), Repeated(e), KubeJson.Text(e, "source", "component"), Message(e),
        }), rule: true));
        return text.ToString();
    }

    /// <summary>An object as YAML.</summary>
    public static string Yaml(JsonElement item)
    {
        StringBuilder text = new();
        Write(text, item, 0, atKey: false);
        return text.ToString();
    }

    private static void Write(StringBuilder text, JsonElement value, int indent, bool atKey)
    {
        var lead = new string(' ', indent);
        switch (value.ValueKind)
        {
            case JsonValueKind.Object when value.EnumerateObject().Any():
                text.Append(atKey ? "\n" : "");
                var first = !atKey;
                foreach (var property in value.EnumerateObject().Where(p => p.Name != "managedFields"))
                {
                    text.Append(first && indent > 0 ? "" : lead).Append(property.Name).Append(':');
                    first = false;
                    Write(text, property.Value, indent + 2, atKey: true);
                }

                break;
            case JsonValueKind.Array when value.GetArrayLength() > 0:
                text.Append('\n');
                foreach (var item in value.EnumerateArray())
                {
                    text.Append(new string(' ', Math.Max(0, indent - 2))).Append("- ");
                    Write(text, item, indent, atKey: false);
                }

                break;
            case JsonValueKind.String when value.GetString()!.Contains('\n', StringComparison.Ordinal):
                text.Append(atKey ? " |\n" : "|\n");
                foreach (var line in value.GetString()!.Split('\n'))
                {
                    text.Append(lead).Append("  ").Append(line).Append('\n');
                }

                break;
            default:
                var word = value.ValueKind switch { JsonValueKind.String => value.GetString()!, JsonValueKind.Object => "{}", JsonValueKind.Array => "[]", _ => value.GetRawText() };
                text.Append(atKey ? " " : "").Append(word.Length == 0 || word.Contains(": ", StringComparison.Ordinal) || word.Contains(" #", StringComparison.Ordinal) ? $"\"{word}\"" : word).Append('\n');
                break;
        }
    }

    private static void State(Action<string> line, string title, JsonElement status, string key)
    {
        foreach (var (word, name) in new[] { ("Waiting", "waiting"), ("Running", "running"), ("Terminated", "terminated") })
        {
            if (KubeJson.Find(status, key, name) is { ValueKind: JsonValueKind.Object } state)
            {
                line($"    {title + ":",-15} {word}");
                if (KubeJson.Text(state, "reason") is { Length: > 0 } reason)
                {
                    line($"      Reason:       {reason}");
                }

                if (KubeJson.Text(state, "exitCode") is { Length: > 0 } code)
                {
                    line($"      Exit Code:    {code}");
                }
            }
        }
    }

    private static void Probe(Action<string> line, string title, JsonElement container, string key)
    {
        if (KubeJson.Find(container, key) is not { ValueKind: JsonValueKind.Object } probe)
        {
            return;
        }

        string Number(string name, string usual) => KubeJson.Text(probe, name) is { Length: > 0 } number ? number : usual;
        var what = KubeJson.Find(probe, "httpGet") is { } http ? $"http-get {(KubeJson.Text(http, "scheme") == "HTTPS" ? "https" : "http")}://:{KubeJson.Text(http, "port")}{KubeJson.Text(http, "path")}"
            : KubeJson.Find(probe, "grpc") is { } grpc ? $"grpc <pod>:{KubeJson.Text(grpc, "port")} "
            : KubeJson.Find(probe, "tcpSocket") is { } tcp ? $"tcp-socket :{KubeJson.Text(tcp, "port")}"
            : $"exec [{string.Join(' ', KubeJson.Items(probe, "exec", "command").Select(c => c.ToString()))}]";
        line($"    {title + ":",-11} {what} delay={Number("initialDelaySeconds", "0")}s timeout={Number("timeoutSeconds", "1")}s period={Number("periodSeconds", "10")}s #success={Number("successThreshold", "1")} #failure={Number("failureThreshold", "3")}");
    }

    private string[] Pod(JsonElement pod)
    {
        var containers = KubeJson.Items(pod, "status", "containerStatuses").ToList();
        var restarts = containers.Sum(c => KubeJson.Number(c, "restartCount"));
        var last = containers.Select(c => KubeJson.Time(KubeJson.Text(c, "lastState", "terminated", "finishedAt"))).OfType<DateTimeOffset>().DefaultIfEmpty().Max();
        var reason = containers.Select(c => KubeJson.Text(c, "state", "waiting", "reason") is { Length: > 0 } waiting ? waiting : KubeJson.Text(c, "state", "terminated", "reason")).FirstOrDefault(r => r.Length > 0);
        var status = KubeJson.Text(pod, "metadata", "deletionTimestamp").Length > 0 ? "Terminating"
            : reason ?? (KubeJson.Text(pod, "status", "reason") is { Length: > 0 } why ? why : KubeJson.Text(pod, "status", "phase"));
        return
        [
            Name(pod), $"{containers.Count(c => KubeJson.Text(c, "ready") == "true")}/{KubeJson.Items(pod, "spec", "containers").Count()}", status,
            restarts > 0 && last != default ? $"{restarts} ({Duration(now - last)} ago)" : restarts.ToString(CultureInfo.InvariantCulture), Age(pod), KubeJson.Text(pod, "status", "podIP"), KubeJson.Text(pod, "spec", "nodeName"),
        ];
    }

    private string[] Node(JsonElement node)
    {
        var ready = KubeJson.Items(node, "status", "conditions").FirstOrDefault(c => KubeJson.Text(c, "type") == "Ready");
        var status = ready.ValueKind == JsonValueKind.Object && KubeJson.Text(ready, "status") == "True" ? "Ready" : "NotReady";
        const string Role = "node-role.kubernetes.io/";
        var roles = string.Join(',', KubeJson.Pairs(node, "metadata", "labels").Where(l => l.Name.StartsWith(Role, StringComparison.Ordinal)).Select(l => l.Name[Role.Length..]));
        return [Name(node), KubeJson.Text(node, "spec", "unschedulable") == "true" ? status + ",SchedulingDisabled" : status, roles, Age(node), KubeJson.Text(node, "status", "nodeInfo", "kubeletVersion")];
    }

    private static string Quota(JsonElement quota, bool limits) =>
        string.Join(", ", KubeJson.Pairs(quota, "status", "hard").Where(h => h.Name.StartsWith("limits.", StringComparison.Ordinal) == limits)
            .Select(h => $"{h.Name}: {(KubeJson.Text(quota, "status", "used", h.Name) is { Length: > 0 } used ? used : "0")}/{h.Value}"));

    private static string Port(JsonElement port)
    {
        var outside = KubeJson.Text(port, "nodePort");
        return $"{KubeJson.Text(port, "port")}{(outside.Length > 0 ? ":" + outside : "")}/{(KubeJson.Text(port, "protocol") is { Length: > 0 } protocol ? protocol : "TCP")}";
    }

    private static string Modes(JsonElement item) => string.Join(',', KubeJson.Items(item, "spec", "accessModes").Select(m => m.ToString() switch
    {
        "ReadWriteOnce" => "RWO",
        "ReadOnlyMany" => "ROX",
        "ReadWriteMany" => "RWX",
        "ReadWriteOncePod" => "RWOP",
        var other => other,
    }));

    private static int Replicas(JsonElement workload) => KubeJson.Text(workload, "spec", "replicas").Length > 0 ? KubeJson.Number(workload, "spec", "replicas") : 1;

    private static string Name(JsonElement item) => KubeJson.Text(item, "metadata", "name");

    private static string Joined(JsonElement item, params ReadOnlySpan<string> path) => string.Join(',', KubeJson.Pairs(item, path).Select(p => $"{p.Name}={p.Value}"));

    private string Age(JsonElement item) => KubeJson.Time(KubeJson.Text(item, "metadata", "creationTimestamp")) is { } made ? Duration(now - made) : "";

    private static JsonElement Involved(JsonElement e) => KubeJson.Find(e, "involvedObject") ?? KubeJson.Find(e, "regarding") ?? e;

    private static string Message(JsonElement e) => (KubeJson.Text(e, "message") is { Length: > 0 } message ? message : KubeJson.Text(e, "note")).ReplaceLineEndings(" ");

    private static DateTimeOffset LastSeen(JsonElement e) => KubeJson.Times("events", e).DefaultIfEmpty().Max();

    private string Seen(JsonElement e) => LastSeen(e) is var seen && seen != default ? Duration(now - seen) : "";

    private string Repeated(JsonElement e) =>
        KubeJson.Number(e, "count") is > 1 and var count && KubeJson.Time(KubeJson.Text(e, "firstTimestamp")) is { } first ? $"{Seen(e)} (x{count} over {Duration(now - first)})" : Seen(e);

    private static string Duration(TimeSpan age) =>
        age < TimeSpan.Zero ? "0s" : age.TotalMinutes < 2 ? $"{(int)age.TotalSeconds}s" : age.TotalHours < 1 ? $"{(int)age.TotalMinutes}m{age.Seconds}s" : age.TotalDays < 2 ? $"{(int)age.TotalHours}h" : $"{(int)age.TotalDays}d";

    private static string Print(string[] heading, IEnumerable<string[]> rows, bool rule = false)
    {
        List<string[]> all = [heading, .. rule ? new[] { heading.Select(h => h.StartsWith(' ') ? "  ----" : "----").ToArray() } : [], .. rows.Select(r => r.Select(c => c.Length == 0 ? "<none>" : c).ToArray())];
        var widths = Enumerable.Range(0, heading.Length).Select(i => all.Max(r => r[i].Length)).ToArray();
        StringBuilder text = new();
        foreach (var row in all)
        {
            for (var i = 0; i < row.Length; i++)
            {
                text.Append(i + 1 < row.Length ? row[i].PadRight(widths[i] + 3) : row[i]);
            }

            text.Append('\n');
        }

        return text.ToString();
    }
}
