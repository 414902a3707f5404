using OpenSre.Diagnostics;

namespace OpenSre.Tests.Diagnosis;

public sealed class OnsetTests
{
    private static readonly Random Random = new(3);

    [Fact]
    public void A_step_is_found_where_it_is()
    {
        double[] values = [.. Noise(60, 100), .. Noise(40, 160)];
        Assert.InRange(Onset.Cusum(values.AsSpan(0, 30), values, 1, 0.5)!.Value, 59, 61);
        var (index, significance) = Onset.RankSplit(values)!.Value;
        Assert.InRange(index, 59, 61);
        Assert.True(significance > 0.99);
    }

    [Fact]
    public void A_slow_growth_is_found_early()
    {
        double[] values = [.. Noise(50, 100), .. Enumerable.Range(0, 50).Select(i => 100 + (2.0 * i))];
        Assert.InRange(Onset.Cusum(values.AsSpan(0, 40), values, 1, 0.5)!.Value, 50, 62);
    }

    [Fact]
    public void Noise_has_no_onset() => Assert.Null(Onset.Cusum(Noise(40, 100), Noise(400, 100), 0, 0.5));

    [Fact]
    public void The_way_matters()
    {
        double[] falls = [.. Noise(40, 100), .. Noise(40, 20)];
        Assert.Null(Onset.Cusum(falls.AsSpan(0, 40), falls, 1, 0.5));
        Assert.NotNull(Onset.Cusum(falls.AsSpan(0, 40), falls, -1, 0.5));
    }

    [Fact]
    public void Gaps_are_stepped_over()
    {
        double[] values = [1, 1, double.NaN, 1, 1, double.NaN, 9, double.NaN, 9, 9, 9];
        Assert.Equal(6, Onset.Cusum([1, 1, 1, double.NaN], values, 1, 0.5));
    }

    private static double[] Noise(int count, double level) => [.. Enumerable.Range(0, count).Select(_ => level + (4 * (Random.NextDouble() - 0.5)))];
}
