using System.Text;

namespace OpenSre.Home;

/// <param name="Start">Where it begins in the text as written.</param>
internal readonly record struct Word(string Text, int Start, int End);

/// <summary>
/// What was said, as words: lower case, no punctuation, contractions written out, courtesies taken away. Each word knows where
/// it stood, so that what has to be kept as it was (a title, an item of a list) can be.
/// </summary>
internal sealed class Sentence
{
    /// <summary>Ways to begin an order politely; they make it no question.</summary>
    private static readonly string[][] Requests =
    [
        .. ((string[])["please", "can you", "could you", "would you", "will you", "kindly", "go ahead and", "i would like you to", "i want you to", "i need you to"]).Select(c => c.Split(' ')),
    ];

    /// <summary>Ways to begin a question: what follows asks, whatever its form.</summary>
    private static readonly string[][] Inquiries =
    [
        .. ((string[])["tell me if", "tell me whether", "do you know if", "do you know whether", "do you know", "check if", "check whether", "check that", "let me know if", "let me know whether", "i wonder if", "see if", "tell me"]).Select(c => c.Split(' ')),
    ];

    private static readonly string[][] Fillers = [["hey"], ["ok"], ["okay"], ["so"], ["just"], ["and"]];

    private static readonly string[][] CourtesiesAfter = [["please"], ["for", "me"], ["thanks"], ["thank", "you"]];

    private static readonly string[][] Adverbs = [["please"], ["currently"], ["right", "now"], ["at", "the", "moment"], ["presently"], ["securely"], ["actually"]];

    private static readonly Dictionary<string, string[]> Contractions = new(StringComparer.Ordinal)
    {
        ["what's"] = ["what", "is"],
        ["whats"] = ["what", "is"],
        ["who's"] = ["who", "is"],
        ["whos"] = ["who", "is"],
        ["where's"] = ["where", "is"],
        ["wheres"] = ["where", "is"],
        ["how's"] = ["how", "is"],
        ["hows"] = ["how", "is"],
        ["when's"] = ["when", "is"],
        ["it's"] = ["it", "is"],
        ["there's"] = ["there", "is"],
        ["i'd"] = ["i", "would"],
        ["i'm"] = ["i", "am"],
        ["let's"] = ["let", "us"],
        ["isn't"] = ["is", "not"],
        ["aren't"] = ["are", "not"],
        ["don't"] = ["do", "not"],
        ["doesn't"] = ["does", "not"],
        ["percent"] = ["%"],
        ["pct"] = ["%"],
    };

    private Sentence(string original, Word[] words, bool isQuestion)
    {
        Original = original;
        Words = words;
        IsQuestion = isQuestion;
    }

    /// <summary>It asks: by its first words, or by its mark where nothing makes it a polite order. Nothing is done on a question.</summary>
    public bool IsQuestion { get; }

    public string Original { get; }

    public Word[] Words { get; }

    public int Count => Words.Length;

    public string this[int index] => Words[index].Text;

    public static Sentence Read(string text)
    {
        List<Word> words = [];
        for (var i = 0; i < text.Length;)
        {
            if (char.IsWhiteSpace(text[i]))
            {
                i++;
                continue;
            }

            var start = i;
            while (i < text.Length && !char.IsWhiteSpace(text[i]))
            {
                i++;
            }

            Split(text, start, i, words);
        }

        RemoveAnywhere(words, Adverbs);
        var isRequest = false;
        var isInquiry = false;
        while (true)
        {
            if (RemoveAt(words, Requests, 0))
            {
                isRequest = true;
            }
            else if (RemoveAt(words, Inquiries, 0))
            {
                isInquiry = true;
            }
            else if (!RemoveAt(words, Fillers, 0))
            {
                break;
            }
        }

        while (CourtesiesAfter.Any(c => RemoveAt(words, [c], words.Count - c.Length)))
        {
        }

        return new Sentence(text, [.. words], isInquiry || (!isRequest && text.AsSpan().TrimEnd().EndsWith('?')));
    }

