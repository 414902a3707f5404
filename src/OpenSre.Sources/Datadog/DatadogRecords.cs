using System.Text.Json;

namespace OpenSre.Sources;

/// <summary>What Datadog answers, as records of one line each.</summary>
public static class DatadogRecords
{
    /// <summary><c>log at= level= service= host= text=</c>, oldest first.</summary>
    public static string Logs(JsonElement answer) => string.Join('\n', answer.ItemsAt("logs")
        .OrderBy(l => l.TextAt("timestamp"), StringComparer.Ordinal)
        .Select(l => new RecordLine("log").Add("at", l.TextAt("timestamp")).Add("level", l.TextAt("status")).Add("service", l.TextAt("service")).Add("host", l.TextAt("host")).Text(l.TextAt("message"))));

    /// <summary><c>monitor state= kind= text=NAME: QUERY</c>; the state in Datadog's words: OK, Alert, Warn, No_Data.</summary>
    public static string Monitors(JsonElement answer) => string.Join('\n', answer.ItemsAt("monitors")
        .Select(m => new RecordLine("monitor").Add("state", m.TextAt("overall_state")).Add("kind", m.TextAt("type")).Text($"{m.TextAt("name")}: {m.TextAt("query")}")));
}
