using OpenSre.Core;
using OpenSre.Diagnostics;

namespace OpenSre.Investigation;

/// <summary>What is recorded of an incident of services: the alert and what each tool answers. No label, no name of a case, no path.</summary>
/// <param name="At">The time of the investigation.</param>
/// <param name="Names">The names of things in the case, for telling it with others.</param>
public sealed record TelemetryCase(Alert Alert, DateTimeOffset At, IReadOnlyList<IEvidenceTool> Tools, IReadOnlyList<string> Names);

/// <summary>Runs the engine over incidents that are known through telemetry.</summary>
public static class TelemetryEvaluation
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>One call at a time.</summary>
    public static InvestigationBudget Budget { get; } = new(12, 1, TimeSpan.FromSeconds(60));

    /// <summary>Describes a tool that reads from a recording.</summary>
    public static ToolDescription Describe(string name, string summary, params ToolParameter[] parameters) => new(name, summary, parameters, Limit, 1_000_000, 1);

    /// <summary>A tool that answers from a recording.</summary>
    public static IEvidenceTool Tool(string name, string summary, Func<Func<string, string>, string?> answer, params ToolParameter[] parameters) => new RecordedTool(Describe(name, summary, parameters), answer);

    /// <summary>Investigates a case at its own time.</summary>
    public static Task<CaseFile> InvestigateAsync(TelemetryCase recorded, Retelling retelling, EngineProfile profile, Action<InvestigationEvent> publish, CancellationToken cancellation)
    {
        var now = recorded.At + retelling.Shift;
        string Tell(string text) => retelling.Tell(text, "");
        var alert = recorded.Alert with
        {
            Name = Tell(recorded.Alert.Name),
            Summary = Tell(recorded.Alert.Summary),
            Labels = recorded.Alert.Labels.ToDictionary(l => l.Key, l => Tell(l.Value), StringComparer.Ordinal),
            Annotations = recorded.Alert.Annotations.ToDictionary(l => l.Key, l => Tell(l.Value), StringComparer.Ordinal),
            StartsAt = recorded.Alert.StartsAt + retelling.Shift,
        };
        return new Investigator(retelling.Over(recorded.Tools), new ReplayTime(now), Budget, profile: profile)
            .InvestigateAsync(Incidents.From([alert], now), alert.Name, publish, null, cancellation);
    }

    /// <summary>Investigates and compares with the label.</summary>
    /// <param name="number">The number of the case in its set.</param>
    /// <param name="answer">A hypothesis in the words of the data set.</param>
    /// <param name="combine">Makes answers of all hypotheses where they are more than one to one.</param>
    internal static async Task<CaseResult> RunAsync(TelemetryCase recorded, CaseLabel truth, EvaluationOptions options, int number, CancellationToken cancellation, Func<string, Entity, double, RankedAnswer?>? answer = null, Func<IReadOnlyList<Hypothesis>, IReadOnlyList<RankedAnswer>>? combine = null)
    {
        var retelling = options.Variant?.Of(recorded.Names, number) ?? Retelling.None;
        var profile = TelemetryProfile.Instance.Without(options.Without);
        answer ??= (fault, entity, p) => FaultCatalogue.Find(fault) is null ? null : new RankedAnswer(fault, entity.Name, p);
        var calls = 0;
        var began = System.Diagnostics.Stopwatch.GetTimestamp();
        var file = await InvestigateAsync(recorded, retelling, profile, e => calls += e is ToolStarted ? 1 : 0, cancellation).ConfigureAwait(false);
        var milliseconds = System.Diagnostics.Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        var result = CaseReading.Of(truth, file, profile, recorded.At + retelling.Shift, calls, milliseconds, (fault, entity, p) => answer(fault, entity with { Name = retelling.Recall(entity.Name) }, p));
        var ranked = combine is null || file.Diagnosis is null ? result.Ranked : combine(file.Diagnosis.Ranked);
        // These sets ask for the first guess, whatever the verdict.
        return result with { Ranked = ranked, Probability = ranked.Count > 0 ? ranked[0].Probability : 0, Right = ranked.Count > 0 && ScoreCard.Matches(truth, ranked[0]) };
    }
}
