using System.Runtime.CompilerServices;
using OpenSre.Core;

namespace OpenSre.Diagnostics;

/// <summary>The log lines that were read, in the order of their times, and the border between usual times and what may be the incident.</summary>
internal sealed class TimedLogs
{
    /// <summary>The first part of the time before the alert that counts as usual; what comes after may be the incident already.</summary>
    private const double UsualShare = 0.4;

    /// <summary>By the newest output with log lines: outputs are only ever added, so it stands for all before it.</summary>
    private static readonly ConditionalWeakTable<StoredOutput, TimedLogs> Known = [];

    private TimedLogs(CheckContext context)
    {
        Lines = [.. context.Records(TelemetryTools.Logs, "log").Select(Line).OfType<TimedLog>().OrderBy(l => l.At)];
        if (Lines.Count > 0)
        {
            var asked = Window(context, "from") ?? Lines[0].At;
            Start = Window(context, "known_from") ?? asked;
            IsSelection = context.Records(TelemetryTools.Logs, "window").Any(r => r["only"] == "trouble");
            Border = asked + ((context.Incident.Window.Start - asked) * UsualShare);
        }
    }

    /// <summary>Only lines that speak of trouble were asked for.</summary>
    public bool IsSelection { get; }

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<TimedLog> Lines { get; }

    /// <summary>Since when lines are known: those asked for, or fewer where there were too many.</summary>
    public DateTimeOffset Start { get; }

    /// <summary>What is logged before it counts as usual.</summary>
    public DateTimeOffset Border { get; }

    /// <summary>Null while there are no lines.</summary>
    public static TimedLogs? Of(CheckContext context) =>
        context.Outputs(TelemetryTools.Logs).LastOrDefault() is { } newest && Known.GetValue(newest, _ => new TimedLogs(context)) is { Lines.Count: > 0 } logs ? logs : null;

    private static DateTimeOffset? Window(CheckContext context, string field) =>
        context.Records(TelemetryTools.Logs, "window").Select(r => FailureSignals.Time(r[field])).FirstOrDefault(t => t is not null);

    private static TimedLog? Line(Record record) =>
        FailureSignals.Time(record["at"]) is { } at ? new TimedLog(record, at, record["service"], record["severity"], record["text"]) : null;
}

/// <summary>A log line with its fields read once.</summary>
internal sealed record TimedLog(Record Record, DateTimeOffset At, string Service, string Severity, string Text);
