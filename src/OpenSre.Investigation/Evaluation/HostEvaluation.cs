using System.Text.RegularExpressions;
using OpenSre.Core;
using OpenSre.Diagnostics;
using OpenSre.Sources;

namespace OpenSre.Investigation;

/// <summary>Bundles of host incidents: <c>case-001.bundle[.gz]</c> beside their labels.</summary>
public sealed class HostIncidents(Func<ICommandRunner, IReadOnlyList<IEvidenceTool>> tools) : IIncidentSet
{
    private readonly HostEvaluation _evaluation = new(tools);

    public string Kind => "host";

    public string Title => "host incidents";

    public double Temperature => EngineProfile.Host.Weighing.Temperature;

    public IEnumerable<LabelledCase> Cases(string folder, string? labels)
    {
        foreach (var (number, label) in CaseLabel.Load(IncidentSets.LabelFile(folder, labels)).Index())
        {
            var bundle = Directory.EnumerateFiles(folder, label.Case + ".*").FirstOrDefault(f => f.EndsWith(".bundle", StringComparison.Ordinal) || f.EndsWith(".bundle.gz", StringComparison.Ordinal))
                ?? throw new InvalidDataException($"{label.Case} has a label but no bundle in {folder}");
            yield return new LabelledCase(label, (options, cancellation) => _evaluation.RunAsync(bundle, label, options, number, cancellation))
            {
                Faults = label.IsHealthy ? [] : [label.FaultType, .. label.FaultTypes ?? []],
            };
        }
    }
}

/// <summary>
/// Runs the engine over recorded incidents of a host. The engine sees the alert text and the recorded commands, never
/// a file name, a case name or a label.
/// </summary>
public sealed partial class HostEvaluation(Func<ICommandRunner, IReadOnlyList<IEvidenceTool>> tools)
{
    /// <summary>Runs one recording and compares the answer with its label.</summary>
    /// <param name="number">The number of the case in its set.</param>
    public async Task<CaseResult> RunAsync(string path, CaseLabel label, EvaluationOptions options, int number, CancellationToken cancellation)
    {
        var bundle = Bundle.Load(path);
        var retelling = options.Variant?.Of(Names(bundle), number) ?? Retelling.None;
        var profile = EngineProfile.Host.Without(options.Without);
        var (file, calls, milliseconds) = await ReplayAsync(bundle, retelling, profile, options.Advice, cancellation).ConfigureAwait(false);
        var now = bundle.Header.RecordedAt + retelling.Shift;
        var result = CaseReading.Of(label, file, profile, now, calls, milliseconds, (fault, entity, p) => new RankedAnswer(fault, fault == FaultCatalogue.Unknown && entity.Kind == EntityKind.Host ? "" : retelling.Recall(entity.Name), p));
        // An alert its sender resolved is answered without a look: the product says that it is resolved.
        var verdict = AlertIntake.Read(retelling.Tell(bundle.Input, ""), now).Kind == IntakeKind.Resolved ? "healthy" : result.Verdict;
        var right = label.IsHealthy ? verdict == "healthy" : verdict == "root_cause" && ScoreCard.Matches(label, result.Ranked[0]);
        var model = file.Review is { Conclusion: not null } review ? ModelOutcome.Of(review, label, file.Ledger) : null;
        return result with { Verdict = verdict, Right = right, Model = model };
    }

    /// <summary>Investigates a recording at its own time.</summary>
    public Task<(CaseFile File, int Calls, double Milliseconds)> ReplayAsync(Bundle bundle, CancellationToken cancellation) =>
        ReplayAsync(bundle, Retelling.None, EngineProfile.Host, null, cancellation);

    private async Task<(CaseFile File, int Calls, double Milliseconds)> ReplayAsync(Bundle bundle, Retelling retelling, EngineProfile profile, ModelAdvice? advice, CancellationToken cancellation)
    {
        var now = bundle.Header.RecordedAt + retelling.Shift;
        var intake = AlertIntake.Read(retelling.Tell(bundle.Input, ""), now);
        var incident = Incidents.From(intake.Alerts, now);
        var calls = 0;
        var began = System.Diagnostics.Stopwatch.GetTimestamp();
        var file = await new Investigator(retelling.Over(tools(new ReplayRunner(bundle))), new ReplayTime(now), profile: profile) { Advice = advice, Beside = new CaseSurroundings { Supply = SupplyRecording.Of(bundle) } }
            .InvestigateAsync(incident, incident.Primary.Name, e => calls += e is ToolStarted ? 1 : 0, null, cancellation).ConfigureAwait(false);
        return (file, calls, System.Diagnostics.Stopwatch.GetElapsedTime(began).TotalMilliseconds);
    }

    /// <summary>What the recorded records call services and the host.</summary>
    private static IEnumerable<string> Names(Bundle bundle) =>
        bundle.Exchanges.SelectMany(e => NamedThing().Matches(e.Result.Output)).Select(m => m.Groups["name"].Value).Prepend(bundle.Header.Host).Distinct(StringComparer.Ordinal);

    [GeneratedRegex(@"^(service|supervised|unit|container) .*?\bname=(?<name>[a-z][a-z0-9-]+)\b|\bservice=(?<name>[a-z][a-z0-9-]+)\b|""Names"":\[""/(?<name>[a-z][a-z0-9-]+)""", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex NamedThing();
}
