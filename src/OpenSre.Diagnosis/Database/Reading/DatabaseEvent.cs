using System.Globalization;
using System.Text.RegularExpressions;

namespace OpenSre.Diagnostics;

/// <summary>An event RDS wrote, or a line of the database's log it copied.</summary>
/// <param name="SecondsAgo">Before the time of the investigation.</param>
public sealed partial record DatabaseEvent(Record Record, string Source, string Text, double SecondsAgo)
{
    /// <summary>
    /// How far back an event belongs to what happens now. RDS writes an event once; the states it speaks of are read
    /// from metrics where there are any.
    /// </summary>
    public const double Recent = 3600;

    public bool IsRecent => SecondsAgo <= Recent;

    public bool Says(Regex words) => words.IsMatch(Text);

    /// <summary>The maximum of connections the event names: "469 of 500", "maximum of 5000".</summary>
    public double? ConnectionLimit =>
        Text.Contains("connection", StringComparison.OrdinalIgnoreCase) && Limit().Match(Text) is { Success: true } match ? double.Parse(match.Groups["limit"].ValueSpan, CultureInfo.InvariantCulture) : null;

    /// <summary>Bytes of storage the event says the instance has: "of 200 GB", "from 100 GB to 200 GB".</summary>
    public double? AllocatedStorage =>
        Text.Contains("storage", StringComparison.OrdinalIgnoreCase) && Allocated().Match(Text) is { Success: true } match ? double.Parse(match.Groups["size"].ValueSpan, CultureInfo.InvariantCulture) * (match.Groups["unit"].Value.StartsWith('T') ? 1024 : 1) * 1073741824 : null;

    public static DatabaseEvent Read(Record record, DateTimeOffset now) => new(
        record,
        record["source"],
        record["text"],
        DateTimeOffset.TryParse(record["at"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? Math.Max(0, (now - at).TotalSeconds) : double.MaxValue);

    [GeneratedRegex(@"(\bof|maximum( of)?|max_connections( of| limit of| =|:)?|limit( of|:)?) (?<limit>[0-9]{2,6})\b", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Limit();

    [GeneratedRegex(@"(\bof|from [0-9.]+ [GT]i?B to) (?<size>[0-9.]+) (?<unit>[GT])i?B", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Allocated();
}
