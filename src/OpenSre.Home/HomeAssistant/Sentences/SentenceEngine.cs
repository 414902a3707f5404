namespace OpenSre.Home;

/// <param name="Request">Null when nothing was understood.</param>
/// <param name="Why">Why nothing was understood, for the asker; null when something was.</param>
public sealed record Understanding(HomeRequest? Request, string? Why);

/// <summary>
/// Understands sentences about one house, without a model: every word must have a part in what is understood, so a word that
/// is not known means that nothing is. Safe for use by several threads.
/// </summary>
public sealed class SentenceEngine
{
    private static readonly Lazy<IReadOnlyList<(HomeVerb Verb, Pattern Pattern)>> Grammar = new(ReadGrammar);
    private const int LongestSentence = 400;
    private readonly HouseIndex _index;

    public SentenceEngine(House house)
    {
        _index = new HouseIndex(house);
    }

    public House House => _index.House;

    internal HouseIndex Index => _index;

    /// <param name="askersArea">The name of the room the asker is in; null when that is not known, as in a chat.</param>
    public Understanding Understand(string text, string? askersArea = null)
    {
        if (text.Length > LongestSentence)
        {
            return new Understanding(null, "that is too long to be one sentence about the house");
        }

        var sentence = Sentence.Read(text);
        if (sentence.Count == 0)
        {
            return new Understanding(null, "nothing was said");
        }

        var best = Candidates(sentence, askersArea).OrderBy(c => c.Wildcards).ThenByDescending(c => c.Score).ThenBy(c => c.Order).FirstOrDefault();
        return best is null ? new Understanding(null, Misunderstanding.Explain(sentence, _index)) : new Understanding(best.Request, null);
    }

    private List<Candidate> Candidates(Sentence sentence, string? askersArea)
    {
        var context = new MatchContext(sentence, _index);
        List<Candidate> candidates = [];
        var order = 0;
        foreach (var (verb, pattern) in Grammar.Value)
        {
            order++;
            pattern.Match(context, 0, null, (end, captures) =>
            {
                if (end == sentence.Count && !(verb.Acts() && sentence.IsQuestion) && RequestReader.Read(verb, captures, context, askersArea) is var (request, bonus))
                {
                    var (wildcards, score) = Score(captures, sentence.Count);
                    candidates.Add(new Candidate(request, wildcards, score + bonus, order));
                }
            });
        }

        if (SensorQuestions.Read(sentence, _index) is var (question, value))
        {
            candidates.Add(new Candidate(question, 0, value, order + 1));
        }

        return candidates;
    }

    /// <summary>
    /// Longer names tell more than several short words: "bedroom lamp" is one thing before it is a lamp in the bedroom. A name of
    /// the house tells more than the same word as a noun: "radio" is that radio before it is any.
    /// </summary>
    private static (int Wildcards, int Score) Score(Capture? captures, int words)
    {
        var wildcards = 0;
        var score = words;
        for (var capture = captures; capture is not null; capture = capture.Before)
        {
            if (capture.IsWildcard)
            {
                wildcards += capture.Words;
                score -= capture.Words;
            }
            else if (capture.Words > 0)
            {
                score += (capture.Words * capture.Words) - capture.Words + (capture.Value is NameMatch ? 1 : 0);
            }
        }

        return (wildcards, score);
    }

    private static IReadOnlyList<(HomeVerb, Pattern)> ReadGrammar()
    {
        using var stream = typeof(SentenceEngine).Assembly.GetManifestResourceStream("OpenSre.Home.grammar.txt")!;
        using var text = new StreamReader(stream);
        return new GrammarReader(Readers.Make).Read(text);
    }

    private sealed record Candidate(HomeRequest Request, int Wildcards, int Score, int Order);
}
