using OpenSre.Core;
using OpenSre.Sources;

namespace OpenSre.Investigation;

/// <summary>Bundles of host incidents: <c>case-001.bundle[.gz]</c> beside their labels.</summary>
public sealed class HostIncidents(Func<ICommandRunner, IReadOnlyList<IEvidenceTool>> tools) : IIncidentSet
{
    private readonly HostEvaluation _evaluation = new(tools);

    public string Kind => "host";

    public string Title => "host incidents";

    public IEnumerable<LabelledCase> Cases(string folder, string? labels)
    {
        foreach (var label in CaseLabel.Load(IncidentSets.LabelFile(folder, labels)))
        {
            var bundle = Directory.EnumerateFiles(folder, label.Case + ".*").FirstOrDefault(f => f.EndsWith(".bundle", StringComparison.Ordinal) || f.EndsWith(".bundle.gz", StringComparison.Ordinal))
                ?? throw new InvalidDataException($"{label.Case} has a label but no bundle in {folder}");
            yield return new LabelledCase(label, (_, cancellation) => _evaluation.RunAsync(bundle, label, cancellation));
        }
    }
}

/// <summary>
/// Runs the engine over recorded incidents of a host. The engine sees the alert text and the recorded commands, never
/// a file name, a case name or a label.
/// </summary>
public sealed class HostEvaluation(Func<ICommandRunner, IReadOnlyList<IEvidenceTool>> tools)
{
    /// <summary>Runs one recording and compares the answer with its label.</summary>
    public async Task<CaseResult> RunAsync(string path, CaseLabel label, CancellationToken cancellation)
    {
        var bundle = Bundle.Load(path);
        var caseFile = await ReplayAsync(bundle, cancellation).ConfigureAwait(false);
        var diagnosis = caseFile.File.Diagnosis;
        var ranked = diagnosis?.Ranked.Select(h => new RankedAnswer(h.FaultType, h.Entity.Name, h.Probability)).ToList() ?? [];
        // An alert its sender resolved is answered without a look: the product says that it is resolved.
        var verdict = AlertIntake.Read(bundle.Input, bundle.Header.RecordedAt).Kind == IntakeKind.Resolved ? "healthy" : diagnosis?.Verdict switch { Verdict.RootCause => "root_cause", Verdict.Healthy => "healthy", _ => "inconclusive" };
        var right = label.IsHealthy ? verdict == "healthy" : verdict == "root_cause" && ScoreCard.Matches(label, ranked[0]);
        return new CaseResult(
            label.Case,
            verdict,
            ranked.Count > 0 ? ranked[0].Probability : 0,
            ranked,
            diagnosis?.Top?.Supporting ?? [],
            QuotesStand(caseFile.File),
            caseFile.Calls,
            caseFile.Milliseconds,
            right);
    }

    /// <summary>Investigates a recording at its own time.</summary>
    public async Task<(CaseFile File, int Calls, double Milliseconds)> ReplayAsync(Bundle bundle, CancellationToken cancellation)
    {
        var time = new ReplayTime(bundle.Header.RecordedAt);
        var intake = AlertIntake.Read(bundle.Input, bundle.Header.RecordedAt);
        var incident = Incidents.From(intake.Alerts, bundle.Header.RecordedAt);
        var calls = 0;
        var began = System.Diagnostics.Stopwatch.GetTimestamp();
        var file = await new Investigator(tools(new ReplayRunner(bundle)), time)
            .InvestigateAsync(incident, incident.Primary.Name, e => calls += e is ToolStarted ? 1 : 0, null, cancellation).ConfigureAwait(false);
        return (file, calls, System.Diagnostics.Stopwatch.GetElapsedTime(began).TotalMilliseconds);
    }

    private static bool QuotesStand(CaseFile file) =>
        file.Ledger.Evidence.All(e => file.Ledger.FindOutput(e.OutputId)?.Text.Contains(e.Quote, StringComparison.Ordinal) == true);
}
