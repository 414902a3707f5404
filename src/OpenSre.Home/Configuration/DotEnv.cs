namespace OpenSre.Home;

/// <summary>
/// A <c>.env</c> file: <c>NAME=value</c> a line, with optional <c>export</c>, quotes and comments. Nothing in it is
/// expanded and nothing is executed; what the environment already says wins.
/// </summary>
public static class DotEnv
{
    /// <summary>Looks a variable up in the environment, then in the file.</summary>
    /// <param name="path">A file that need not exist.</param>
    public static Func<string, string?> Over(Func<string, string?> environment, string path)
    {
        var values = Parse(File.Exists(path) ? File.ReadAllText(path) : "");
        return name => environment(name) is { Length: > 0 } given ? given : values.GetValueOrDefault(name);
    }

    /// <summary>The names and values of a file's text; of a name that stands twice, the last.</summary>
    public static IReadOnlyDictionary<string, string> Parse(string text)
    {
        Dictionary<string, string> values = new(StringComparer.Ordinal);
        foreach (var raw in text.Split('\n'))
        {
            var line = raw.Trim();
            if (line.StartsWith("export ", StringComparison.Ordinal))
            {
                line = line[7..].TrimStart();
            }

            var equals = line.IndexOf('=', StringComparison.Ordinal);
            if (line.StartsWith('#') || equals <= 0)
            {
                continue;
            }

            values[line[..equals].TrimEnd()] = Value(line[(equals + 1)..].Trim());
        }

        return values;
    }

    private static string Value(string text)
    {
        if (text.Length > 1 && text[0] is '"' or '\'' && text.IndexOf(text[0], 1) is > 0 and var end)
        {
            return text[1..end];
        }

        var comment = text.IndexOf(" #", StringComparison.Ordinal);
        return comment < 0 ? text : text[..comment].TrimEnd();
    }
}
