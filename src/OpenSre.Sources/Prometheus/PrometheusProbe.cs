using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using OpenSre.Core;

namespace OpenSre.Sources;

/// <summary>
/// <c>opensre:prometheus VERB …</c>: one reading call of the HTTP API of Prometheus. The output is the body of its answer.
/// <list type="bullet">
/// <item><c>names</c>: the names of all metrics that were there in the last hour;</item>
/// <item><c>now EXPR</c>: an expression at this moment;</item>
/// <item><c>range EXPR SINCE</c>: an expression over time, up to now; SINCE is a time or a span such as <c>-30m</c>, and what
/// is usual before it is asked for as well: as long as it has lasted, and an hour at least;</item>
/// <item><c>rules</c>, <c>targets</c>: alerting rules with their alerts, and what is scraped.</item>
/// </list>
/// <c>$__rate_interval</c> in an expression of a range becomes a span that fits its step. No time stands in what a replay
/// would have to ask again. Exit codes: 0 answered, 22 an error, 7 no answer, 2 not allowed.
/// </summary>
public sealed partial class PrometheusProbe(PrometheusOptions options, TimeProvider time) : IProbe
{
    public const int NoAnswer = 7;
    public const int ErrorReply = 22;
    public const string RateInterval = "$__rate_interval";

    /// <summary>Points of a range, about.</summary>
    private const int Points = 120;

    private static readonly TimeSpan LeastBefore = TimeSpan.FromMinutes(60);
    private static readonly TimeSpan LongestBefore = TimeSpan.FromDays(2);
    private static readonly TimeSpan LongestSince = TimeSpan.FromDays(14);

    public string Name => "prometheus";

    public async Task<ProbeEnd> RunAsync(IReadOnlyList<string> arguments, ProbeOutput output, CancellationToken cancellation)
    {
        if (options.Url is not { } address)
        {
            return ProbeEnd.Usage(options.Problem);
        }

        if (PathOf(arguments) is not { } path)
        {
            return ProbeEnd.Usage("usage: opensre:prometheus names|rules|targets|now EXPR|range EXPR SINCE");
        }

        using var client = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseCookies = false,
            UseProxy = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.GZip,
        });
        using var request = new HttpRequestMessage(HttpMethod.Get, address.AbsoluteUri.TrimEnd('/') + path);
        request.Headers.TryAddWithoutValidation("User-Agent", "opensre");
        if (options.Token is { } token)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        try
        {
            using var response = await client.SendAsync(request, cancellation);
            await using var body = await response.Content.ReadAsStreamAsync(cancellation);
            if (response.IsSuccessStatusCode)
            {
                await DockerLogStream.CopyPlainAsync(default, body, output, cancellation);
                return ProbeEnd.Done;
            }

            var said = new ProbeOutput(4096);
            await DockerLogStream.CopyPlainAsync(default, body, said, cancellation);
            return new ProbeEnd(
                response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden ? CommandStatus.Refused : CommandStatus.Exited,
                ErrorReply,
                Refusal(address, response, said.ToText(out _)));
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            var why = ErrnoWords.Find(e) is { } socket ? ErrnoWords.Of(socket) : Formats.Quoted(Innermost(e).Message);
            return new ProbeEnd(CommandStatus.Exited, NoAnswer, $"Prometheus at {address} does not answer: {why}");
        }
    }

    private string? PathOf(IReadOnlyList<string> arguments) => arguments switch
    {
        ["names"] => $"/api/v1/label/__name__/values?start={Seconds(time.GetUtcNow().AddHours(-1))}&end={Seconds(time.GetUtcNow())}",
        ["rules"] => "/api/v1/rules?type=alert",
        ["targets"] => "/api/v1/targets?state=active",
        ["now", var expression] => $"/api/v1/query?query={Uri.EscapeDataString(expression.Replace(RateInterval, "5m", StringComparison.Ordinal))}",
        ["range", var expression, var since] when Since(since) is { } at => Range(expression, at),
        _ => null,
    };

    private string Range(string expression, DateTimeOffset since)
    {
        var now = time.GetUtcNow();
        since = since < now - LongestSince ? now - LongestSince : since > now ? now : since;
        var lasted = now - since;
        var before = lasted < LeastBefore ? LeastBefore : lasted > LongestBefore ? LongestBefore : lasted;
        var step = Math.Max(15, Math.Ceiling((lasted + before).TotalSeconds / Points / 15) * 15);
        var end = Math.Floor(now.ToUnixTimeSeconds() / step) * step;
        var start = Math.Floor((since - before).ToUnixTimeSeconds() / step) * step;
        // Four points of what is usually scraped each minute, and never less than a step.
        var over = string.Create(CultureInfo.InvariantCulture, $"{Math.Max(180, step + 60):0}s");
        return string.Create(CultureInfo.InvariantCulture, $"/api/v1/query_range?query={Uri.EscapeDataString(expression.Replace(RateInterval, over, StringComparison.Ordinal))}&start={start:0}&end={end:0}&step={step:0}");
    }

    private DateTimeOffset? Since(string text)
    {
        if (Span().Match(text) is { Success: true } span)
        {
            return time.GetUtcNow().AddMinutes(-int.Parse(span.Groups[1].ValueSpan, CultureInfo.InvariantCulture));
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;
    }

    private static string Refusal(Uri address, HttpResponseMessage response, string body)
    {
        var said = Formats.Quoted(JsonReading.TryParse(body)?.TextAt("error") ?? body, 200);
        return response.StatusCode switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => $"Prometheus at {address} wants another token ({(int)response.StatusCode}): set PROMETHEUS_TOKEN",
            HttpStatusCode.NotFound => $"what answers at {address} is no Prometheus, or serves it under another path ({(int)response.StatusCode})",
            >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest => $"{address} sends elsewhere ({(int)response.StatusCode} to {Formats.Quoted(response.Headers.Location?.ToString() ?? "?", 120)}); give the address it is at",
            _ => $"Prometheus answered {(int)response.StatusCode}: {said}",
        };
    }

    private static string Seconds(DateTimeOffset at) => at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    private static Exception Innermost(Exception error) => error.InnerException is { } inner ? Innermost(inner) : error;

    [GeneratedRegex(@"^-([0-9]{1,5})m\z")]
    private static partial Regex Span();
}
