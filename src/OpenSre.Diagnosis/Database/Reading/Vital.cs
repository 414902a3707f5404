using System.Globalization;

namespace OpenSre.Diagnostics;

/// <summary>A metric with a bound that is known to matter, as read of one database now.</summary>
/// <param name="Shows">What an alert complains of when this is out of bounds.</param>
/// <param name="Broken">Whether it is out of bounds now; null when that cannot be told.</param>
/// <param name="Claim">Its value and its bound in words.</param>
public sealed record Vital(string Metric, Symptom Shows, MetricSeries? Series, bool? Broken, string Claim)
{
    /// <summary>AWS's recommended alarms ask for 90 %, Netdata and Coroot warn at 85 % and 80 %.</summary>
    public const double BusyCpu = 80;

    /// <summary>Share of max_connections; Coroot and AWS's recommended alarms.</summary>
    public const double ManyConnections = 0.9;

    /// <summary>Share of allocated storage; RDS writes its low-storage event and starts autoscaling below it.</summary>
    public const double LittleStorage = 0.1;

    /// <summary>Bytes; Netdata's critical head-room, for when the allocated storage is not known.</summary>
    public const double LeastStorage = 5 * 1073741824.0;

    /// <summary>Seconds until the storage is full at the present rate; Netdata's critical bound.</summary>
    public const double SoonFull = 2 * 3600;

    /// <summary>Seconds; Coroot's bound, AWS recommends 60.</summary>
    public const double LongLag = 30;

    /// <summary>Seconds for a read or a write; AWS's recommended alarms.</summary>
    public const double SlowIo = 0.020;

    /// <summary>Share of memory; below it the operating system has next to no cache left.</summary>
    public const double LittleMemory = 0.05;

    /// <summary>Transactions; AWS's recommended alarm, half of what there are.</summary>
    public const double OldTransactions = 1e9;

    /// <summary>Everything that has a bound.</summary>
    public static IReadOnlyList<Vital> Of(DatabaseView view) =>
    [
        Cpu(view), Connections(view), Storage(view), Lag(view), Latency(view, "ReadLatency"), Latency(view, "WriteLatency"), FreeMemory(view), Transactions(view),
    ];

    public static Vital Cpu(DatabaseView view) =>
        Judge("CPUUtilization", Symptom.Cpu | Symptom.Load, view.Metric("CPUUtilization"), s => s.Now >= BusyCpu, s => $"CPUUtilization of {view.Instance} is {Number(s.Now)} %");

    public static Vital Connections(DatabaseView view)
    {
        var series = view.Metric("DatabaseConnections");
        var limit = view.ConnectionLimit;
        return new Vital(
            "DatabaseConnections",
            Symptom.Connections,
            series,
            series is null || limit is null ? null : series.Now >= ManyConnections * limit,
            series is null ? "" : limit is null ? $"{view.Instance} has {Number(series.Now)} connections; its max_connections is not known" : $"{view.Instance} has {Number(series.Now)} connections, {Number(100 * series.Now / limit.Value)} % of its max_connections ({Number(limit.Value)})");
    }

    public static Vital Storage(DatabaseView view)
    {
        var series = view.Metric("FreeStorageSpace");
        if (series is null)
        {
            return new Vital("FreeStorageSpace", Symptom.DiskSpace, null, null, "");
        }

        var share = ShareFree(view, series);
        var low = IsLow(view, series);
        var words = $"FreeStorageSpace of {view.Instance} is {Words.Bytes(series.Now)}" + (share is null ? "" : $", {Number(100 * share.Value)} % of its storage");
        return new Vital("FreeStorageSpace", Symptom.DiskSpace, series, low || SecondsToFull(series) < SoonFull, low || SecondsToFull(series) is not { } left ? words : $"{words}, and would be gone in {Words.Duration(left)} at this rate");
    }

    /// <summary>Whether there is little storage left now, whatever it does next.</summary>
    public static bool IsLow(DatabaseView view, MetricSeries free) => ShareFree(view, free) < LittleStorage || free.Last < LeastStorage;

    private static double? ShareFree(DatabaseView view, MetricSeries free) => view.AllocatedStorage is { } size && size >= free.Now ? free.Now / size : null;

    /// <summary>When the storage would be full if it went on like this; null when it does not shrink.</summary>
    public static double? SecondsToFull(MetricSeries series) =>
        series.Slope < 0 && series.Last < series.Values[Math.Max(0, series.Values.Count - 3)] ? series.Last / -series.Slope : null;

    public static Vital Lag(DatabaseView view) =>
        Judge("ReplicaLag", Symptom.Replication, view.Lag, s => s.Now > LongLag, s => $"the replication lag of {s.Instance} is {Number(s.Now)} s");

    public static Vital Transactions(DatabaseView view) =>
        Judge("MaximumUsedTransactionIDs", Symptom.None, view.Metric("MaximumUsedTransactionIDs"), s => s.Now >= OldTransactions, s => $"the oldest transaction id of {view.Instance} is {Number(s.Now / 1e6)} million transactions old");

    private static Vital Latency(DatabaseView view, string metric) =>
        Judge(metric, Symptom.DiskIo | Symptom.Latency, view.Metric(metric), s => s.Now >= SlowIo, s => $"{metric} of {view.Instance} is {Number(s.Now * 1000)} ms");

    private static Vital FreeMemory(DatabaseView view)
    {
        var memory = view.Memory;
        return Judge("FreeableMemory", Symptom.Memory | Symptom.OutOfMemory, view.Metric("FreeableMemory"), s => memory is null ? null : s.Now < LittleMemory * memory, s => $"FreeableMemory of {view.Instance} is {Words.Bytes(s.Now)}");
    }

    private static Vital Judge(string metric, Symptom shows, MetricSeries? series, Func<MetricSeries, bool?> broken, Func<MetricSeries, string> claim) =>
        new(metric, shows, series, series is null ? null : broken(series), series is null ? "" : claim(series));

    internal static string Number(double value) => value.ToString(Math.Abs(value) >= 10 ? "0" : "0.#", CultureInfo.InvariantCulture);
}