    /// <summary>The words of a name, written as <see cref="Read"/> writes those of a sentence.</summary>
    public static string[] WordsOf(string name)
    {
        List<Word> words = [];
        var start = 0;
        foreach (var part in name.Split((char[]?)null, StringSplitOptions.None))
        {
            if (part.Length > 0)
            {
                Split(part, 0, part.Length, words);
            }

            start += part.Length + 1;
        }

        return [.. words.Select(w => w.Text)];
    }

    /// <summary>What was written for these words, as it was written, less the punctuation at its ends.</summary>
    public string Written(int from, int to) => Original[Words[from].Start..Words[to - 1].End].Trim().Trim('.', ',', '!', '?', ';', ':', '"', '\'').Trim();

    /// <summary>One word as written can be several: "up-to-date", "50%", "30°", "what's".</summary>
    private static void Split(string text, int start, int end, List<Word> words)
    {
        var i = start;
        while (i < end)
        {
            var c = text[i];
            if (c is '%' or '°')
            {
                words.Add(new Word(c == '%' ? "%" : "degrees", i, i + 1));
                i++;
                if (c == '°' && i < end && char.ToLowerInvariant(text[i]) is 'c' or 'f' && (i + 1 == end || !char.IsLetterOrDigit(text[i + 1])))
                {
                    words.Add(new Word(char.ToLowerInvariant(text[i]) == 'c' ? "celsius" : "fahrenheit", i, i + 1));
                    i++;
                }

                continue;
            }

            var from = i;
            while (i < end && (IsPartOfWord(text, start, i, end)))
            {
                i++;
            }

            if (i > from)
            {
                Add(text[from..i], from, i, words);
            }
            else
            {
                i++;
            }
        }
    }

    private static bool IsPartOfWord(string text, int start, int i, int end)
    {
        var c = text[i];
        if (char.IsLetterOrDigit(c))
        {
            return true;
        }

        var before = i > start ? text[i - 1] : ' ';
        var after = i + 1 < end ? text[i + 1] : ' ';
        return c switch
        {
            '.' or '/' or ',' => char.IsDigit(before) && char.IsDigit(after),
            '\'' or '’' => char.IsLetter(before) && char.IsLetter(after),
            '-' => char.IsDigit(after) && before == ' ',
            '+' => before == ' ' && char.IsDigit(after),
            '_' => true,
            _ => char.GetUnicodeCategory(c) is System.Globalization.UnicodeCategory.NonSpacingMark,
        };
    }

    private static void Add(string written, int start, int end, List<Word> words)
    {
        var word = written.ToLowerInvariant().Replace('’', '\'');
        if (Contractions.TryGetValue(word, out var parts))
        {
            words.AddRange(parts.Select(p => new Word(p, start, end)));
            return;
        }

        if (word.EndsWith("'s", StringComparison.Ordinal))
        {
            word = word[..^2];
        }

        words.Add(new Word(Unaccented(word.Replace("'", "", StringComparison.Ordinal)), start, end));
    }

    private static string Unaccented(string word)
    {
        if (word.All(char.IsAscii))
        {
            return word;
        }

        var builder = new StringBuilder(word.Length);
        foreach (var c in word.Normalize(NormalizationForm.FormD))
        {
            if (char.GetUnicodeCategory(c) != System.Globalization.UnicodeCategory.NonSpacingMark)
            {
                builder.Append(c);
            }
        }

        return builder.ToString();
    }

    private static bool RemoveAt(List<Word> words, string[][] phrases, int at)
    {
        foreach (var phrase in phrases)
        {
            // A sentence of nothing but courtesies keeps them: there is nothing else to answer to.
            if (at >= 0 && at + phrase.Length <= words.Count && words.Count > phrase.Length && Stands(words, phrase, at))
            {
                words.RemoveRange(at, phrase.Length);
                return true;
            }
        }

        return false;
    }

    private static void RemoveAnywhere(List<Word> words, string[][] phrases)
    {
        for (var i = words.Count - 1; i >= 0; i--)
        {
            RemoveAt(words, phrases, i);
        }
    }

    private static bool Stands(List<Word> words, string[] phrase, int at)
    {
        for (var i = 0; i < phrase.Length; i++)
        {
            if (words[at + i].Text != phrase[i])
            {
                return false;
            }
        }

        return true;
    }
}
