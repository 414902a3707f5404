using OpenSre.Core;

namespace OpenSre.Home;

/// <summary>
/// Two limits, and how far a value must come back before it is good again: what fires at 85 clears at 75, so that a
/// value at the limit does not ring at each look.
/// </summary>
/// <param name="Back">How far behind a limit the value must be to leave it.</param>
/// <param name="Falling">A low value is the bad one.</param>
public sealed record Threshold(double Warning, double Critical, double Back, bool Falling = false)
{
    /// <summary>The level of a value, given the level the alarm has now.</summary>
    public Severity Level(double value, Severity present)
    {
        if (Beyond(value, Critical, present >= Severity.Critical))
        {
            return Severity.Critical;
        }

        return Beyond(value, Warning, present >= Severity.Warning) ? Severity.Warning : Severity.Unknown;
    }

    private bool Beyond(double value, double limit, bool inside)
    {
        var back = inside ? Back : 0;
        return Falling ? value < limit + back : value >= limit - back;
    }
}
