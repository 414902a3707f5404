using OpenSre.Diagnostics;

namespace OpenSre.Tests.Diagnosis;

public sealed class RobustShiftTests
{
    private readonly RobustShift _shift = new();

    [Fact]
    public void The_score_is_the_step_over_spread_and_share_of_the_level()
    {
        // MAD 1, level 100: (130 − 100) / (1.4826 + 5 + 0.5)
        var shift = _shift.Measure([99, 100, 101, 99, 101, 100, 98, 102, 100], [130, 130, 130], 0.5)!.Value;
        Assert.Equal(100, shift.Before);
        Assert.Equal(30 / (1.4826 + 5 + 0.5), shift.Score, 6);
    }

    [Fact]
    public void A_series_that_never_moves_does_not_explode() =>
        Assert.InRange(_shift.Measure([0, 0, 0, 0], [0.2, 0.2, 0.2], 0.5)!.Value.Score, 0.39, 0.41);

    [Fact]
    public void One_wild_value_moves_nothing() =>
        Assert.Equal(0, _shift.Measure([10, 10, 10, 10, 10], [10, 10, 5000, 10, 10], 1)!.Value.Score);

    [Fact]
    public void A_fall_is_negative() => Assert.True(_shift.Measure([50, 50, 50], [10, 10, 10], 1)!.Value.Score < -5);

    [Fact]
    public void What_was_not_measured_is_left_out()
    {
        Assert.Null(_shift.Measure([double.NaN], [1, 2], 1));
        Assert.Null(_shift.Measure([1, 2], [double.NaN], 1));
        Assert.Equal(2, _shift.Measure([2, double.NaN, 2], [double.NaN, 2], 1)!.Value.During);
    }

    [Theory]
    [InlineData("cpu", 1.2, MetricQuantity.Cpu, 1)]
    [InlineData("mem", 3e8, MetricQuantity.Memory, 1)]
    [InlineData("lat_90", 7, MetricQuantity.Latency, 1)]
    [InlineData("http_server_duration_p99_ms", 200, MetricQuantity.Latency, 1)]
    [InlineData("error_rate_5xx_ratio", 0.01, MetricQuantity.Errors, 1)]
    [InlineData("availability", 99.9, MetricQuantity.Availability, -1)]
    [InlineData("cache_hit_ratio", 0.97, MetricQuantity.Availability, -1)]
    [InlineData("requests_per_sec", 300, MetricQuantity.Throughput, -1)]
    [InlineData("queue_depth", 3, MetricQuantity.Saturation, 1)]
    [InlineData("tls_cert_seconds_until_expiry", 3000, MetricQuantity.Other, -1)]
    [InlineData("temperature", 20, MetricQuantity.Other, 0)]
    public void Names_tell_quantity_and_the_bad_way(string name, double typical, MetricQuantity quantity, int way)
    {
        var kind = MetricKind.Of(name, typical);
        Assert.Equal((quantity, way), (kind.Quantity, kind.BadWay));
        Assert.True(kind.Epsilon > 0);
    }
}
