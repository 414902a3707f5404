using System.Text.RegularExpressions;

namespace OpenSre.Diagnostics;

/// <summary>What a log line says of its own weight.</summary>
public static partial class LogLevel
{
    /// <summary>Whether the line names a level of error or above, in the ways of the common loggers.</summary>
    public static bool IsError(string line) => ErrorLevel().IsMatch(line);

    [GeneratedRegex(@"\b(ERROR|FATAL|CRIT(ICAL)?|EMERG|ALERT|PANIC|SEVERE)\b|""level"" ?: ?""(error|fatal|critical)""|\blevel=(error|fatal|critical)\b|^E\d{4} ", RegexOptions.ExplicitCapture)]
    private static partial Regex ErrorLevel();
}
