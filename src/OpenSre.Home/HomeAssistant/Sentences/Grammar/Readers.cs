namespace OpenSre.Home;

/// <summary>A state said of a two-state sensor, for each kind of which it can be said.</summary>
internal sealed record BinaryStates(IReadOnlyList<(string Class, string State)> Meanings);

/// <summary>What a noun can mean among the kinds of two-state sensors.</summary>
internal sealed record BinaryNoun(IReadOnlyList<string> Classes);

/// <summary>The readers a grammar may name: what begins at a word, by lists rather than by patterns.</summary>
internal static class Readers
{
    private static readonly PhraseIndex<BinaryStates> States = IndexOfStates();
    private static readonly PhraseIndex<BinaryNoun> Nouns = IndexOfNouns();
    private static readonly PhraseIndex<string> Covers = IndexOf(CoverClass.Nouns);
    private static readonly PhraseIndex<string> Words = IndexOf(StateWords.All);

    public static Pattern Make(string kind, string slot) => new ReaderPattern(slot, kind switch
    {
        "name" => static (c, at) => c.House.Names(c.Sentence, at).Select(m => (m.End, (object)m.Value)),
        "area" => static (c, at) => c.House.Areas(c.Sentence, at).Select(m => (m.End, (object)m.Value)),
        "floor" => static (c, at) => c.House.Floors(c.Sentence, at).Select(m => (m.End, (object)m.Value)),
        "label" => static (c, at) => c.House.Labels(c.Sentence, at).Select(m => (m.End, (object)m.Value)),
        "number" => static (c, at) => Numbers.Read(c.Sentence, at) is var (end, value) ? [(end, value)] : [],
        "colour" => static (c, at) => Colours.Read(c.Sentence, at) is var (end, value) ? [(end, value)] : [],
        "duration" => static (c, at) => Durations.Read(c.Sentence, at) is var (end, value) ? [(end, new HomeDuration(value.Hours, value.Minutes, value.Seconds))] : [],
        "binary" => static (c, at) => States.Read(c.Sentence, at).Select(m => (m.End, (object)m.Value)),
        "class" => static (c, at) => Nouns.Read(c.Sentence, at).Select(m => (m.End, (object)m.Value)),
        "cover" => static (c, at) => Covers.Read(c.Sentence, at).Select(m => (m.End, (object)m.Value)),
        "state" => static (c, at) => Words.Read(c.Sentence, at).Select(m => (m.End, (object)m.Value)),
        "zone" => Zone,
        _ => throw new InvalidDataException($"there is no reader {{{kind}}}"),
    });

    /// <summary>Home, away, or a zone of the house: work, school.</summary>
    private static IEnumerable<(int End, object Value)> Zone(MatchContext context, int at) =>
        context.Sentence[at] switch
        {
            "home" => [(at + 1, "home")],
            "away" or "out" => [(at + 1, "not_home")],
            _ => context.House.Names(context.Sentence, at).Where(m => m.Value.Entities.Any(e => e.Domain == "zone")).Select(m => (m.End, (object)m.Value.Name)),
        };

    private static PhraseIndex<string> IndexOf(IReadOnlyDictionary<string, string> phrases)
    {
        PhraseIndex<string> index = new();
        foreach (var (phrase, value) in phrases)
        {
            index.Add(phrase.Split(' '), value);
        }

        return index;
    }

    private static PhraseIndex<BinaryStates> IndexOfStates()
    {
        PhraseIndex<BinaryStates> index = new();
        foreach (var phrase in BinaryClass.All.SelectMany(c => c.On.Select(p => (p, c.Id, "on")).Concat(c.Off.Select(p => (p, c.Id, "off")))).GroupBy(p => p.p))
        {
            index.Add(phrase.Key.Split(' '), new BinaryStates([.. phrase.Select(p => (p.Id, p.Item3)).Distinct()]));
        }

        return index;
    }

    private static PhraseIndex<BinaryNoun> IndexOfNouns()
    {
        PhraseIndex<BinaryNoun> index = new();
        foreach (var noun in BinaryClass.All.SelectMany(c => c.Nouns.Select(n => (n, c.Id))).GroupBy(n => n.n))
        {
            index.Add(noun.Key.Split(' '), new BinaryNoun([.. noun.Select(n => n.Id)]));
        }

        return index;
    }
}
