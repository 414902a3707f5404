using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace OpenSre.Investigation;

/// <summary>
/// One recorded incident of the OpenSRE synthetic set: the alert and what each source answered. Only JSON files of
/// inputs are opened; notes of the authors beside them are not, and fields that could name the answer are taken out.
/// </summary>
public sealed partial class OpenSreSyntheticCase
{
    private const string MetricsFile = "aws_cloudwatch_metrics";
    private readonly Dictionary<string, JsonElement> _answers;

    private OpenSreSyntheticCase(string alert, DateTimeOffset at, Dictionary<string, JsonElement> answers) => (Alert, At, _answers) = (alert, at, answers);

    /// <summary>The text of the alert, as its sender wrote it.</summary>
    public string Alert { get; }

    /// <summary>The time of the recording: the newest time anything in it bears.</summary>
    public DateTimeOffset At { get; }

    /// <summary>The series of all metric files.</summary>
    public IEnumerable<JsonElement> Metrics => _answers.Where(a => a.Key.StartsWith(MetricsFile, StringComparison.Ordinal)).OrderBy(a => a.Key, StringComparer.Ordinal)
        .SelectMany(a => a.Value.TryGetProperty("metric_data_results", out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray().AsEnumerable() : a.Value.TryGetProperty("values", out _) ? [a.Value] : []);

    /// <summary>What a source answered; null when the recording does not hold it.</summary>
    public JsonElement? this[string source] => _answers.TryGetValue(source, out var answer) ? answer : null;

    /// <summary>The names of instances, clusters, pods, nodes and services in it.</summary>
    public IEnumerable<string> Names => _answers.Values.Append(JsonElement.Parse(Alert)).SelectMany(NamesIn).Distinct(StringComparer.Ordinal);

    /// <exception cref="InvalidDataException">The alert is missing or a file cannot be read.</exception>
    public static OpenSreSyntheticCase Load(string folder)
    {
        try
        {
            Dictionary<string, JsonElement> answers = new(StringComparer.Ordinal);
            var newest = DateTimeOffset.UnixEpoch;
            foreach (var file in Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal))
            {
                var text = File.ReadAllText(file);
                foreach (Match time in Time().Matches(text))
                {
                    if (DateTimeOffset.TryParse(time.Value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) && at > newest)
                    {
                        newest = at;
                    }
                }

                answers[Path.GetFileNameWithoutExtension(file)] = Strip(text);
            }

            return answers.Remove("alert", out var alert)
                ? new OpenSreSyntheticCase(alert.GetRawText(), newest, answers)
                : throw new InvalidDataException($"{folder} holds no alert.json");
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            throw new InvalidDataException($"{folder} holds no case that can be read: {e.Message}", e);
        }
    }

    private static IEnumerable<string> NamesIn(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(p => p.Value.ValueKind == JsonValueKind.String ? Naming().IsMatch(p.Name) ? [p.Value.GetString()!] : [] : NamesIn(p.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(NamesIn),
        _ => [],
    };

    [GeneratedRegex("(instance|cluster|pod|node|service|deployment|replica)(_?name|_?identifier)?$|^name$|^source_identifier$", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Naming();

    /// <summary>Takes out fields in which an author may have written the answer.</summary>
    private static JsonElement Strip(string text)
    {
        var node = JsonNode.Parse(text) ?? throw new JsonException("null");
        Strip(node);
        return JsonSerializer.SerializeToElement(node, EvaluationNodes.Default.JsonNode);
    }

    private static void Strip(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject fields:
                foreach (var name in fields.Select(f => f.Key).Where(k => Telling().IsMatch(k)).ToList())
                {
                    fields.Remove(name);
                }

                foreach (var (_, value) in fields)
                {
                    Strip(value);
                }

                break;
            case JsonArray items:
                foreach (var item in items)
                {
                    Strip(item);
                }

                break;
        }
    }

    [GeneratedRegex(@"scenario|failure_mode|root_cause|answer|expected|ground_truth|^labels?_|_labels?$|difficulty|solution|required_|forbidden", RegexOptions.IgnoreCase)]
    private static partial Regex Telling();

    [GeneratedRegex(@"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?Z")]
    private static partial Regex Time();
}
