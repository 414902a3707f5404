namespace OpenSre.Home;

/// <summary>What a part of a pattern caught.</summary>
/// <param name="Words">How many words it stands for; 0 for what the grammar says by itself.</param>
internal sealed record Capture(string Slot, object Value, int Words, bool IsWildcard, Capture? Before);

/// <summary>A part of a sentence's shape. Matching walks all ways; each that reaches the end is handed on.</summary>
internal abstract class Pattern
{
    public abstract void Match(MatchContext context, int at, Capture? captures, Action<int, Capture?> next);
}

internal sealed class MatchContext(Sentence sentence, HouseIndex house)
{
    public Sentence Sentence { get; } = sentence;

    public HouseIndex House { get; } = house;
}

internal sealed class LiteralPattern(string word) : Pattern
{
    public override void Match(MatchContext context, int at, Capture? captures, Action<int, Capture?> next)
    {
        if (at < context.Sentence.Count && context.Sentence[at] == word)
        {
            next(at + 1, captures);
        }
    }
}

internal sealed class SequencePattern(Pattern[] parts) : Pattern
{
    public override void Match(MatchContext context, int at, Capture? captures, Action<int, Capture?> next) => Match(context, 0, at, captures, next);

    private void Match(MatchContext context, int part, int at, Capture? captures, Action<int, Capture?> next)
    {
        if (part == parts.Length)
        {
            next(at, captures);
            return;
        }

        parts[part].Match(context, at, captures, (after, caught) => Match(context, part + 1, after, caught, next));
    }
}

internal sealed class ChoicePattern(Pattern[] choices) : Pattern
{
    public override void Match(MatchContext context, int at, Capture? captures, Action<int, Capture?> next)
    {
        foreach (var choice in choices)
        {
            choice.Match(context, at, captures, next);
        }
    }
}

internal sealed class OptionalPattern(Pattern part) : Pattern
{
    public override void Match(MatchContext context, int at, Capture? captures, Action<int, Capture?> next)
    {
        part.Match(context, at, captures, next);
        next(at, captures);
    }
}

/// <summary>Says something the words themselves do not: <c>domain=light</c>.</summary>
internal sealed class ConstantPattern(string slot, string value) : Pattern
{
    public override void Match(MatchContext context, int at, Capture? captures, Action<int, Capture?> next) => next(at, new Capture(slot, value, 0, false, captures));
}

/// <summary>Any words at all, at least one: for titles and items, which no list knows.</summary>
internal sealed class WildcardPattern(string slot) : Pattern
{
    public override void Match(MatchContext context, int at, Capture? captures, Action<int, Capture?> next)
    {
        for (var end = at + 1; end <= context.Sentence.Count; end++)
        {
            next(end, new Capture(slot, context.Sentence.Written(at, end), end - at, true, captures));
        }
    }
}

/// <summary>Something a reader knows: a name of the house, a number, a colour.</summary>
internal sealed class ReaderPattern(string slot, Func<MatchContext, int, IEnumerable<(int End, object Value)>> read) : Pattern
{
    public override void Match(MatchContext context, int at, Capture? captures, Action<int, Capture?> next)
    {
        if (at >= context.Sentence.Count)
        {
            return;
        }

        foreach (var (end, value) in read(context, at))
        {
            next(end, new Capture(slot, value, end - at, false, captures));
        }
    }
}
