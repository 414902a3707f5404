using System.Globalization;

namespace OpenSre.Investigation;

/// <summary>
/// Fits the temperature of the softmax so that probabilities mean what they say, and measures it on cases of fault types
/// the fit has not seen. One number, so nothing of a single case can enter.
/// </summary>
public static class Calibration
{
    private const int Folds = 5;

    /// <summary>Fits and prints: the temperature over all cases, and calibration before and after on held-out fault types.</summary>
    /// <param name="used">The temperature the results were made with.</param>
    public static string Print(IReadOnlyList<(CaseLabel Label, CaseResult Result)> cases, double used)
    {
        var scored = cases.Where(c => c.Result.Scores.Count > 1).ToList();
        if (scored.Count == 0)
        {
            return "calibration: no case kept its scores\n";
        }

        var types = scored.Select(c => c.Label.FaultType).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Index().ToDictionary(t => t.Item, t => t.Index % Folds, StringComparer.Ordinal);
        // Healthy cases are of no fault type; they are dealt out one by one.
        var fold = scored.Select((c, i) => c.Label.IsHealthy ? i % Folds : types[c.Label.FaultType]).ToList();
        List<(double P, bool Right)> before = [];
        List<(double P, bool Right)> after = [];
        List<double> fitted = [];
        for (var held = 0; held < Folds; held++)
        {
            var rest = scored.Where((_, i) => fold[i] != held).Select(c => c.Result.Scores).ToList();
            var own = scored.Where((_, i) => fold[i] == held).Select(c => c.Result.Scores).ToList();
            if (rest.Count == 0 || own.Count == 0)
            {
                continue;
            }

            var temperature = Fit(rest);
            fitted.Add(temperature);
            before.AddRange(own.Select(s => First(s, used)));
            after.AddRange(own.Select(s => First(s, temperature)));
        }

        var whole = Fit([.. scored.Select(c => c.Result.Scores)]);
        return string.Create(CultureInfo.InvariantCulture, $"""
            calibration, {scored.Count} cases, {fitted.Count} folds by fault type
              temperature in use               {used:0.00}
              temperature fitted to all        {whole:0.00}  (folds {fitted.DefaultIfEmpty().Min():0.00}–{fitted.DefaultIfEmpty().Max():0.00})
              held-out ECE, in use and fitted  {Error(before):0.000} -> {Error(after):0.000}
              held-out wrong with p >= 0.8     {Share(before):0.000} -> {Share(after):0.000}

            """);
    }

    /// <summary>The temperature with the least negative log-likelihood of "the first answer is right", with Platt's smoothed targets.</summary>
    public static double Fit(IReadOnlyList<IReadOnlyList<ScoredAnswer>> cases)
    {
        var right = cases.Count(s => s[0].IsTrue);
        var yes = (right + 1.0) / (right + 2.0);
        var no = 1.0 / (cases.Count - right + 2.0);
        var best = (Loss: double.MaxValue, Temperature: 1.0);
        for (var temperature = 0.2; temperature <= 4; temperature *= 1.02)
        {
            var loss = 0.0;
            foreach (var scores in cases)
            {
                var (p, isRight) = First(scores, temperature);
                var target = isRight ? yes : no;
                p = Math.Clamp(p, 1e-9, 1 - 1e-9);
                loss -= (target * Math.Log(p)) + ((1 - target) * Math.Log(1 - p));
            }

            if (loss < best.Loss)
            {
                best = (loss, temperature);
            }
        }

        return best.Temperature;
    }

    /// <summary>Expected calibration error over ten bins.</summary>
    public static double Error(IReadOnlyCollection<(double P, bool Right)> answers) =>
        answers.Count == 0 ? 0 : answers.GroupBy(a => Math.Min(9, (int)(a.P * 10))).Sum(b => b.Count() * Math.Abs(b.Average(a => a.P) - b.Average(a => a.Right ? 1.0 : 0.0))) / answers.Count;

    /// <summary>The probability of the first answer at a temperature, and whether it is right.</summary>
    private static (double P, bool Right) First(IReadOnlyList<ScoredAnswer> scores, double temperature) =>
        (1 / scores.Sum(s => Math.Exp((s.Score - scores[0].Score) / temperature)), scores[0].IsTrue);

    private static double Share(List<(double P, bool Right)> answers) => answers.Count == 0 ? 0 : (double)answers.Count(a => a.P >= 0.8 && !a.Right) / answers.Count;
}
