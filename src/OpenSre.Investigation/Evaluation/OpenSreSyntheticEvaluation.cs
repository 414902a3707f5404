using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using OpenSre.Core;
using OpenSre.Diagnostics;

namespace OpenSre.Investigation;

/// <summary>What is true of a case, in the words of the set.</summary>
public sealed record OpenSreSyntheticAnswer(
    [property: JsonPropertyName("root_cause_category")] string Category,
    [property: JsonPropertyName("equivalent_root_cause_categories")] IReadOnlyList<string>? Equivalents,
    [property: JsonPropertyName("forbidden_categories")] IReadOnlyList<string>? Forbidden,
    [property: JsonPropertyName("required_keywords")] IReadOnlyList<string>? Required);

/// <summary>A label; the engine never sees it.</summary>
public sealed record OpenSreSyntheticLabel(string Case, OpenSreSyntheticAnswer Answer);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(OpenSreSyntheticLabel))]
public sealed partial class OpenSreSyntheticJson : JsonSerializerContext;

[JsonSerializable(typeof(JsonNode))]
internal sealed partial class EvaluationNodes : JsonSerializerContext;

/// <summary>Recorded incidents of AWS RDS and EKS: <c>inputs/CASE/*.json</c> or <c>CASE/*.json</c> beside the labels.</summary>
public sealed class OpenSreSyntheticIncidents : IIncidentSet
{
    public string Kind => "opensre-synthetic";

    public string Title => "OpenSRE synthetic incidents";

    public Func<CaseLabel, string>? Group => l => $"{l.Case.Split('-')[0]}: {l.FaultType}";

    public double Temperature => EngineProfile.Cloud.Weighing.Temperature;

    public IEnumerable<LabelledCase> Cases(string folder, string? labels)
    {
        foreach (var (number, label) in OpenSreSyntheticEvaluation.Labels(IncidentSets.LabelFile(folder, labels)).Index())
        {
            var place = new[] { Path.Combine(folder, "inputs", label.Case), Path.Combine(folder, label.Case) }.FirstOrDefault(Directory.Exists);
            if (place is not null)
            {
                var answer = label.Answer;
                var truth = new CaseLabel(label.Case, answer.Category == "healthy" ? "healthy" : "root_cause", "", "", answer.Category, answer.Category, null, answer.Equivalents);
                yield return new LabelledCase(truth, (options, cancellation) => OpenSreSyntheticEvaluation.RunAsync(place, label, options, number, cancellation));
            }
        }
    }
}

/// <summary>
/// Runs the engine over recorded incidents of a cloud account. The engine sees the alert and the tools, never a file
/// name, a case name or a label.
/// </summary>
public static class OpenSreSyntheticEvaluation
{
    public static InvestigationBudget Budget { get; } = new(12, 1, TimeSpan.FromSeconds(60));

    /// <exception cref="InvalidDataException">A line cannot be read.</exception>
    public static IReadOnlyList<OpenSreSyntheticLabel> Labels(string path)
    {
        try
        {
            return [.. File.ReadLines(path).Where(l => l.Length > 0).Select(l => JsonSerializer.Deserialize(l, OpenSreSyntheticJson.Default.OpenSreSyntheticLabel)!)];
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path} holds a line that is no label: {e.Message}", e);
        }
    }

    /// <summary>Runs one case and compares the answer with its label.</summary>
    /// <param name="number">The number of the case in its set.</param>
    public static async Task<CaseResult> RunAsync(string folder, OpenSreSyntheticLabel label, EvaluationOptions options, int number, CancellationToken cancellation)
    {
        var recorded = OpenSreSyntheticCase.Load(folder);
        var retelling = options.Variant?.Of(recorded.Names, number) ?? Retelling.None;
        var calls = 0;
        var began = System.Diagnostics.Stopwatch.GetTimestamp();
        var file = await InvestigateAsync(recorded, retelling, EngineProfile.Cloud.Without(options.Without), e => calls += e is ToolStarted ? 1 : 0, cancellation).ConfigureAwait(false);
        var milliseconds = System.Diagnostics.Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        if (file.Diagnosis is not { } diagnosis)
        {
            throw new InvalidOperationException($"{label.Case}: the investigation gave no diagnosis.");
        }

        var truth = label.Answer;
        var accepted = new HashSet<string>(truth.Equivalents ?? [], StringComparer.Ordinal) { truth.Category };
        var ranked = diagnosis.Ranked.Select(h => Answer(h, accepted)).ToList();
        var verdict = diagnosis.Verdict switch { Verdict.RootCause => "root_cause", Verdict.Healthy => "healthy", _ => "inconclusive" };
        var right = truth.Category == "healthy" ? verdict == "healthy" : verdict == "root_cause" && accepted.Contains(ranked[0].FaultType);
        return new CaseResult(
            label.Case,
            verdict,
            ranked.Count > 0 ? ranked[0].Probability : 0,
            ranked,
            diagnosis.Top?.Supporting ?? [],
            file.Ledger.Evidence.All(e => file.Ledger.FindOutput(e.OutputId)?.Text.Contains(e.Quote, StringComparison.Ordinal) == true),
            calls,
            milliseconds,
            right)
        {
            Asked = [.. file.Ledger.Outputs.Select(o => new ToolCall(o.Tool, o.Arguments).Key)],
            Words = truth.Required is { Count: > 0 } required ? (double)required.Count(w => Says(file.Report, retelling.Tell(w, ""))) / required.Count : null,
            Forbidden = truth.Forbidden is { } forbidden && verdict != "inconclusive" && forbidden.Contains(OpenSreSyntheticTaxonomy.Of(diagnosis.Top!.FaultType)[0]),
        };
    }

    /// <summary>Investigates a case at its own time.</summary>
    public static Task<CaseFile> InvestigateAsync(OpenSreSyntheticCase recorded, Retelling retelling, EngineProfile profile, Action<InvestigationEvent> publish, CancellationToken cancellation)
    {
        var now = recorded.At + retelling.Shift;
        var incident = Incidents.From(AlertIntake.Read(retelling.Tell(recorded.Alert, ""), now).Alerts, now);
        return new Investigator(retelling.Over(OpenSreSyntheticTools.All(recorded)), new ReplayTime(now), Budget, profile: profile)
            .InvestigateAsync(incident, incident.Primary.Name, publish, null, cancellation);
    }

    /// <summary>
    /// An answer under the first of its categories that the label accepts, else under its own. So the score card
    /// compares like with like; the fault's own category stays beside it.
    /// </summary>
    private static RankedAnswer Answer(Hypothesis hypothesis, HashSet<string> accepted)
    {
        var categories = OpenSreSyntheticTaxonomy.Of(hypothesis.FaultType);
        return new RankedAnswer(categories.FirstOrDefault(accepted.Contains) ?? categories[0], "", hypothesis.Probability) { Class = categories[0] };
    }

    /// <summary>Whether a report holds all the tokens of a keyword, in any order and case.</summary>
    internal static bool Says(string report, string keyword) =>
        report.Contains(keyword, StringComparison.OrdinalIgnoreCase) || keyword.Split([' ', '-', '_', ':'], StringSplitOptions.RemoveEmptyEntries).All(t => report.Contains(t, StringComparison.OrdinalIgnoreCase));
}
