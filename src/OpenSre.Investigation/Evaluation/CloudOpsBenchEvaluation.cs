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

    public double Temperature => EngineProfile.Kubernetes.Weighing.Temperature;

    public IEnumerable<LabelledCase> Cases(string folder, string? labels)
    {
        foreach (var (number, label) in CloudOpsBenchEvaluation.Labels(IncidentSets.LabelFile(folder, labels)).Index())
        {
            var place = Path.Combine(folder, label.Case);
            if (Directory.Exists(place))
            {
                var truth = new CaseLabel(label.Case, "root_cause", label.Result.FaultObject.Split('/')[0], label.Result.FaultObject, label.Result.RootCause, label.Result.FaultTaxonomy);
                yield return new LabelledCase(truth, (options, cancellation) => CloudOpsBenchEvaluation.RunAsync(place, truth, options, number, cancellation))
                {
                    Faults = CloudOpsBenchTaxonomy.FaultsOf(truth.FaultType),
                };
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

    /// <summary>Runs one case and compares the answer with its label.</summary>
    /// <param name="number">The number of the case in its set.</param>
    public static async Task<CaseResult> RunAsync(string folder, CaseLabel truth, EvaluationOptions options, int number, CancellationToken cancellation)
    {
        var recorded = CloudOpsBenchCase.Load(folder);
        var retelling = options.Variant?.Of(CloudOpsBenchTools.Names(recorded), number) ?? Retelling.None;
        var profile = EngineProfile.Kubernetes.Without(options.Without);
        var calls = 0;
        var began = System.Diagnostics.Stopwatch.GetTimestamp();
        var file = await InvestigateAsync(recorded, retelling, profile, e => calls += e is ToolStarted ? 1 : 0, cancellation).ConfigureAwait(false);
        var milliseconds = System.Diagnostics.Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        var result = CaseReading.Of(truth, file, profile, recorded.At + retelling.Shift, calls, milliseconds, (fault, entity, p) => Answer(fault, entity with { Name = retelling.Recall(entity.Name) }, p));
        // The benchmark asks for the first guess, whatever the verdict.
        return result with { Right = result.Ranked.Count > 0 && ScoreCard.Matches(truth, result.Ranked[0]) };
    }

    /// <summary>Investigates a case at its own time.</summary>
    public static Task<CaseFile> InvestigateAsync(CloudOpsBenchCase recorded, Retelling retelling, EngineProfile profile, Action<InvestigationEvent> publish, CancellationToken cancellation)
    {
        var now = recorded.At + retelling.Shift;
        var query = retelling.Tell(recorded.Query, "");
        var alert = new Alert
        {
            Name = query,
            Summary = query,
            Labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["namespace"] = retelling.Tell(recorded.Namespace, "") },
            StartsAt = now - TimeSpan.FromMinutes(10),
        };
        var incident = Incidents.From([alert], now);
        return new Investigator(retelling.Over(CloudOpsBenchTools.All(recorded)), new ReplayTime(now), Budget, profile: profile)
            .InvestigateAsync(incident, incident.Primary.Name, publish, null, cancellation);
    }

    private static RankedAnswer? Answer(string fault, Entity entity, double probability)
    {
        if (FaultCatalogue.Find(fault) is null)
        {
            return null;
        }

        var (faultClass, cause) = CloudOpsBenchTaxonomy.Of(fault);
        return new RankedAnswer(cause, CloudOpsBenchTaxonomy.Object(entity), probability) { Class = faultClass };
    }
}
