using OpenSre.Investigation;

namespace OpenSre.Tests.Investigation;

public sealed class CalibrationTests
{
    [Fact]
    public void An_engine_that_is_too_sure_gets_a_higher_temperature_and_one_that_is_too_unsure_a_lower()
    {
        Assert.True(Calibration.Fit(Cases(right: 60, of: 100, lead: 4)) > 1.5);
        Assert.True(Calibration.Fit(Cases(right: 100, of: 100, lead: 2)) < 0.8);
    }

    [Fact]
    public void What_is_well_calibrated_stays() => Assert.InRange(Calibration.Fit(Cases(right: 880, of: 1000, lead: 2)), 0.93, 1.07);

    [Fact]
    public void The_error_is_the_gap_between_said_and_true()
    {
        Assert.Equal(0, Calibration.Error([(1, true), (1, true)]), 6);
        Assert.Equal(0.4, Calibration.Error([(0.9, true), (0.9, false)]), 6);
    }

    [Fact]
    public void The_print_holds_out_fault_types()
    {
        var cases = Cases(right: 40, of: 50, lead: 4).Select((s, i) => (
            new CaseLabel($"c{i}", "root_cause", "app", "a", $"type-{i % 7}", ""),
            new CaseResult($"c{i}", "root_cause", 0.9, [], [], true, 1, 1, true) { Scores = s })).ToList();
        Assert.Contains("5 folds by fault type", Calibration.Print(cases, 1), StringComparison.Ordinal);
    }

    /// <summary>Cases of two hypotheses, the first ahead by some log-odds.</summary>
    private static List<IReadOnlyList<ScoredAnswer>> Cases(int right, int of, double lead) =>
        [.. Enumerable.Range(0, of).Select(i => (IReadOnlyList<ScoredAnswer>)[new ScoredAnswer(lead, i < right), new ScoredAnswer(0, i >= right)])];
}
