using System.Text.RegularExpressions;

namespace OpenSre.Core;

/// <summary>Replaces what looks like a credential before text is stored, shown, logged or sent to a model.</summary>
public static partial class Redaction
{
    private const string Mask = "[redacted]";

    public static string Apply(string text) => Apply(text, static _ => Mask);

    /// <summary>Replaces each credential by what <paramref name="mask"/> makes of it; a mask put there before stays.</summary>
    public static string Apply(string text, Func<string, string> mask)
    {
        if (text.Length == 0)
        {
            return text;
        }

        string Whole(Match match) => mask(match.Value);
        string Part(Match match) => match.Groups["before"].Value + mask(match.Groups["secret"].Value) + match.Groups["after"].Value;
        text = KeyBlock().Replace(text, Whole);
        text = KnownToken().Replace(text, Whole);
        text = UrlPassword().Replace(text, Part);
        text = AuthorizationHeader().Replace(text, Part);
        return NamedSecret().Replace(text, Part);
    }

    [GeneratedRegex(@"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(-----END [A-Z ]*PRIVATE KEY-----|\z)", RegexOptions.Singleline)]
    private static partial Regex KeyBlock();

    [GeneratedRegex(@"\b(sk-[A-Za-z0-9_-]{20,}|gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{30,}|xox[abprs]-[A-Za-z0-9-]{10,}|AKIA[0-9A-Z]{16}|glpat-[A-Za-z0-9_-]{20,}|sntr[ysu]_[A-Za-z0-9_=+/-]{30,}|AIza[0-9A-Za-z_-]{35}|eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{5,})")]
    private static partial Regex KnownToken();

    [GeneratedRegex(@"(?<before>\b[a-z][a-z0-9+.-]*://[^\s:/@]*:)(?<secret>[^\s/@]+)(?<after>@)", RegexOptions.IgnoreCase)]
    private static partial Regex UrlPassword();

    [GeneratedRegex(@"(?<before>\bauthorization\s*[:=]\s*""?(bearer|basic|token)\s+)(?<secret>[^\s"",;]+)", RegexOptions.IgnoreCase)]
    private static partial Regex AuthorizationHeader();

    [GeneratedRegex(@"(?<before>(?<![A-Za-z0-9_.-])[A-Za-z0-9_.-]*(password|passwd|secret|api[_-]?key|access[_-]?token|auth[_-]?token|private[_-]?key)[""']?\s*[=:]\s*[""']?)(?!\[redacted\])(?<secret>[^\s""',;&]{3,})", RegexOptions.IgnoreCase)]
    private static partial Regex NamedSecret();
}
