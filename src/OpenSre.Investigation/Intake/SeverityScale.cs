using System.Text.RegularExpressions;
using OpenSre.Core;

namespace OpenSre.Investigation;

/// <summary>
/// Puts every vendor's severities, priorities and levels on our one scale. Where vendors disagree on a word, the
/// reading most of them share is taken: "high" is an error, "low" is information, "average" and "minor" are warnings.
/// </summary>
internal static partial class SeverityScale
{
    /// <summary>The severity a vendor's word stands for; unknown for words that are no severity.</summary>
    public static Severity Of(string? word) => word?.Trim().TrimStart('[').TrimEnd(']', ':').ToLowerInvariant() switch
    {
        "critical" or "crit" or "fatal" or "emergency" or "emerg" or "panic" or "alert" or "disaster" or "page" or "blocker"
            or "highest" or "urgent" or "severe" or "catastrophic"
            or "p1" or "p0" or "sev1" or "sev0" or "sev-1" or "sev-0" or "s1" => Severity.Critical,
        "error" or "err" or "high" or "major" or "failure" or "p2" or "sev2" or "sev-2" or "s2" => Severity.Error,
        "warning" or "warn" or "medium" or "moderate" or "minor" or "average" or "degraded"
            or "p3" or "sev3" or "sev-3" or "s3" => Severity.Warning,
        "info" or "information" or "informational" or "notice" or "debug" or "trace" or "low" or "lowest" or "none" or "ok"
            or "normal" or "clear" or "success" or "p4" or "p5" or "sev4" or "sev5" or "sev-4" or "sev-5" or "s4" => Severity.Info,
        _ => Severity.Unknown,
    };

    /// <summary>The first of the words that is a severity.</summary>
    public static Severity Of(params ReadOnlySpan<string?> words)
    {
        foreach (var word in words)
        {
            if (Of(word) is var severity and not Severity.Unknown)
            {
                return severity;
            }
        }

        return Severity.Unknown;
    }

    /// <summary>The worst severity that a text names in so many words.</summary>
    public static Severity Named(string text)
    {
        var worst = Severity.Unknown;
        foreach (var match in Words().EnumerateMatches(text))
        {
            var severity = Of(text[match.Index..(match.Index + match.Length)].TrimEnd('s', 'S'));
            worst = severity > worst ? severity : worst;
            if (worst == Severity.Critical)
            {
                break;
            }
        }

        return worst;
    }

    [GeneratedRegex(@"\b(critical|crit|fatal|emergency|emerg|panic|disaster|sev-?[0-5]|p[1-5]|errors?|err|warnings?|warn|info|notice)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Words();
}
