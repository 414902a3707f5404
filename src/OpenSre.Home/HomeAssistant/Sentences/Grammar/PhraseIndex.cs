namespace OpenSre.Home;

/// <summary>Phrases by their first word, so that asking "what begins here" costs a look-up.</summary>
internal sealed class PhraseIndex<T>
{
    private readonly Dictionary<string, List<(string[] Words, T Value)>> _byFirst = new(StringComparer.Ordinal);

    /// <summary>A phrase without a word is not taken: it would stand everywhere.</summary>
    public void Add(string[] words, T value)
    {
        if (words.Length == 0)
        {
            return;
        }

        if (!_byFirst.TryGetValue(words[0], out var list))
        {
            _byFirst[words[0]] = list = [];
        }

        list.Add((words, value));
    }

    public IEnumerable<(int End, T Value)> Read(Sentence sentence, int at)
    {
        if (at >= sentence.Count || !_byFirst.TryGetValue(sentence[at], out var list))
        {
            yield break;
        }

        foreach (var (words, value) in list)
        {
            if (Stands(sentence, at, words))
            {
                yield return (at + words.Length, value);
            }
        }
    }

    private static bool Stands(Sentence sentence, int at, string[] words)
    {
        if (at + words.Length > sentence.Count)
        {
            return false;
        }

        for (var i = 1; i < words.Length; i++)
        {
            if (sentence[at + i] != words[i])
            {
                return false;
            }
        }

        return true;
    }
}
