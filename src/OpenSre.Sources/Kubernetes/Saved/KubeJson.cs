using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace OpenSre.Sources;

/// <summary>Looks into objects of Kubernetes and headings of its tables.</summary>
internal static partial class KubeJson
{
    /// <summary>The text at a path; "" when there is none.</summary>
    public static string Text(JsonElement element, params ReadOnlySpan<string> path) => Find(element, path) switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString()!,
        { ValueKind: JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False } other => other.GetRawText(),
        _ => "",
    };

    public static int Number(JsonElement element, params ReadOnlySpan<string> path) =>
        Find(element, path) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var value) ? value : 0;

    public static JsonElement? Find(JsonElement element, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out element))
            {
                return null;
            }
        }

        return element;
    }

    public static IEnumerable<JsonElement> Items(JsonElement element, params ReadOnlySpan<string> path) =>
        Find(element, path) is { ValueKind: JsonValueKind.Array } array ? array.EnumerateArray() : [];

    public static IEnumerable<JsonProperty> Pairs(JsonElement element, params ReadOnlySpan<string> path) =>
        Find(element, path) is { ValueKind: JsonValueKind.Object } map ? map.EnumerateObject() : [];

    public static DateTimeOffset? Time(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    /// <summary>When an object was made, and an event last seen.</summary>
    public static IEnumerable<DateTimeOffset> Times(string kind, JsonElement item)
    {
        string[] texts = kind == "events"
            ? [Text(item, "lastTimestamp"), Text(item, "eventTime"), Text(item, "deprecatedLastTimestamp"), Text(item, "series", "lastObservedTime")]
            : [Text(item, "metadata", "creationTimestamp"), .. Items(item, "status", "containerStatuses").SelectMany(c => new[] { Text(c, "state", "running", "startedAt"), Text(c, "lastState", "terminated", "finishedAt") })];
        return texts.Select(Time).OfType<DateTimeOffset>();
    }

    public static bool IsReady(JsonElement pod) =>
        Text(pod, "status", "phase") == "Succeeded" || (Items(pod, "status", "containerStatuses").ToList() is { Count: > 0 } containers && containers.TrueForAll(c => Text(c, "ready") == "true"));

    public static bool IsHeading(string line) => Heading().IsMatch(line);

    /// <summary>What a table lists, by its columns; null when no kind that is known.</summary>
    public static string? KindOfHeading(string heading)
    {
        bool Has(params ReadOnlySpan<string> columns)
        {
            foreach (var column in columns)
            {
                if (!Regex.IsMatch(heading, $@"(^|\s){Regex.Escape(column)}(\s|$)"))
                {
                    return false;
                }
            }

            return true;
        }

        return Has("READY", "STATUS", "RESTARTS") ? "pods"
            : Has("UP-TO-DATE", "AVAILABLE") && !Has("DESIRED") ? "deployments"
            : Has("DESIRED", "CURRENT", "READY") ? (Has("NODE SELECTOR") ? "daemonsets" : "replicasets")
            : Has("TYPE", "CLUSTER-IP") ? "services"
            : Has("ENDPOINTS") ? "endpoints"
            : Has("STATUS", "ROLES") ? "nodes"
            : Has("REASON", "OBJECT", "MESSAGE") ? "events"
            : Has("STATUS", "VOLUME", "CAPACITY") ? "persistentvolumeclaims"
            : Has("CAPACITY", "CLAIM") ? "persistentvolumes"
            : Has("REQUEST") ? "resourcequota"
            : Has("NAME", "READY", "AGE") ? "statefulsets" : null;
    }

    [GeneratedRegex(@"^(NAMESPACE|NAME|LAST SEEN)\s+[A-Z]")]
    private static partial Regex Heading();
}
