namespace OpenSre.Home;

/// <summary>Says what came of an order, in one or two sentences, from what the states are.</summary>
internal static class HomeReport
{
    internal sealed record Line(HomeEntity Entity, HomeStep Step, HomeActor.Stage Stage, EntityState? State);

    public static string Say(HomePlan plan, IReadOnlyList<Line> lines, string? problem, TimeSpan waited)
    {
        var text = lines is [var only] ? One(only, waited) : Many(plan, lines, waited);
        return problem is null ? text : text.Length == 0 ? $"{problem}." : $"{problem}. {text}";
    }

    private static string One(Line line, TimeSpan waited)
    {
        var name = line.Entity.Name;
        return line.Stage switch
        {
            HomeActor.Stage.Already => $"{name} {Was(line.Step)} already {line.Step.Goal}.",
            HomeActor.Stage.Unavailable => $"{name} is unavailable; nothing was sent.",
            HomeActor.Stage.Reached when line.State is { IsAssumed: true } => $"Sent to {name}; it does not report back, so I cannot see whether it is {line.Step.Goal}.",
            HomeActor.Stage.Reached => $"{name} is {line.Step.Goal}.",
            HomeActor.Stage.Sent when line.Step.Reached is null => $"{name} {line.Step.Goal}.",
            HomeActor.Stage.Sent when line.State is { IsUnavailable: true } => $"The order was sent, and {name} is unavailable now.",
            HomeActor.Stage.Sent when line.State is { IsAssumed: true } => $"Sent to {name}; it does not report back.",
            HomeActor.Stage.Sent when line.State is { State: "opening" or "closing" or "locking" or "unlocking" or "arming" } => $"{name} is {line.State.State}.",
            HomeActor.Stage.Sent => $"The order was sent, and {name} still says {Present(line)} after {waited.TotalSeconds:0.#} s.",
            _ => "",
        };
    }

    private static string Many(HomePlan plan, IReadOnlyList<Line> lines, TimeSpan waited)
    {
        List<string> parts = [];
        foreach (var goal in lines.Where(l => l.Stage is HomeActor.Stage.Reached or HomeActor.Stage.Already || (l.Stage == HomeActor.Stage.Sent && l.Step.Reached is null)).GroupBy(l => l.Step.Goal))
        {
            var already = goal.Count(l => l.Stage == HomeActor.Stage.Already);
            parts.Add($"{goal.Count()} of {lines.Count} {goal.Key}{(already == 0 ? "" : already == goal.Count() ? " (already)" : $" ({already} already)")}");
        }

        Add(parts, lines, l => l.Stage == HomeActor.Stage.Unavailable || (l.Stage == HomeActor.Stage.Sent && l.Step.Reached is not null && l.State is null or { IsUnavailable: true }), _ => "unavailable");
        Add(parts, lines, l => l.Stage == HomeActor.Stage.Sent && l.Step.Reached is not null && l.State is { IsUnavailable: false }, l => l.State!.IsAssumed ? "sent, without report" : $"still {Present(l)} after {waited.TotalSeconds:0.#} s");
        return parts.Count == 0 ? "" : $"{char.ToUpperInvariant(plan.Subject[0])}{plan.Subject[1..]}: {string.Join(", ", parts)}.";
    }

    private static void Add(List<string> parts, IReadOnlyList<Line> lines, Func<Line, bool> which, Func<Line, string> how)
    {
        foreach (var group in lines.Where(which).GroupBy(how))
        {
            parts.Add($"{group.Count()} {group.Key} ({TargetResolver.Names(group.Select(l => l.Entity))})");
        }
    }

    private static string Was(HomeStep step) => step.Goal.StartsWith("on its", StringComparison.Ordinal) ? "is" : "was";

    private static string Present(Line line) => line.State is null ? "nothing" : OpenSre.Core.SafeText.Line(line.State.State, 40);
}
