namespace OpenSre.Bench;

/// <summary>
/// Drain as in the paper (He et al., ICWS 2017), with strings: the plain C# somebody would write. Tokens at spaces, a
/// tree by number of tokens and the first two of them, the most similar group above 0.4, at most 100 children. No masks
/// by regular expression, which cost Drain3 four fifths of its time. It stands here as a measure, not as a rival tuned to
/// its best.
/// </summary>
internal sealed class TextbookDrain
{
    private const double Similar = 0.4;
    private const int MostChildren = 100;
    private const string Wildcard = "<*>";

    private readonly Dictionary<int, Dictionary<string, Dictionary<string, List<string[]>>>> root = [];

    public string[] Add(string line)
    {
        var tokens = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var first = Child(Child(root, tokens.Length), Key(tokens, 0));
        var groups = Child(first, Key(tokens, 1));
        var (best, bestSimilarity) = (default(string[]), -1.0);
        foreach (var group in groups)
        {
            var same = 0;
            for (var i = 0; i < tokens.Length; i++)
            {
                same += group[i] == tokens[i] ? 1 : 0;
            }

            var similarity = tokens.Length == 0 ? 1 : (double)same / tokens.Length;
            if (similarity > bestSimilarity)
            {
                (best, bestSimilarity) = (group, similarity);
            }
        }

        if (best is null || bestSimilarity < Similar)
        {
            groups.Add(tokens);
            return tokens;
        }

        for (var i = 0; i < tokens.Length; i++)
        {
            if (best[i] != tokens[i])
            {
                best[i] = Wildcard;
            }
        }

        return best;
    }

    private static string Key(string[] tokens, int place) =>
        place >= tokens.Length ? "" : tokens[place].Any(char.IsAsciiDigit) ? Wildcard : tokens[place];

    private static TChild Child<TKey, TChild>(Dictionary<TKey, TChild> children, TKey key)
        where TKey : notnull
        where TChild : new()
    {
        if (key is string && children.Count >= MostChildren && !children.ContainsKey(key))
        {
            key = (TKey)(object)Wildcard;
        }

        if (!children.TryGetValue(key, out var child))
        {
            children[key] = child = new TChild();
        }

        return child;
    }
}
