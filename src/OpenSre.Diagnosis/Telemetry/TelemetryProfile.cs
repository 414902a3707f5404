using OpenSre.Core;

namespace OpenSre.Diagnostics;

/// <summary>The engine for services known through their telemetry alone.</summary>
public static class TelemetryProfile
{
    public static EngineProfile Instance { get; } = new(TelemetryChecks.All, Leads, TelemetryFaults.All, FittedWeighing.Telemetry);

    private static IEnumerable<Lead> Leads(CheckContext context)
    {
        yield return new Lead(ToolCall.With(TelemetryTools.Series, ("window", "incident")), "what moved when", [], 1);
        yield return new Lead(ToolCall.With(TelemetryTools.Series, ("window", "baseline")), "what was usual", [], 0.95);
        yield return new Lead(new ToolCall(TelemetryTools.Topology), "who calls whom", [], 0.9);
        yield return new Lead(new ToolCall(TelemetryTools.Changes), "what changed before", [], 0.85);
        yield return new Lead(new ToolCall(TelemetryTools.Patterns), "which log lines are new", [], 0.8);
        yield return new Lead(new ToolCall(TelemetryTools.Logs), "what was logged first", [], 0.75);
        yield return new Lead(new ToolCall(TelemetryTools.Traces), "where the time goes", [], 0.7);
        yield return new Lead(new ToolCall(TelemetryTools.Status), "whether something outside is known to be down", [], 0.65);
    }
}

/// <summary>All checks of telemetry.</summary>
public static class TelemetryChecks
{
    public static IReadOnlyList<ICheck> All { get; } = [new CallsCheck(), new ResourceShiftCheck(), new ExcessCheck(), new OutsideCheck(), new CodeChangeCheck(), new TracesCheck(), new LogShiftCheck(), new AlertStateCheck()];
}
