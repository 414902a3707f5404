using OpenSre.Core;

namespace OpenSre.Investigation;

/// <summary>Probabilities and hypotheses in words, the same on every face.</summary>
public static class HypothesisWords
{
    /// <summary>Whole percents; the ends are said as bounds, because nothing here is certain.</summary>
    public static string Percent(double probability) => probability switch
    {
        < 0.005 => "<1 %",
        > 0.995 => ">99 %",
        _ => $"{Math.Round(probability * 100, MidpointRounding.AwayFromZero):0} %",
    };

    /// <summary>What the hypothesis says, as half a sentence without a full stop.</summary>
    public static string Statement(Hypothesis hypothesis)
    {
        var statement = hypothesis.Statement.Trim().TrimEnd('.');
        return statement.Length > 0 ? statement : hypothesis.Kind switch
        {
            HypothesisKind.Healthy => "Nothing is wrong now",
            HypothesisKind.Unknown => "Something no check knows",
            _ => $"{hypothesis.FaultType} on {hypothesis.Entity}",
        };
    }
}
