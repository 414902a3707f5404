using OpenSre.Core;

namespace OpenSre.Investigation;

/// <summary>Probabilities and hypotheses as short words.</summary>
public static class Percent
{
    /// <summary>Whole percents; the ends are said as bounds, because nothing here is certain.</summary>
    public static string Of(double probability) => probability switch
    {
        < 0.005 => "<1 %",
        > 0.995 => ">99 %",
        _ => $"{Math.Round(probability * 100, MidpointRounding.AwayFromZero):0} %",
    };

    /// <summary>A hypothesis in a few words: the fault and whose it is.</summary>
    public static string Name(Hypothesis hypothesis) => hypothesis.Kind switch
    {
        HypothesisKind.Healthy => "nothing is wrong now",
        HypothesisKind.Unknown => "a cause no check knows",
        _ => $"{hypothesis.FaultType} on {hypothesis.Entity}",
    };
}
