using System.Text.RegularExpressions;

namespace OpenSre.Diagnostics;

/// <summary>What a log line says of its own weight.</summary>
public static partial class LogLevel
{
    /// <summary>Whether the line names a level of error or above, in the ways of the common loggers.</summary>
    public static bool IsError(string line) => ErrorLevel().IsMatch(line);

    /// <summary>Whether the line says in words that something did not work, whatever its level.</summary>
    public static bool SpeaksOfFailure(string line) => IsError(line) || FailureWords().IsMatch(line);

    [GeneratedRegex(@"\b(cannot|can'?t|could not|couldn'?t|unable to|failed|failure|fatal|refused|rejected|denied|exception|traceback|panic|aborted|timed out|not found|no such|out of|too many|exhausted|corrupt\w*|mismatch)\b", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase)]
    private static partial Regex FailureWords();

    [GeneratedRegex(@"\b(ERROR|FATAL|CRIT(ICAL)?|EMERG|ALERT|PANIC|SEVERE)\b|""level"" ?: ?""(error|fatal|critical)""|\blevel=(error|fatal|critical)\b|^E\d{4} ", RegexOptions.ExplicitCapture)]
    private static partial Regex ErrorLevel();
}
