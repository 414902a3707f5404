namespace OpenSre.Diagnostics;

/// <summary>The time a span spends in itself: its duration less the union of what its children cover.</summary>
public static class SelfTime
{
    /// <summary>Milliseconds by span, in the order given.</summary>
    public static double[] Of(IReadOnlyList<Span> spans)
    {
        var children = spans.Where(s => s.Parent is not null).ToLookup(s => (s.Trace, s.Parent!));
        return [.. spans.Select(s => Math.Max(0, s.Duration - Covered(s, children[(s.Trace, s.Id)])))];
    }

    /// <summary>Milliseconds of a span that its children cover; parallel children count once, what lies outside not at all.</summary>
    public static double Covered(Span parent, IEnumerable<Span> children)
    {
        var covered = 0.0;
        var until = parent.Start;
        foreach (var child in children.OrderBy(c => c.Start))
        {
            var from = Math.Max(until, child.Start);
            var to = Math.Min(parent.End, child.End);
            if (to > from)
            {
                covered += to - from;
                until = to;
            }
        }

        return covered;
    }
}
