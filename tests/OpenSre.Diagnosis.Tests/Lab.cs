using OpenSre.Core;
using OpenSre.Diagnostics;

namespace OpenSre.Tests.Diagnosis;

/// <summary>Puts tool outputs and an alert before the checks, without any tool.</summary>
internal sealed class Lab
{
    public static readonly DateTimeOffset Now = new(2026, 5, 4, 10, 0, 0, TimeSpan.Zero);

    private readonly EvidenceLedger _ledger = new();
    private readonly Alert _alert;

    private Lab(Alert alert) => _alert = alert;

    public static Lab Alert(string name, string summary = "", params (string Key, string Value)[] labels) =>
        new(new Alert { Name = name, Summary = summary, Labels = labels.ToDictionary(l => l.Key, l => l.Value), StartsAt = Now.AddMinutes(-5) });

    public EvidenceLedger Ledger => _ledger;

    public Incident Incident => new("test", [_alert], new TimeWindow(Now.AddMinutes(-5), Now));

    public Lab Saw(string tool, string text, params (string Key, string Value)[] arguments)
    {
        _ledger.Store(new StoredOutput("", tool, arguments.ToDictionary(a => a.Key, a => a.Value), ToolStatus.Ok, text.ReplaceLineEndings("\n"), "", Now, TimeSpan.Zero));
        return this;
    }

    /// <summary>A tool that was called and is not available.</summary>
    public Lab AskedInVain(string tool)
    {
        _ledger.Store(new StoredOutput("", tool, new Dictionary<string, string>(), ToolStatus.Missing, "", "This is not available here.", Now, TimeSpan.Zero));
        return this;
    }

    public Assessment Assess(WeighingOptions? options = null) => Assess(HostChecks.All, options ?? new WeighingOptions());

    public Assessment Assess(IReadOnlyList<ICheck> checks, WeighingOptions options) =>
        new Diagnostician(checks, options).Assess(Incident, new AlertReading(Incident), _ledger, Now);

    public Core.Diagnosis Conclude()
    {
        var diagnostician = new Diagnostician(HostChecks.All, new WeighingOptions());
        return diagnostician.Conclude(diagnostician.Assess(Incident, new AlertReading(Incident), _ledger, Now), [], []);
    }
}
