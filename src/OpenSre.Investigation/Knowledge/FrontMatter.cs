namespace OpenSre.Investigation;

/// <summary>The fields at the head of a Markdown file, between two lines of <c>---</c>: texts, lists, and one level of names.</summary>
/// <param name="Fields">Each field's values; one for a plain text; <c>name=value</c> for fields below it.</param>
/// <param name="Body">What follows the head.</param>
internal sealed record FrontMatter(IReadOnlyDictionary<string, IReadOnlyList<string>> Fields, string Body)
{
    private static readonly Dictionary<string, IReadOnlyList<string>> None = new(StringComparer.OrdinalIgnoreCase);

    public IReadOnlyList<string> this[string name] => Fields.TryGetValue(name, out var values) ? values : [];

    public static FrontMatter Of(string text)
    {
        var lines = text.Split('\n');
        if (lines[0].TrimEnd() != "---")
        {
            return new FrontMatter(None, text);
        }

        var end = Array.FindIndex(lines, 1, l => l.TrimEnd() == "---");
        if (end < 0)
        {
            return new FrontMatter(None, text);
        }

        Dictionary<string, IReadOnlyList<string>> fields = new(StringComparer.OrdinalIgnoreCase);
        List<string> below = [];
        foreach (var line in lines[1..end])
        {
            var trimmed = line.Trim();
            if (trimmed.Length == 0 || trimmed[0] == '#')
            {
                continue;
            }

            var colon = trimmed.IndexOf(':');
            if (trimmed.StartsWith("- ", StringComparison.Ordinal))
            {
                below.Add(Unquoted(trimmed[2..]));
            }
            else if (colon > 0 && !char.IsWhiteSpace(line[0]))
            {
                below = [.. Values(trimmed[(colon + 1)..])];
                fields[trimmed[..colon].Trim()] = below;
            }
            else if (colon > 0)
            {
                below.Add($"{trimmed[..colon].Trim()}={Unquoted(trimmed[(colon + 1)..])}");
            }
        }

        return new FrontMatter(fields, string.Join('\n', lines[(end + 1)..]));
    }

    private static IEnumerable<string> Values(string text)
    {
        text = text.Trim();
        return text.Length == 0 ? []
            : text[0] == '[' && text[^1] == ']' ? Items(text[1..^1]).Select(Unquoted).Where(v => v.Length > 0)
            : text[0] == '{' && text[^1] == '}' ? Items(text[1..^1]).Select(p => p.Split(':', 2)).Where(p => p.Length == 2).Select(p => $"{p[0].Trim()}={Unquoted(p[1])}")
            : [Unquoted(text)];
    }

    /// <summary>Parts between commas that stand in no quotes and no braces.</summary>
    private static IEnumerable<string> Items(string text)
    {
        var from = 0;
        var depth = 0;
        var quote = '\0';
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            quote = quote == c ? '\0' : quote == '\0' && c is '"' or '\'' ? c : quote;
            depth += quote != '\0' ? 0 : c switch { '{' => 1, '}' => -1, _ => 0 };
            if (c == ',' && depth == 0 && quote == '\0')
            {
                yield return text[from..i];
                from = i + 1;
            }
        }

        yield return text[from..];
    }

    private static string Unquoted(string text)
    {
        text = text.Trim();
        return text.Length >= 2 && text[0] == text[^1] && text[0] is '"' or '\'' ? text[1..^1] : text;
    }
}
