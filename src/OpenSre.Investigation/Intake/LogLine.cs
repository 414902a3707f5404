using System.Globalization;
using System.Text.RegularExpressions;
using OpenSre.Core;

namespace OpenSre.Investigation;

/// <summary>
/// A line of a log taken apart: what precedes the message (time, host, process, level) in the forms of syslog, journald,
/// and the usual loggers. Parts a line does not have are null or unknown.
/// </summary>
internal sealed partial record LogLine(DateTimeOffset? Time, string? Host, string? Process, Severity Level, string Message)
{
    private const int LongestLine = 4000;

    public static bool LooksLikeOne(string line) => Prefix(line) is { Length: > 0 };

    public static LogLine Parse(string line, DateTimeOffset now)
    {
        line = line.Length > LongestLine ? line[..LongestLine] : line;
        DateTimeOffset? time = null;
        string? host = null, process = null;
        var rest = line;
        if (Syslog().Match(line) is { Success: true } syslog)
        {
            time = SyslogTime(syslog.Groups["time"].Value, now);
            host = syslog.Groups["host"].Value;
            process = syslog.Groups["process"].Value;
            rest = line[syslog.Length..];
        }
        else if (Kernel().Match(line) is { Success: true } kernel)
        {
            rest = line[kernel.Length..];
        }
        else if (Klog().Match(line) is { Success: true } klog)
        {
            return new LogLine(null, null, null, klog.Groups["level"].Value switch { "I" => Severity.Info, "W" => Severity.Warning, "E" => Severity.Error, _ => Severity.Critical }, line[klog.Length..]);
        }
        else if (Stamp().Match(line) is { Success: true } stamp)
        {
            time = VendorTime.Of(stamp.Groups["time"].Value);
            rest = line[stamp.Length..];
        }

        var level = Severity.Unknown;
        if (LevelMark().Match(rest) is { Success: true } mark)
        {
            level = SeverityScale.Of(mark.Groups["level"].Value);
            rest = rest[mark.Length..];
        }
        else if (LevelField().Match(rest) is { Success: true } field)
        {
            level = SeverityScale.Of(field.Groups["level"].Value);
        }

        if (level == Severity.Unknown && Failure().IsMatch(rest))
        {
            level = Severity.Error;
        }

        if (MessageField().Match(rest) is { Success: true } message)
        {
            rest = message.Groups["quoted"].Success ? message.Groups["quoted"].Value : message.Groups["bare"].Value;
        }

        rest = rest.Trim();
        return new LogLine(time, host, process, level, rest.Length == 0 ? line.Trim() : rest);
    }

    private static string? Prefix(string line) =>
        Syslog().Match(line) is { Success: true } syslog ? syslog.Value
        : Kernel().Match(line) is { Success: true } kernel ? kernel.Value
        : Klog().Match(line) is { Success: true } klog ? klog.Value
        : Stamp().Match(line) is { Success: true } stamp ? stamp.Value
        : LevelMark().Match(line) is { Success: true } mark ? mark.Value
        : LevelField().Match(line) is { Success: true } field ? field.Value : null;

    /// <summary>Syslog writes no year and no zone: the latest such time that is not in the future, in the reader's zone.</summary>
    private static DateTimeOffset? SyslogTime(string text, DateTimeOffset now)
    {
        foreach (var year in (int[])[now.Year, now.Year - 1])
        {
            if (year is > 1 and < 9999
                && DateTime.TryParseExact($"{year} {text}", "yyyy MMM d HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.AllowInnerWhite, out var local)
                && new DateTimeOffset(local, now.Offset) is var time && time <= now.AddDays(1))
            {
                return time;
            }
        }

        return null;
    }

    [GeneratedRegex(@"^(<[0-9]{1,3}>)?(?<time>(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) {1,2}[0-9]{1,2} [0-9]{2}:[0-9]{2}:[0-9]{2})(\.[0-9]{1,9})? (?<host>[\w.-]{1,253}) (?<process>[\w./@-]{1,100})(\[[0-9]{1,10}\])?: ?", RegexOptions.ExplicitCapture)]
    private static partial Regex Syslog();

    /// <summary>The kernel's seconds since boot.</summary>
    [GeneratedRegex(@"^\[ *[0-9]{1,9}\.[0-9]{1,9}\] ")]
    private static partial Regex Kernel();

    /// <summary>Kubernetes' own logger: level and date, time, thread, source.</summary>
    [GeneratedRegex(@"^(?<level>[IWEF])[0-9]{4} [0-9:.]{8,20} +[0-9]{1,10} [\w./-]{1,100}:[0-9]{1,6}\] ?(?=.)", RegexOptions.ExplicitCapture)]
    private static partial Regex Klog();

    /// <summary>The line of an exception or a crash that names it.</summary>
    [GeneratedRegex(@"^\s*((Caused by: |Exception in thread ""[^""]{1,100}"" )?[\w.$]{0,200}(Error|Exception)(: |$)|panic: |fatal: |Segmentation fault)", RegexOptions.ExplicitCapture)]
    private static partial Regex Failure();

    [GeneratedRegex(@"^[\[(]?(?<time>[0-9]{4}[-/.][0-9]{2}[-/.][0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}([.,][0-9]{1,9})?( ?(Z|UTC|[+-][0-9]{2}:?[0-9]{2}))?)[\])]?[ \t:|-]*", RegexOptions.ExplicitCapture)]
    private static partial Regex Stamp();

    [GeneratedRegex(@"^\s*(\[(?<level>[A-Za-z]{3,9})\]:?|(?<level>TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|ERR|CRIT|CRITICAL|FATAL|PANIC|EMERG|ALERT)(?=[:\s|])[:|]?)(?<=\[?(trace|debug|info|information|notice|warn|warning|error|err|crit|critical|fatal|panic|emerg|emergency|alert)\]?[:|]?)\s*[-|]?\s*", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase)]
    private static partial Regex LevelMark();

    [GeneratedRegex(@"\b(level|severity|lvl)=""?(?<level>[A-Za-z]{3,11})\b", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase)]
    private static partial Regex LevelField();

    [GeneratedRegex(@"\b(msg|message|error)=(""(?<quoted>[^""]{1,1000})""|(?<bare>\S{1,1000}))", RegexOptions.ExplicitCapture)]
    private static partial Regex MessageField();
}
