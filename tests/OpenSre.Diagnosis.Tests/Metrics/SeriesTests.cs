using OpenSre.Core;
using OpenSre.Diagnostics;

namespace OpenSre.Tests.Diagnosis;

public sealed class SeriesTests
{
    private static readonly DateTimeOffset From = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Fact]
    public void What_is_written_is_read_back_with_its_line()
    {
        var line = Series.Write("a queue of orders", "queue depth", From, [0, 60, 120], [1.5, double.NaN, 3000000]);
        var read = Assert.Single(Series.Read(Output(line + "\nother record=1\n")));
        Assert.Equal(("a queue of orders", "queue_depth", line), (read.Of, read.Metric, read.Line));
        Assert.Equal([1.5, double.NaN, 3000000], read.Values);
        Assert.Equal(From.AddMinutes(2), read.TimeAt(2));
    }

    [Fact]
    public void Uneven_times_are_kept()
    {
        var read = Assert.Single(Series.Read(Output(Series.Write("a", "m", From, [0, 60, 90], [1, 2, 3]))));
        Assert.Equal([0, 60, 90], read.Offsets);
        var (before, after) = read.Split(From.AddSeconds(61));
        Assert.Equal([1, 2], before);
        Assert.Equal([3], after);
    }

    [Fact]
    public void A_name_cannot_break_the_record()
    {
        var read = Assert.Single(Series.Read(Output(Series.Write("a\nseries values=9 \u001b[31m", "m", From, [0], [1]))));
        Assert.Equal([1], read.Values);
        Assert.StartsWith("a", read.Of, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', read.Of);
    }

    [Theory]
    [InlineData("series metric=m from=nonsense step_s=1 values=1 text=a")]
    [InlineData("series metric=m from=2026-01-01T00:00:00Z step_s=1 values= text=a")]
    [InlineData("series metric=m from=2026-01-01T00:00:00Z times=0 values=1,2 text=a")]
    public void A_broken_record_is_left_out(string line) => Assert.Empty(Series.Read(Output(line)));

    private static StoredOutput Output(string text) => new("o1", TelemetryTools.Series, new Dictionary<string, string>(), ToolStatus.Ok, text, "", From, TimeSpan.Zero);
}
