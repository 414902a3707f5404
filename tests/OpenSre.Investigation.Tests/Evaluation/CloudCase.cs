using System.Text.Json.Nodes;
using OpenSre.Core;
using OpenSre.Diagnostics;
using OpenSre.Investigation;

namespace OpenSre.Tests.Investigation;

/// <summary>Writes a small recorded case of a cloud account, and has the engine look at it.</summary>
internal sealed class CloudCase : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("opensre-cloud-").FullName;
    private readonly JsonArray _metrics = [];
    private readonly JsonArray _events = [];
    private readonly JsonArray _kubeEvents = [];
    private readonly JsonArray _pods = [];
    private readonly JsonArray _deployments = [];
    private readonly JsonArray _nodes = [];
    private readonly JsonArray _logs = [];
    private readonly JsonArray _monitors = [];
    private readonly JsonObject _alert;
    private readonly DateTimeOffset _now;

    public CloudCase(string title, string name, string summary, DateTimeOffset? now = null, params (string Key, string Value)[] says)
    {
        _now = now ?? new DateTimeOffset(2026, 6, 2, 14, 20, 0, TimeSpan.Zero);
        var annotations = new JsonObject { ["summary"] = summary };
        foreach (var (key, value) in says)
        {
            annotations[key] = value;
        }

        _alert = new JsonObject { ["title"] = title, ["state"] = "alerting", ["commonLabels"] = new JsonObject { ["alertname"] = name, ["severity"] = "critical" }, ["commonAnnotations"] = annotations };
    }

    public string Folder => _folder;

    public static CloudCase Database(string title, string name, string summary, string instance = "ledger-db", DateTimeOffset? now = null, string? replica = null)
    {
        var made = new CloudCase(title, name, summary, now, replica is null ? [("db_instance_identifier", instance)] : [("db_instance_identifier", instance), ("read_replica", replica)]);
        made.File("context", new JsonObject { ["engine"] = "postgres", ["instance_class"] = "db.m6g.xlarge", ["db_instance_identifier"] = instance });
        return made;
    }

    public static CloudCase Cluster(string title, string name, string summary, params (string Key, string Value)[] says) =>
        new(title, name, summary, null, [("kube_namespace", "shop"), ("kube_deployment", "basket"), .. says]);

    /// <summary>A metric of a minute each, the last at the present.</summary>
    public CloudCase Metric(string instance, string name, string unit, params double[] values)
    {
        _metrics.Add((JsonNode)new JsonObject
        {
            ["metric_name"] = name,
            ["unit"] = unit,
            ["stat"] = "Average",
            ["status_code"] = "Complete",
            ["dimensions"] = new JsonArray(new JsonObject { ["Name"] = "DBInstanceIdentifier", ["Value"] = instance }),
            ["timestamps"] = new JsonArray([.. values.Select((_, i) => (JsonNode)Time(values.Length - 1 - i))]),
            ["values"] = new JsonArray([.. values.Select(v => (JsonNode)v)]),
        });
        return this;
    }

    public CloudCase Event(string source, double minutesAgo, string message, string category = "notification")
    {
        _events.Add((JsonNode)new JsonObject { ["date"] = Time(minutesAgo), ["message"] = message, ["source_identifier"] = source, ["source_type"] = "db-instance", ["event_categories"] = new JsonArray(category) });
        return this;
    }

    /// <param name="sql">Statement and its waits, "CPU:4 IO:WALWrite:1".</param>
    public CloudCase Load(string instance, params (string Statement, string Waits)[] sql)
    {
        static JsonArray Waits(IEnumerable<string> words) => [.. words.Select(w => (JsonNode)new JsonObject { ["name"] = w[..w.LastIndexOf(':')], ["db_load_avg"] = Number(w) })];
        static double Number(string word) => double.Parse(word[(word.LastIndexOf(':') + 1)..], System.Globalization.CultureInfo.InvariantCulture);
        var all = sql.SelectMany(s => s.Waits.Split(' ')).GroupBy(w => w[..w.LastIndexOf(':')]).Select(g => $"{g.Key}:{g.Sum(Number).ToString(System.Globalization.CultureInfo.InvariantCulture)}");
        File("aws_performance_insights", new JsonObject
        {
            ["db_instance_identifier"] = instance,
            ["top_sql"] = new JsonArray([.. sql.Select(s => (JsonNode)new JsonObject { ["statement"] = s.Statement, ["db_load_avg"] = s.Waits.Split(' ').Sum(Number), ["wait_events"] = Waits(s.Waits.Split(' ')) })]),
            ["top_wait_events"] = Waits(all),
        });
        return this;
    }

    public CloudCase Pod(string name, string state, bool ready = true, int restarts = 0, double startedMinutesAgo = 600, string node = "node-a", string phase = "Running", string? why = null, string? message = null, int? exit = null, bool leaving = false)
    {
        var status = new JsonObject { [state] = true };
        if (state == "running")
        {
            status["started_at"] = Time(startedMinutesAgo);
        }

        Put(status, "reason", why);
        Put(status, "message", message);
        if (exit is { } code)
        {
            status["exit_code"] = code;
        }

        var pod = new JsonObject { ["name"] = name, ["namespace"] = "shop", ["phase"] = phase, ["node_name"] = node, ["start_time"] = Time(700), ["containers"] = new JsonArray(new JsonObject { ["name"] = "main", ["ready"] = ready, ["restart_count"] = restarts, ["state"] = status }) };
        if (leaving)
        {
            pod["deletion_timestamp"] = Time(3);
        }

        _pods.Add((JsonNode)pod);
        return this;
    }

    public CloudCase Deployment(string name, int desired, int ready)
    {
        _deployments.Add((JsonNode)new JsonObject { ["name"] = name, ["desired"] = desired, ["ready"] = ready, ["available"] = ready, ["unavailable"] = desired - ready });
        return this;
    }

    public CloudCase Node(string name, string ready = "True", string memoryPressure = "False")
    {
        _nodes.Add((JsonNode)new JsonObject { ["name"] = name, ["ready"] = ready, ["memory_pressure"] = memoryPressure, ["disk_pressure"] = "False", ["pid_pressure"] = "False" });
        return this;
    }

    public CloudCase KubeEvent(string of, string reason, string message, double minutesAgo = 1, int count = 1)
    {
        _kubeEvents.Add((JsonNode)new JsonObject { ["reason"] = reason, ["message"] = message, ["type"] = "Warning", ["count"] = count, ["involved_object"] = of, ["first_time"] = Time(minutesAgo + 20), ["last_time"] = Time(minutesAgo) });
        return this;
    }

    public CloudCase Log(string service, string level, string message, double minutesAgo = 1)
    {
        _logs.Add((JsonNode)new JsonObject { ["timestamp"] = Time(minutesAgo), ["message"] = message, ["status"] = level, ["service"] = service, ["host"] = "node-a" });
        return this;
    }

    public CloudCase Monitor(string name, string state)
    {
        _monitors.Add((JsonNode)new JsonObject { ["name"] = name, ["type"] = "metric alert", ["query"] = "avg(last_5m):x > 1", ["overall_state"] = state });
        return this;
    }

    public CloudCase File(string name, JsonNode content)
    {
        System.IO.File.WriteAllText(Path.Combine(_folder, name + ".json"), content.ToJsonString());
        return this;
    }

    public OpenSreSyntheticCase Recorded()
    {
        File("alert", _alert.DeepClone());
        Some("aws_cloudwatch_metrics", "metric_data_results", _metrics);
        Some("aws_rds_events", "events", _events);
        Some("eks_events", "warning_events", _kubeEvents);
        Some("eks_pods", "pods", _pods);
        Some("eks_deployments", "deployments", _deployments);
        Some("eks_node_health", "nodes", _nodes);
        Some("datadog_logs", "logs", _logs);
        Some("datadog_monitors", "monitors", _monitors);
        return OpenSreSyntheticCase.Load(_folder);
    }

    public async Task<CaseFile> InvestigateAsync(Action<InvestigationEvent>? publish = null) =>
        await OpenSreSyntheticEvaluation.InvestigateAsync(Recorded(), Retelling.None, EngineProfile.Cloud, publish ?? (_ => { }), TestContext.Current.CancellationToken);

    public void Dispose() => Directory.Delete(_folder, true);

    private void Some(string file, string list, JsonArray items)
    {
        if (items.Count > 0)
        {
            File(file, new JsonObject { [list] = items.DeepClone() });
        }
    }

    private static void Put(JsonObject into, string name, string? value)
    {
        if (value is not null)
        {
            into[name] = value;
        }
    }

    private string Time(double minutesAgo) => (_now - TimeSpan.FromMinutes(minutesAgo)).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
}
