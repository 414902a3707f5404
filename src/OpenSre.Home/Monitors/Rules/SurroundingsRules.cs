using OpenSre.Core;
using static OpenSre.Home.RuleWords;

namespace OpenSre.Home;

/// <summary>Certificates, Home Assistant, the way to people, and whether the watching itself goes on.</summary>
internal static class SurroundingsRules
{
    public static IEnumerable<MonitorRule> All =>
    [
        new ReadingRule("certificate", RuleTimes.Minutes(0, 0), Certificates, surroundings: true),
        new ReadingRule("home-assistant", RuleTimes.Minutes(2, 1, looks: 2), s => Problem(s.Around?.HomeAssistantProblem, "Home Assistant does not answer", Severity.Warning), everyChange: true, surroundings: true),
        new ReadingRule("channel", RuleTimes.Minutes(2, 2, looks: 2), s => Problem(s.Around?.ChannelProblem, "messages may not come through", Severity.Critical), surroundings: true),
        new ReadingRule("state", RuleTimes.Minutes(2, 2, looks: 2), s => Problem(s.Around?.StateProblem, "I cannot write down what I know, so a restart would forget it", Severity.Warning), surroundings: true),
        new ReadingRule("watching", RuleTimes.Minutes(0, 0), s => s.Around?.Overdue is { } overdue
            ? [.. overdue.Select(o => new Observation(o.Key, Severity.Warning, $"{o.Key} has not been looked at for {Span(s.Around.At - o.Value)}; the watching itself hangs"))] : null, surroundings: true),
    ];

    private static List<Observation>? Certificates(RuleSight sight) => sight.Around?.Certificates is not { } all ? null :
    [
        .. all.Select(c => c.Ends is { } ends
            ? Number(sight, c.Endpoint, (ends - sight.Around.At).TotalDays, new Threshold(14, 7, 1, Falling: true), ends <= sight.Around.At
                ? $"the certificate of {c.Endpoint} expired {Span(sight.Around.At - ends)} ago"
                : $"the certificate of {c.Endpoint} expires in {Span(ends - sight.Around.At)}", c.Problem ?? "")
            : new Observation(c.Endpoint, sight.Present(c.Endpoint), $"the certificate of {c.Endpoint} cannot be read", c.Problem ?? "")),
    ];

    private static IReadOnlyList<Observation>? Problem(string? problem, string what, Severity level) =>
        problem is null ? null : [new Observation("", problem.Length > 0 ? level : Severity.Unknown, what, problem)];
}
