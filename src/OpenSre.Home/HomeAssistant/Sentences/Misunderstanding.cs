namespace OpenSre.Home;

/// <summary>Why a sentence was not understood: which of its words mean something here, and which nearly do.</summary>
internal static class Misunderstanding
{
    public static string Explain(Sentence sentence, HouseIndex index)
    {
        List<string> known = [];
        for (var at = 0; at < sentence.Count; at++)
        {
            known.AddRange(index.Names(sentence, at).Select(n => n.Value.Name));
            known.AddRange(index.Areas(sentence, at).Select(a => a.Value.Name));
            known.AddRange(index.Floors(sentence, at).Select(f => f.Value.Name));
        }

        var names = known.Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        if (names.Count > 0)
        {
            return $"I know {string.Join(" and ", names.Take(3))}, but not what is asked of {(names.Count == 1 ? "it" : "them")} in these words";
        }

        return Nearest(sentence, index.House) is { } near ? $"nothing here is called that; did you mean {near}?" : "I find no thing or room of this house in these words, or not what is asked of it";
    }

    /// <summary>Whether some words of the sentence are nearly a name of the house.</summary>
    public static bool IsNear(Sentence sentence, HouseIndex index) => Nearest(sentence, index.House) is not null;

    /// <summary>The name that is one letter, or of a long one two, from some words of the sentence.</summary>
    private static string? Nearest(Sentence sentence, House house)
    {
        (int Distance, string? Name) best = (3, null);
        foreach (var name in house.Entities.Select(e => e.Name).Concat(house.Areas.Select(a => a.Name)))
        {
            var words = Sentence.WordsOf(name);
            var plain = string.Join(' ', words);
            for (var at = 0; words.Length > 0 && plain.Length > 4 && at + words.Length <= sentence.Count; at++)
            {
                var distance = Distance(plain, string.Join(' ', sentence.Words.Skip(at).Take(words.Length).Select(w => w.Text)));
                if (distance > 0 && distance < best.Distance && distance * 6 <= plain.Length)
                {
                    best = (distance, name);
                }
            }
        }

        return best.Name;
    }

    private static int Distance(string a, string b)
    {
        if (Math.Abs(a.Length - b.Length) > 2)
        {
            return 3;
        }

        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j] + 1, row[j - 1] + 1), diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)));
            }
        }

        return row[^1];
    }
}
