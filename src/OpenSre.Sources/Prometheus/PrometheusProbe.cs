using System.Globalization;

namespace OpenSre.Sources;

/// <summary>
/// <c>opensre:prometheus VERB …</c>: one reading call of the HTTP API of Prometheus. The output is the body of its answer.
/// <list type="bullet">
/// <item><c>names</c>: the names of all metrics that were there in the last hour;</item>
/// <item><c>now EXPR</c>: an expression at this moment;</item>
/// <item><c>range EXPR SINCE</c>: an expression over the time of a <see cref="SinceWindow"/>;</item>
/// <item><c>rules</c>, <c>targets</c>: alerting rules with their alerts, and what is scraped.</item>
/// </list>
/// <c>$__rate_interval</c> in an expression of a range becomes a span that fits its step. Exit codes are those of
/// <see cref="ApiGet"/>, and 2 for what is not allowed.
/// </summary>
public sealed class PrometheusProbe(PrometheusOptions options, TimeProvider time) : IProbe
{
    public const string RateInterval = "$__rate_interval";

    /// <summary>Points of a range, about.</summary>
    private const int Points = 120;

    public string Name => "prometheus";

    public async Task<ProbeEnd> RunAsync(IReadOnlyList<string> arguments, ProbeOutput output, CancellationToken cancellation)
    {
        if (options.Url is not { } address)
        {
            return ProbeEnd.Usage(options.Problem);
        }

        return PathOf(arguments) is { } path
            ? await new ApiGet("Prometheus", "PROMETHEUS_TOKEN", address, options.Token).RunAsync(path, output, cancellation)
            : ProbeEnd.Usage("usage: opensre:prometheus names|rules|targets|now EXPR|range EXPR SINCE");
    }

    private string? PathOf(IReadOnlyList<string> arguments) => arguments switch
    {
        ["names"] => $"/api/v1/label/__name__/values?start={Seconds(time.GetUtcNow().AddHours(-1))}&end={Seconds(time.GetUtcNow())}",
        ["rules"] => "/api/v1/rules?type=alert",
        ["targets"] => "/api/v1/targets?state=active",
        ["now", var expression] => $"/api/v1/query?query={Uri.EscapeDataString(expression.Replace(RateInterval, "5m", StringComparison.Ordinal))}",
        ["range", var expression, var since] when SinceWindow.Of(since, time.GetUtcNow()) is { } window => Range(expression, window),
        _ => null,
    };

    private static string Range(string expression, SinceWindow window)
    {
        var step = Math.Max(15, Math.Ceiling((window.End - window.Start).TotalSeconds / Points / 15) * 15);
        var end = Math.Floor(window.End.ToUnixTimeSeconds() / step) * step;
        var start = Math.Floor(window.Start.ToUnixTimeSeconds() / step) * step;
        // Four points of what is usually scraped each minute, and never less than a step.
        var over = string.Create(CultureInfo.InvariantCulture, $"{Math.Max(180, step + 60):0}s");
        return string.Create(CultureInfo.InvariantCulture, $"/api/v1/query_range?query={Uri.EscapeDataString(expression.Replace(RateInterval, over, StringComparison.Ordinal))}&start={start:0}&end={end:0}&step={step:0}");
    }

    private static string Seconds(DateTimeOffset at) => at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
}
