using System.Text;
using System.Text.RegularExpressions;

namespace OpenSre.Investigation;

/// <summary>
/// Patterns of paths as rules have them: <c>*</c> and <c>?</c> within a name, <c>**</c> over folders, <c>{a,b}</c> for either.
/// </summary>
internal static class PathPattern
{
    private const int LongestPattern = 300;
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(200);

    /// <param name="path">With slashes, relative to the folder the pattern is written for.</param>
    public static bool Matches(string pattern, string path)
    {
        pattern = pattern.Trim().TrimStart('/');
        if (pattern.StartsWith("./", StringComparison.Ordinal))
        {
            pattern = pattern[2..];
        }

        if (pattern.Length is 0 or > LongestPattern)
        {
            return false;
        }

        try
        {
            return Regex.IsMatch(path, Expression(pattern), RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, Patience);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException or RegexMatchTimeoutException)
        {
            // A pattern nobody can mean fits nothing.
            return false;
        }
    }

    private static string Expression(string pattern)
    {
        var text = new StringBuilder("^");
        var braces = 0;
        for (var i = 0; i < pattern.Length; i++)
        {
            var rest = pattern.AsSpan(i);
            if (rest.StartsWith("**/"))
            {
                text.Append("(?:[^/]+/)*");
                i += 2;
            }
            else if (rest.StartsWith("**"))
            {
                text.Append(".*");
                i++;
            }
            else
            {
                braces += pattern[i] switch { '{' => 1, '}' when braces > 0 => -1, _ => 0 };
                text.Append(pattern[i] switch
                {
                    '*' => "[^/]*",
                    '?' => "[^/]",
                    '{' => "(?:",
                    '}' => ")",
                    ',' when braces > 0 => "|",
                    var c => Regex.Escape(c.ToString()),
                });
            }
        }

        return text.Append('$').ToString();
    }
}
