using OpenSre.Core;

namespace OpenSre.Home;

/// <summary>What a rule says of one thing at one look.</summary>
/// <param name="Object">The thing within its host: a mount point, a container; empty for the host itself.</param>
/// <param name="Level"><see cref="Severity.Unknown"/> when all is well.</param>
/// <param name="What">What is wrong, without the host's name: "/srv is 91 % full".</param>
/// <param name="Detail">What was seen that shows it; text from outside, not yet cleaned.</param>
public sealed record Observation(string Object, Severity Level, string What = "", string Detail = "");

/// <summary>How long a state must last before it counts.</summary>
/// <param name="For">From the first bad look to the alarm.</param>
/// <param name="Looks">Bad looks in a row that are needed besides.</param>
/// <param name="ClearFor">From the first good look to the recovery, before it grows because of relapses.</param>
public sealed record RuleTimes(TimeSpan For, int Looks, TimeSpan ClearFor)
{
    public static RuleTimes Minutes(double fire, double clear, int looks = 1) => new(TimeSpan.FromMinutes(fire), looks, TimeSpan.FromMinutes(clear));
}

/// <summary>One thing that is watched: a pure reading of what a look brought, with no memory of its own.</summary>
public abstract class MonitorRule(string id, RuleTimes times)
{
    /// <summary>Stable, lower case, with dots: it is part of what is stored and of what people mute.</summary>
    public string Id => id;

    public RuleTimes Times { get; } = times;

    /// <summary>It looks at what surrounds the hosts instead of at a host.</summary>
    public virtual bool IsAboutSurroundings => false;

    /// <summary>The state is a word and no number, so that each change of it counts as flapping, also one too short for an alarm.</summary>
    public virtual bool CountsEveryChange => false;

    /// <summary>It begins with the host's start, so that it is not believed while a host comes up.</summary>
    public virtual bool WaitsForStart => false;

    /// <summary>Every thing the rule can speak of now; null when that could not be read, so that nothing is known to have changed.</summary>
    public abstract IReadOnlyList<Observation>? Examine(RuleSight sight);
}

/// <summary>A rule that is one function.</summary>
public sealed class ReadingRule(string id, RuleTimes times, Func<RuleSight, IReadOnlyList<Observation>?> examine, bool everyChange = false, bool waits = false, bool surroundings = false) : MonitorRule(id, times)
{
    public override bool CountsEveryChange => everyChange;

    public override bool WaitsForStart => waits;

    public override bool IsAboutSurroundings => surroundings;

    public override IReadOnlyList<Observation>? Examine(RuleSight sight) => examine(sight);
}
