namespace OpenSre.Terminal;

/// <summary>Which links may become ones a person can click: web addresses, with nothing in them a terminal could misread.</summary>
internal static class MarkdownLink
{
    public static string? Target(string url)
    {
        if (url.Length > 2000 || !(url.StartsWith("http://", StringComparison.Ordinal) || url.StartsWith("https://", StringComparison.Ordinal)))
        {
            return null;
        }

        foreach (var c in url)
        {
            if (c is <= ' ' or >= '\u007f' or '"' or '\\')
            {
                return null;
            }
        }

        return url;
    }
}
