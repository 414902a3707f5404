using OpenSre.Sources;

namespace OpenSre.Tests.Sources;

public sealed class PromExpressionTests
{
    [Theory]
    [InlineData("up == 0", "up:0")]
    [InlineData("sum by (job) (rate(http_requests_total{code=~\"5..\"}[5m])) / sum by (job) (rate(http_requests_total[5m])) > 0.05", "sum by (job) (rate(http_requests_total{code=~\"5..\"}[5m])) / sum by (job) (rate(http_requests_total[5m])):1")]
    [InlineData("(histogram_quantile(0.99, sum by (le) (rate(x_bucket[5m]))) > 1)", "histogram_quantile(0.99, sum by (le) (rate(x_bucket[5m]))):1")]
    [InlineData("free_bytes < 10 and on (instance) up == 1", "free_bytes:-1|up:0")]
    [InlineData("0.5 < busy", "busy:1")]
    [InlineData("a{path=\"x > y and (z\"} >= bool 3 unless ignoring(le) (b > 2)", "a{path=\"x > y and (z\"}:1|b:1")]
    [InlineData("errors_and_more > 2", "errors_and_more:1")]
    [InlineData("absent(up{job=\"a\"})", "absent(up{job=\"a\"}):0")]
    [InlineData("", "")]
    [InlineData("((((", "((((:0")]
    public void The_measured_parts_stand_without_the_comparison(string expression, string measured) =>
        Assert.Equal(measured, string.Join('|', PromExpression.Measured(expression).Select(p => $"{p.Expression}:{p.BadWay}")));
}
