namespace OpenSre.Diagnostics;

/// <summary>How much a service is bound up with failing traces: passed / √(failing · (passed by failing and sound)).</summary>
public static class Ochiai
{
    /// <summary>0 … 1 by service, most suspicious first: 1 when exactly the failing traces pass through it.</summary>
    /// <param name="isBad">Whether a trace failed or was slow.</param>
    public static IReadOnlyList<(string Service, double Score)> Rank(IReadOnlyList<Span> spans, Func<string, bool> isBad)
    {
        var traces = spans.GroupBy(s => s.Trace, StringComparer.Ordinal).Select(t => (Bad: isBad(t.Key), Services: t.Select(s => s.Service).ToHashSet(StringComparer.Ordinal))).ToList();
        var failing = traces.Count(t => t.Bad);
        return
        [
            .. traces.SelectMany(t => t.Services).Distinct(StringComparer.Ordinal).Select(service =>
            {
                var bad = traces.Count(t => t.Bad && t.Services.Contains(service));
                var sound = traces.Count(t => !t.Bad && t.Services.Contains(service));
                return (service, failing == 0 ? 0 : bad / Math.Sqrt((double)failing * (bad + sound)));
            }).OrderByDescending(s => s.Item2).ThenBy(s => s.service, StringComparer.Ordinal),
        ];
    }
}
