using System.Text.Json;
using System.Text.Json.Serialization;
using OpenSre.Core;
using OpenSre.Diagnostics;

namespace OpenSre.Investigation;

/// <summary>What is true of a case, in the words of the benchmark.</summary>
public sealed record CloudOpsBenchTruth(
    [property: JsonPropertyName("fault_taxonomy")] string FaultTaxonomy,
    [property: JsonPropertyName("fault_object")] string FaultObject,
    [property: JsonPropertyName("root_cause")] string RootCause);

/// <summary>A label; the engine never sees it.</summary>
public sealed record CloudOpsBenchLabel(string Case, CloudOpsBenchTruth Result);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(CloudOpsBenchLabel))]
public sealed partial class CloudOpsBenchJson : JsonSerializerContext;

/// <summary>Unpacked cases of Cloud-OpsBench: <c>SYSTEM/CATEGORY/N/</c>. A label without its folder is not of this part of the set.</summary>
public sealed class CloudOpsBenchIncidents : IIncidentSet
{
    public string Kind => "cloud-opsbench";

    public string Title => "Cloud-OpsBench incidents";

    public Func<CaseLabel, string>? Group => l => l.Note;

    public IEnumerable<LabelledCase> Cases(string folder, string? labels)
    {
        foreach (var label in CloudOpsBenchEvaluation.Labels(IncidentSets.LabelFile(folder, labels)))
        {
            var place = Path.Combine(folder, label.Case);
            if (Directory.Exists(place))
            {
                var truth = new CaseLabel(label.Case, "root_cause", label.Result.FaultObject.Split('/')[0], label.Result.FaultObject, label.Result.RootCause, label.Result.FaultTaxonomy);
                yield return new LabelledCase(truth, (options, cancellation) => CloudOpsBenchEvaluation.RunAsync(place, truth, cancellation, options.Without));
            }
        }
    }
}

/// <summary>
/// Runs the engine over recorded incidents of Cloud-OpsBench. The engine sees the question, the namespace and the tools,
/// never a file name, a case name or a label.
/// </summary>
public static class CloudOpsBenchEvaluation
{
    /// <summary>One call at a time, as the agents of the benchmark look.</summary>
    public static InvestigationBudget Budget { get; } = new(12, 1, TimeSpan.FromSeconds(60));

    /// <exception cref="InvalidDataException">A line cannot be read.</exception>
    public static IReadOnlyList<CloudOpsBenchLabel> Labels(string path)
    {
        try
        {
            return [.. File.ReadLines(path).Where(l => l.Length > 0).Select(l => JsonSerializer.Deserialize(l, CloudOpsBenchJson.Default.CloudOpsBenchLabel)!)];
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path} holds a line that is no label: {e.Message}", e);
        }
    }

    public static async Task<CaseResult> RunAsync(string folder, CaseLabel truth, CancellationToken cancellation, IReadOnlyCollection<string>? leftOut = null)
    {
        var recorded = CloudOpsBenchCase.Load(folder);
        var calls = 0;
        var began = System.Diagnostics.Stopwatch.GetTimestamp();
        var file = await InvestigateAsync(recorded, e => calls += e is ToolStarted ? 1 : 0, cancellation, leftOut).ConfigureAwait(false);
        var milliseconds = System.Diagnostics.Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        if (file.Diagnosis is not { } diagnosis)
        {
            throw new InvalidOperationException($"{truth.Case}: the investigation gave no diagnosis.");
        }

        var ranked = diagnosis.Ranked.Where(h => h.Kind == HypothesisKind.Fault).Select(Answer).ToList();
        var verdict = diagnosis.Verdict switch { Verdict.RootCause => "root_cause", Verdict.Healthy => "healthy", _ => "inconclusive" };
        return new CaseResult(
            truth.Case,
            verdict,
            ranked.Count > 0 ? ranked[0].Probability : 0,
            ranked,
            diagnosis.Top?.Supporting ?? [],
            file.Ledger.Evidence.All(e => file.Ledger.FindOutput(e.OutputId)?.Text.Contains(e.Quote, StringComparison.Ordinal) == true),
            calls,
            milliseconds,
            ranked.Count > 0 && ScoreCard.Matches(truth, ranked[0]))
        {
            Asked = [.. file.Ledger.Outputs.Select(o => new ToolCall(o.Tool, o.Arguments).Key)],
        };
    }

    /// <summary>Investigates a case at its own time.</summary>
    public static Task<CaseFile> InvestigateAsync(CloudOpsBenchCase recorded, Action<InvestigationEvent> publish, CancellationToken cancellation, IReadOnlyCollection<string>? leftOut = null)
    {
        var alert = new Alert
        {
            Name = recorded.Query,
            Summary = recorded.Query,
            Labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["namespace"] = recorded.Namespace },
            StartsAt = recorded.At - TimeSpan.FromMinutes(10),
        };
        var incident = Incidents.From([alert], recorded.At);
        var profile = leftOut is { Count: > 0 } ? KubernetesProfiles.Without(leftOut) : EngineProfile.Kubernetes;
        return new Investigator(CloudOpsBenchTools.All(recorded), new ReplayTime(recorded.At), Budget, KubernetesProfiles.Weighing, profile)
            .InvestigateAsync(incident, incident.Primary.Name, publish, null, cancellation);
    }

    private static RankedAnswer Answer(Hypothesis hypothesis)
    {
        var (faultClass, cause) = CloudOpsBenchTaxonomy.Of(hypothesis.FaultType);
        return new RankedAnswer(cause, CloudOpsBenchTaxonomy.Object(hypothesis.Entity), hypothesis.Probability) { Class = faultClass };
    }
}
