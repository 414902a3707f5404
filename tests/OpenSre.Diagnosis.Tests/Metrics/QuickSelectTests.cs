using OpenSre.Diagnostics;

namespace OpenSre.Tests.Diagnosis;

public sealed class QuickSelectTests
{
    [Theory]
    [InlineData(new double[] { 3 }, 3)]
    [InlineData(new double[] { 4, 1 }, 2.5)]
    [InlineData(new double[] { 5, 1, 9 }, 5)]
    [InlineData(new double[] { 7, 7, 7, 7 }, 7)]
    public void The_median_is_in_the_middle(double[] values, double median) => Assert.Equal(median, QuickSelect.Median(values));

    [Fact]
    public void Nothing_has_no_median() => Assert.True(double.IsNaN(QuickSelect.Median([])));

    /// <summary>Random, sorted, reversed, constant and organ-pipe inputs: every position is what sorting would put there.</summary>
    [Fact]
    public void Any_input_gives_what_sorting_gives()
    {
        var random = new Random(7);
        double[][] inputs =
        [
            [.. Enumerable.Range(0, 501).Select(_ => random.NextDouble())],
            [.. Enumerable.Range(0, 400).Select(i => (double)i)],
            [.. Enumerable.Range(0, 400).Select(i => -(double)i)],
            [.. Enumerable.Range(0, 300).Select(i => (double)(i % 3))],
            [.. Enumerable.Range(0, 300).Select(i => (double)Math.Min(i, 300 - i))],
        ];
        foreach (var input in inputs)
        {
            var sorted = input.Order().ToArray();
            for (var n = 0; n < input.Length; n += 13)
            {
                Assert.Equal(sorted[n], QuickSelect.Nth([.. input], n));
            }

            Assert.Equal((sorted[(input.Length - 1) / 2] + sorted[input.Length / 2]) / 2, QuickSelect.Median([.. input]), 12);
        }
    }
}
