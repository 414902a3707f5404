namespace OpenSre.Home;

/// <summary>A word of a question and what it was taken for; <see cref="Kind"/> is null for one that is not known.</summary>
internal sealed record QuickToken(string Text, WordKind? Kind, QuickTopic? Topic = null, string? Host = null, string? Path = null, int? Number = null)
{
    public bool IsUnknown => Kind is null && Host is null && Path is null && Number is null;

    public bool Is(params ReadOnlySpan<string> words) => words.Contains(Text);
}

/// <summary>Takes a sentence apart: lower case, without punctuation, short forms written out, host names found.</summary>
internal static class QuickSentence
{
    /// <summary>Longer than this is no quick question.</summary>
    private const int MostCharacters = 140, MostWords = 18;

    private static readonly Dictionary<string, string> LongForms = new(StringComparer.Ordinal)
    {
        ["what's"] = "what is",
        ["whats"] = "what is",
        ["wats"] = "what is",
        ["what're"] = "what are",
        ["how's"] = "how is",
        ["hows"] = "how is",
        ["where's"] = "where is",
        ["who's"] = "who is",
        ["it's"] = "it is",
        ["isn't"] = "is not",
        ["aren't"] = "are not",
        ["that's"] = "that is",
        ["i'd"] = "i would",
        ["i'm"] = "i am",
        ["there's"] = "there is",
        ["gimme"] = "give me",
        ["when's"] = "when is",
        ["which's"] = "which is",
        ["w/"] = "with",
        ["°celsius"] = "celsius",
        ["°fahrenheit"] = "fahrenheit",
    };

    /// <summary>Null where the text is too long, or is no single sentence.</summary>
    public static List<QuickToken>? Read(string text, QuickWorld world)
    {
        if (text.Length > MostCharacters || text.Contains('\n', StringComparison.Ordinal))
        {
            return null;
        }

        var words = Words(text);
        // "good morning, how is sagan?": a greeting says nothing of what is asked behind it.
        if (words is ["good", "morning" or "afternoon" or "evening" or "day", _, ..])
        {
            words.RemoveRange(0, words[2] == "," ? 3 : 2);
        }

        if (words.Count is 0 or > MostWords)
        {
            return null;
        }

        List<QuickToken> tokens = [];
        for (var i = 0; i < words.Count; i++)
        {
            if (HostAt(words, i, world) is var (host, length) && host is not null)
            {
                tokens.Add(new QuickToken(string.Join(' ', words.Skip(i).Take(length)), null, Host: host.Name));
                i += length - 1;
                continue;
            }

            tokens.Add(One(words[i], world));
        }

        return tokens;
    }

    private static QuickToken One(string word, QuickWorld world)
    {
        if (word.Length > 0 && word[0] == '/')
        {
            return QuickWords.TryFind(word[1..], out var named, out var about) ? new QuickToken(word[1..], named, about) : new QuickToken(word, null, Path: word);
        }

        if (int.TryParse(word, out var number) && number is > 0 and < 1000)
        {
            return new QuickToken(word, null, Number: number);
        }

        // A name of something that runs there is that name, even where it lies next to a known word.
        if (!QuickWords.TryFind(word, out var kind, out var topic) && !world.Objects.Contains(word))
        {
            var corrected = QuickWords.Correct(word);
            var near = NearHost(word, world);
            if (near is not null && corrected is null)
            {
                return new QuickToken(word, null, Host: near);
            }

            return near is null && corrected is not null && QuickWords.TryFind(corrected, out kind, out topic) ? new QuickToken(corrected, kind, topic) : new QuickToken(word, null);
        }

        return QuickWords.TryFind(word, out kind, out topic) ? new QuickToken(word, kind, topic) : new QuickToken(word, null);
    }

    /// <summary>The host whose name begins here, the longest one. One that is also a word counts only where a host may stand.</summary>
    private static (QuickHost? Host, int Length) HostAt(List<string> words, int at, QuickWorld world)
    {
        (QuickHost? Host, int Length) best = (null, 0);
        foreach (var host in world.Hosts)
        {
            foreach (var name in host.Names)
            {
                var parts = name.Split(' ');
                if (parts.Length <= best.Length || at + parts.Length > words.Count)
                {
                    continue;
                }

                var same = true;
                for (var i = 0; same && i < parts.Length; i++)
                {
                    same = words[at + i] == parts[i] || (i == parts.Length - 1 && Domain(words[at + i]) == parts[i]);
                }

                if (same && (parts.Length > 1 || !QuickWords.TryFind(name, out var kind, out _) || kind == WordKind.Noun || (at > 0 && words[at - 1] is "on" or "of" or "for" or "at" or "from")))
                {
                    best = (host, parts.Length);
                }
            }
        }

        return best;
    }

    /// <summary>"sagan.local" is sagan.</summary>
    private static string? Domain(string word) => word.IndexOf('.') is > 0 and var dot && word[dot..] is ".local" or ".lan" or ".home" or ".internal" or ".fritz.box" or ".localdomain" ? word[..word.IndexOf('.')] : null;

    /// <summary>The only host whose name this can be a slip of.</summary>
    public static string? NearHost(string word, QuickWorld world, int most = 1)
    {
        if (word.Length < 4)
        {
            return null;
        }

        var near = world.Hosts.Where(h => h.Names.Any(n => n.Length >= 4 && !n.Contains(' ') && Spelling.Distance(word, n, most) <= most)).Take(2).ToList();
        return near.Count == 1 ? near[0].Name : null;
    }

    private static List<string> Words(string text)
    {
        List<string> words = [];
        foreach (var raw in text.ToLowerInvariant().Replace('’', '\'').Replace('‘', '\'').Replace(",", " , ", StringComparison.Ordinal).Replace("&", " & ", StringComparison.Ordinal).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            var word = raw.TrimEnd('.', '?', '!', ':', ';', '"', ')', '…').TrimStart('"', '(', '¿');
            if (word.Length == 0)
            {
                continue;
            }

            if (LongForms.TryGetValue(word, out var words2))
            {
                words.AddRange(words2.Split(' '));
                continue;
            }

            // "sagan's cpu"
            word = word.EndsWith("'s", StringComparison.Ordinal) ? word[..^2] : word.EndsWith("s'", StringComparison.Ordinal) ? word[..^1] : word;
            if (word.Length > 1 && word[^1] == '%' && char.IsLetter(word[0]))
            {
                words.Add(word[..^1]);
                word = "%";
            }

            // "cpu/ram", "up-time": several words where all of them are known.
            var parts = word.Length > 2 && word[0] != '/' && word.AsSpan().ContainsAny('/', '-') ? word.Split('/', '-') : [];
            if (parts.Length > 1 && parts.All(p => p.Length > 0 && QuickWords.TryFind(p, out _, out _)))
            {
                var whole = string.Concat(parts);
                if (QuickWords.TryFind(whole, out _, out _))
                {
                    words.Add(whole);
                }
                else
                {
                    for (var i = 0; i < parts.Length; i++)
                    {
                        words.AddRange(i > 0 && word.Contains('/') ? ["and", parts[i]] : [parts[i]]);
                    }
                }

                continue;
            }

            words.Add(word);
        }

        return words;
    }
}
