using OpenSre.Core;

namespace OpenSre.Home;

/// <summary>What rules share: making an observation of a number, and saying sizes and times.</summary>
internal static class RuleWords
{
    public static Observation Number(RuleSight sight, string thing, double value, Threshold usual, string what, string detail = "") =>
        new(thing, sight.Limits(usual).Level(value, sight.Present(thing)), what, detail);

    /// <summary>Worth knowing, not worth a message of its own.</summary>
    public static Observation Capped(Observation observation) => observation.Level > Severity.Info ? observation with { Level = Severity.Info } : observation;

    public static IReadOnlyList<Observation>? Faults(RuleSight sight, IReadOnlyList<string>? things, Severity level, Func<string, string> what) =>
        things is null ? null : [.. things.Distinct(StringComparer.Ordinal).Select(t => new Observation(t, level, what(t)))];

    public static string Busiest(HostReading reading) => reading.TopProcesses.MaxBy(p => p.CpuPercent) is { CpuPercent: > 20 } top ? $"{top.Name} takes {top.CpuPercent:F0} % of a processor" : "";

    public static string Largest(HostReading reading) => reading.TopProcesses.MaxBy(p => p.Resident) is { Resident: > 0 } top ? $"{top.Name} holds {Bytes(top.Resident)}" : "";

    public static string Bytes(double bytes)
    {
        string[] units = ["B", "kB", "MB", "GB", "TB"];
        var unit = 0;
        while (bytes >= 1000 && unit < units.Length - 1)
        {
            bytes /= 1000;
            unit++;
        }

        return bytes < 10 && unit > 0 ? $"{bytes:F1} {units[unit]}" : $"{bytes:F0} {units[unit]}";
    }

    public static string Span(TimeSpan span) => span switch
    {
        { TotalSeconds: < 90 } => $"{Math.Max(0, span.TotalSeconds):F0} s",
        { TotalMinutes: < 90 } => $"{span.TotalMinutes:F0} min",
        { TotalHours: < 48 } => $"{span.TotalHours:F0} h",
        _ => $"{span.TotalDays:F0} days",
    };
}
