using System.Text.RegularExpressions;

namespace OpenSre.Core;

/// <summary>Replaces what looks like a credential before text is stored, shown, logged or sent to a model.</summary>
public static partial class Redaction
{
    private const string Mask = "[redacted]";

    public static string Apply(string text)
    {
        if (text.Length == 0)
        {
            return text;
        }

        text = KeyBlock().Replace(text, Mask);
        text = KnownToken().Replace(text, Mask);
        text = UrlPassword().Replace(text, "${before}" + Mask + "@");
        text = AuthorizationHeader().Replace(text, "${before}" + Mask);
        return NamedSecret().Replace(text, "${name}" + Mask);
    }

    [GeneratedRegex(@"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(-----END [A-Z ]*PRIVATE KEY-----|\z)", RegexOptions.Singleline)]
    private static partial Regex KeyBlock();

    [GeneratedRegex(@"\b(sk-[A-Za-z0-9_-]{20,}|gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{30,}|xox[abprs]-[A-Za-z0-9-]{10,}|AKIA[0-9A-Z]{16}|glpat-[A-Za-z0-9_-]{20,}|sntr[ysu]_[A-Za-z0-9_=+/-]{30,}|AIza[0-9A-Za-z_-]{35}|eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{5,})")]
    private static partial Regex KnownToken();

    [GeneratedRegex(@"(?<before>\b[a-z][a-z0-9+.-]*://[^\s:/@]*:)[^\s/@]+@", RegexOptions.IgnoreCase)]
    private static partial Regex UrlPassword();

    [GeneratedRegex(@"(?<before>\bauthorization\s*[:=]\s*""?(bearer|basic|token)\s+)[^\s"",;]+", RegexOptions.IgnoreCase)]
    private static partial Regex AuthorizationHeader();

    [GeneratedRegex(@"(?<name>(?<![A-Za-z0-9_.-])[A-Za-z0-9_.-]*(password|passwd|secret|api[_-]?key|access[_-]?token|auth[_-]?token|private[_-]?key)[""']?\s*[=:]\s*[""']?)(?!\[redacted\])[^\s""',;&]{3,}", RegexOptions.IgnoreCase)]
    private static partial Regex NamedSecret();
}
