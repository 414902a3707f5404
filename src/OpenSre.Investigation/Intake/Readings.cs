using System.Text.Json;
using OpenSre.Core;

namespace OpenSre.Investigation;

/// <summary>Puts together what several documents of one input said.</summary>
internal static class Readings
{
    /// <summary>More alerts than this in one input are counted, not kept.</summary>
    public const int MaxAlerts = 1000;

    /// <summary>More documents than this in one input (the lines of a long log, say) are counted, not read.</summary>
    private const int MaxDocuments = 5000;

    public static Reading Of(IReadOnlyList<JsonElement> documents, Func<JsonElement, Reading> read)
    {
        var reading = Merge(documents.Take(MaxDocuments).Select(read).ToList());
        return documents.Count <= MaxDocuments
            ? reading
            : Noted(reading, $"only the first {MaxDocuments} of {documents.Count} entries were read");
    }

    /// <summary>
    /// One reading of all. Of two alerts with the same fingerprint the later one counts. Log records (JSON lines of a
    /// program) become one alert that leads with the worst of them.
    /// </summary>
    private static Reading Merge(IReadOnlyList<Reading> readings)
    {
        if (readings.Count == 1)
        {
            return Bound(readings[0]);
        }

        if (readings.All(r => r.Dialect == UnknownJsonDialect.DialectName && r.Alerts.Count == 1 && IsLogRecord(r.Alerts[0])))
        {
            return Log(readings);
        }

        var latest = new Dictionary<string, Alert>(StringComparer.Ordinal);
        foreach (var alert in readings.SelectMany(r => r.Alerts))
        {
            latest.Remove(alert.Fingerprint);
            latest[alert.Fingerprint] = alert;
        }

        var notices = readings.Select(r => r.Notice).Where(n => n is not null).Distinct().Take(3);
        var lead = readings.FirstOrDefault(r => r.Alerts.Count > 0) ?? readings[0];
        return Bound(lead with
        {
            Alerts = [.. latest.Values],
            Notice = string.Join("; ", notices) is { Length: > 0 } notice ? notice : null,
            Asks = readings.All(r => r.Asks || r.Alerts.Count == 0) && readings.Any(r => r.Asks),
        });
    }

    private static Reading Bound(Reading reading)
    {
        if (reading.Alerts.Count <= MaxAlerts)
        {
            return reading;
        }

        var kept = reading.Alerts.OrderBy(a => a.Status == AlertStatus.Resolved).ThenByDescending(a => a.Severity).Take(MaxAlerts).ToList();
        return Noted(reading with { Alerts = kept }, $"{reading.Alerts.Count - MaxAlerts} more alerts of lower rank were left out, {MaxAlerts} is the limit of one input");
    }

    private static Reading Noted(Reading reading, string notice) =>
        reading with { Notice = reading.Notice is null ? notice : $"{reading.Notice}; {notice}" };

    private static bool IsLogRecord(Alert alert) => alert.Annotations.ContainsKey(UnknownJsonDialect.LogLine);

    private static Reading Log(IReadOnlyList<Reading> records)
    {
        var alerts = records.Select(r => r.Alerts[0]).ToList();
        var worst = alerts.MaxBy(a => a.Severity)!;
        var text = string.Join('\n', alerts.Select(a => a.Annotations[UnknownJsonDialect.LogLine]));
        var annotations = new Dictionary<string, string>(worst.Annotations, StringComparer.Ordinal)
        {
            [UnknownJsonDialect.LogLine] = text.Length <= 8000 ? text : text[..8000] + "…",
        };
        return records[0] with { Alerts = [worst with { Annotations = annotations }], Notice = $"it leads {records.Count} log records" };
    }
}
