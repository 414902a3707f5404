using System.Globalization;
using System.Text.Json;

namespace OpenSre.Sources;

/// <summary>
/// What the AWS APIs answer, as records of one line each. Field names are taken in the APIs' own case and in snake case;
/// what is missing is "-", never guessed.
/// </summary>
public static class AwsRecords
{
    /// <summary>
    /// <c>metric name= instance= unit= stat= status= from= every= values=</c>: values oldest first, <c>every</c> in seconds.
    /// </summary>
    /// <param name="results">Elements of MetricDataResults with their dimensions.</param>
    /// <param name="instance">Only series of this DB instance.</param>
    public static string Metrics(IEnumerable<JsonElement> results, string instance) =>
        string.Join('\n', results.Where(r => Dimension(r) == instance).Select(r => Metric(r, instance)));

    /// <summary><c>event at= source= kind= categories= text=</c>, oldest first.</summary>
    public static string Events(JsonElement answer) => string.Join('\n', Items(answer, "events", "Events")
        .OrderBy(e => Text(e, "date", "Date"), StringComparer.Ordinal)
        .Select(e => new RecordLine("event")
            .Add("at", Text(e, "date", "Date"))
            .Add("source", Text(e, "source_identifier", "SourceIdentifier"))
            .Add("kind", Text(e, "source_type", "SourceType"))
            .Add("categories", string.Join(',', Items(e, "event_categories", "EventCategories").Select(c => c.ToString())))
            .Text(Text(e, "message", "Message"))));

    /// <summary>
    /// <c>load from= values=</c>, <c>sql load= calls= waits=NAME:LOAD,… text=</c>, <c>wait name= load=</c>,
    /// <c>user name= load=</c>, <c>host name= load=</c>. Loads are average active sessions, or shares where the source gives those.
    /// </summary>
    public static string PerformanceInsights(JsonElement answer)
    {
        List<string> lines = [];
        if (answer.At("db_load") is { } load)
        {
            lines.Add(new RecordLine("load").Add("from", Items(load, "timestamps").Select(t => t.ToString()).FirstOrDefault()).AddSeries("values", Numbers(load, "values")).ToString());
        }

        foreach (var sql in Items(answer, "top_sql"))
        {
            var waits = string.Join(',', Items(sql, "wait_events").Select(w => $"{Text(w, "name")}:{Number(w, "db_load_avg")}"));
            lines.Add(new RecordLine("sql").Add("load", Number(sql, "db_load_avg")).Add("calls", Number(sql, "calls_per_sec")).Add("waits", waits).Text(Text(sql, "statement")));
        }

        foreach (var (list, word) in new[] { ("top_wait_events", "wait"), ("top_users", "user"), ("top_hosts", "host") })
        {
            lines.AddRange(Items(answer, list).Select(i => new RecordLine(word).Add("name", Text(i, "name", "id")).Add("load", Number(i, "db_load_avg")).ToString()));
        }

        return string.Join('\n', lines);
    }

    /// <summary><c>instance name= engine= version= class= region= cluster= storage_gib= max_connections= multi_az=</c>, then <c>replica name=</c> for each.</summary>
    public static string Instance(JsonElement answer, string instance) => string.Join('\n', Items(answer, "read_replicas", "ReadReplicaDBInstanceIdentifiers")
        .Select(r => new RecordLine("replica").Add("name", r.ToString()).ToString())
        .Prepend(new RecordLine("instance").Add("name", instance)
            .Add("engine", Text(answer, "engine", "Engine")).Add("version", Text(answer, "engine_version", "EngineVersion"))
            .Add("class", Text(answer, "instance_class", "DBInstanceClass")).Add("region", Text(answer, "region"))
            .Add("cluster", Text(answer, "db_cluster", "DBClusterIdentifier")).Add("storage_gib", Number(answer, "allocated_storage", "AllocatedStorage"))
            .Add("max_connections", Number(answer, "max_connections")).Add("multi_az", answer.FlagAt("multi_az") ?? answer.FlagAt("MultiAZ")).ToString()));

    private static string Metric(JsonElement result, string instance)
    {
        var times = Items(result, "timestamps", "Timestamps").Select(t => DateTimeOffset.TryParse(t.ToString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : default);
        var points = Items(result, "values", "Values").Zip(times).Where(p => p.First.ValueKind == JsonValueKind.Number).Select(p => (Value: p.First.GetDouble(), At: p.Second)).OrderBy(p => p.At).ToList();
        return new RecordLine("metric").Add("name", Text(result, "metric_name", "MetricName", "label", "Label")).Add("instance", instance)
            .Add("unit", Text(result, "unit", "Unit")).Add("stat", Text(result, "stat", "Stat")).Add("status", Text(result, "status_code", "StatusCode"))
            .Add("from", points.Count > 0 ? points[0].At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) : null)
            .Add("every", points.Count > 1 ? (long)Math.Round((points[^1].At - points[0].At).TotalSeconds / (points.Count - 1)) : null)
            .AddSeries("values", [.. points.Select(p => p.Value)]).ToString();
    }

    private static string? Dimension(JsonElement result) => Items(result, "dimensions", "Dimensions")
        .Where(d => Text(d, "Name", "name") == "DBInstanceIdentifier").Select(d => Text(d, "Value", "value")).FirstOrDefault();

    private static IEnumerable<JsonElement> Items(JsonElement element, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (element.At(name) is { ValueKind: JsonValueKind.Array } list)
            {
                return list.EnumerateArray();
            }
        }

        return [];
    }

    private static string? Text(JsonElement element, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (element.TextAt(name) is { } text)
            {
                return text;
            }
        }

        return null;
    }

    private static string? Number(JsonElement element, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (element.At(name) is { ValueKind: JsonValueKind.Number } number)
            {
                return number.GetRawText();
            }
        }

        return null;
    }

    private static double[] Numbers(JsonElement element, string name) => [.. Items(element, name).Where(v => v.ValueKind == JsonValueKind.Number).Select(v => v.GetDouble())];
}
