using System.Text.Json;
using System.Text.Json.Serialization;

namespace OpenSre.Investigation;

/// <summary>What is true of a recorded case. Labels live apart from the recordings; the engine never sees them.</summary>
/// <param name="Verdict">"root_cause" or "healthy".</param>
/// <param name="Entities">Other names under which the same thing may rightly be called.</param>
/// <param name="FaultTypes">Other fault types that rightly name the same trouble.</param>
public sealed record CaseLabel(string Case, string Verdict, string EntityKind, string Entity, string FaultType, string Note, IReadOnlyList<string>? Entities = null, IReadOnlyList<string>? FaultTypes = null)
{
    [JsonIgnore]
    public bool IsHealthy => Verdict == "healthy";

    /// <summary>Things that look guilty and are not, where the data set names them.</summary>
    public IReadOnlyList<string>? Decoys { get; init; }

    /// <summary>Reads a file with one label a line.</summary>
    /// <exception cref="InvalidDataException">A line cannot be read.</exception>
    public static IReadOnlyList<CaseLabel> Load(string path)
    {
        List<CaseLabel> labels = [];
        foreach (var (number, line) in File.ReadLines(path).Index())
        {
            if (line.Length == 0)
            {
                continue;
            }

            try
            {
                labels.Add(JsonSerializer.Deserialize(line, EvaluationJson.Default.CaseLabel) ?? throw new JsonException("null"));
            }
            catch (JsonException e)
            {
                throw new InvalidDataException($"{path}, line {number + 1} is no label: {e.Message}", e);
            }
        }

        return labels;
    }
}

/// <summary>What the engine made of one case: a line of a results file.</summary>
/// <param name="Verdict">"root_cause", "healthy" or "inconclusive".</param>
public sealed record CaseResult(
    string Case,
    string Verdict,
    double Probability,
    IReadOnlyList<RankedAnswer> Ranked,
    IReadOnlyList<string> Cited,
    bool QuotesValid,
    int ToolCalls,
    double Milliseconds,
    bool Right)
{
    /// <summary>The calls that were made, in order, where the evaluation keeps them.</summary>
    public IReadOnlyList<string>? Asked { get; init; }

    /// <summary>Whether the cited evidence alone gives the same first answer; null when none was cited.</summary>
    public bool? Sufficient { get; init; }

    /// <summary>Whether the first answer loses at least half of its probability without the cited evidence; null when none was cited.</summary>
    public bool? Necessary { get; init; }

    /// <summary>All hypotheses with their scores, best first, for calibration.</summary>
    [JsonIgnore]
    public IReadOnlyList<ScoredAnswer> Scores { get; init; } = [];

    /// <summary>The share of the words a label asks for that the report holds, where labels ask for words.</summary>
    public double? Words { get; init; }

    /// <summary>Whether the answer is one the label forbids, where labels forbid any.</summary>
    public bool? Forbidden { get; init; }

    /// <summary>What the model concluded, where one was asked.</summary>
    public ModelOutcome? Model { get; init; }
}

/// <summary>A hypothesis as calibration sees it.</summary>
/// <param name="Score">Log-odds before they were tempered.</param>
/// <param name="IsTrue">Whether it is what the label says.</param>
public readonly record struct ScoredAnswer(double Score, bool IsTrue);

public sealed record RankedAnswer(string FaultType, string Entity, double Probability)
{
    /// <summary>The class of the fault, where the data set has classes.</summary>
    public string? Class { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CaseLabel))]
[JsonSerializable(typeof(CaseResult))]
public sealed partial class EvaluationJson : JsonSerializerContext;
