namespace OpenSre.Diagnostics;

/// <summary>
/// The time between two services: a caller's span less the span it caused in another service, where that is its only
/// child. Delay of the network shows here and in no self time of a server.
/// </summary>
public static class EdgeGap
{
    /// <summary>Milliseconds of every call from one service to another.</summary>
    public static IEnumerable<(string Caller, string Callee, double Gap)> Of(IReadOnlyList<Span> spans)
    {
        var byId = spans.ToLookup(s => (s.Trace, s.Id));
        var children = spans.Where(s => s.Parent is not null).ToLookup(s => (s.Trace, s.Parent!));
        foreach (var span in spans)
        {
            if (span.Parent is not null && byId[(span.Trace, span.Parent)].FirstOrDefault() is { } parent && parent.Service != span.Service && children[(span.Trace, parent.Id)].Count() == 1)
            {
                yield return (parent.Service, span.Service, Math.Max(0, parent.Duration - span.Duration));
            }
        }
    }
}
