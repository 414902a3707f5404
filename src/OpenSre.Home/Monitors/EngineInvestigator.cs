using OpenSre.Core;
using OpenSre.Investigation;

namespace OpenSre.Home;

/// <summary>Has the investigation engine look at the host before a notice about it is sent.</summary>
/// <param name="investigate">
/// Runs an incident against a host; null when nothing can be looked at there. The composition root gives the engine with
/// the tools of that host.
/// </param>
public sealed class EngineInvestigator(Func<string, Incident, CancellationToken, Task<CaseFile?>> investigate, TimeProvider time) : IAlertInvestigator
{
    public async Task<AlarmExplanation?> ExplainAsync(AlarmSubject subject, CancellationToken cancellation)
    {
        var alerts = subject.Alarms.Select(a => new Alert
        {
            Name = a.Rule,
            Summary = $"{a.What} on {a.Host}",
            Severity = a.Severity,
            Source = "monitor",
            StartsAt = a.Since,
            Fingerprint = a.Key,
            Labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["host"] = a.Host, [Label(a.Rule)] = a.Thing.Length > 0 ? a.Thing : a.Host },
        }).ToList();
        if (await investigate(subject.Host, Incidents.From(alerts, time.GetUtcNow()), cancellation).ConfigureAwait(false) is not { Diagnosis: { Verdict: Verdict.RootCause, Top: { } top } diagnosis } file)
        {
            return null;
        }

        // Only what the engine has shown is passed on; an unsure answer would be taken for a sure one on a phone.
        var evidence = top.Supporting.Select(id => file.Ledger.Evidence.FirstOrDefault(e => e.Id == id)).OfType<Evidence>().Select(e => e.Claim).ToList();
        return new AlarmExplanation(diagnosis.Summary, top.Probability, evidence);
    }

    private static string Label(string rule) => rule.Split('.')[0] switch
    {
        "container" => "container",
        "units" => "service",
        "disk" or "inodes" => "mountpoint",
        "certificate" => "endpoint",
        _ => "resource",
    };
}
