using System.Globalization;

namespace OpenSre.Sources;

/// <summary>
/// <c>opensre:loki VERB …</c>: one reading call of the HTTP API of Loki. The output is the body of its answer.
/// <list type="bullet">
/// <item><c>labels</c>: the names of labels of the last hour;</item>
/// <item><c>before QUERY SINCE</c>: at most 2,000 lines of what is usual in a <see cref="SinceWindow"/>, its first two fifths;</item>
/// <item><c>since QUERY SINCE</c>: at most 4,000 lines from there until now.</item>
/// </list>
/// Where there are more, those stay that are nearest to the border between the two. Exit codes are those of <see cref="ApiGet"/>, and
/// 2 for what is not allowed.
/// </summary>
public sealed class LokiProbe(LokiOptions options, TimeProvider time) : IProbe
{
    public const int MostBefore = 2000;
    public const int MostSince = 4000;

    /// <summary>The part before the alert that counts as usual; what comes after may be the incident already.</summary>
    private const double Usual = 0.4;

    public string Name => "loki";

    public async Task<ProbeEnd> RunAsync(IReadOnlyList<string> arguments, ProbeOutput output, CancellationToken cancellation)
    {
        if (options.Url is not { } address)
        {
            return ProbeEnd.Usage(options.Problem);
        }

        return PathOf(arguments) is { } path
            ? await new ApiGet("Loki", "LOKI_TOKEN", address, options.Token, options.Tenant).RunAsync(path, output, cancellation)
            : ProbeEnd.Usage("usage: opensre:loki labels|before QUERY SINCE|since QUERY SINCE");
    }

    private string? PathOf(IReadOnlyList<string> arguments)
    {
        var now = time.GetUtcNow();
        switch (arguments)
        {
            case ["labels"]:
                return $"/loki/api/v1/labels?start={Nanoseconds(now.AddHours(-1))}&end={Nanoseconds(now)}";
            case ["before" or "since", var query, var since] when SinceWindow.Of(since, now) is { } window:
                var border = window.Start + ((window.Since - window.Start) * Usual);
                return arguments[0] == "before" ? Lines(query, window.Start, border, MostBefore, "backward") : Lines(query, border, window.End, MostSince, "forward");
            default:
                return null;
        }
    }

    private static string Lines(string query, DateTimeOffset from, DateTimeOffset to, int most, string direction) =>
        $"/loki/api/v1/query_range?query={Uri.EscapeDataString(query)}&start={Nanoseconds(from)}&end={Nanoseconds(to)}&limit={most.ToString(CultureInfo.InvariantCulture)}&direction={direction}";

    private static string Nanoseconds(DateTimeOffset at) => at.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture) + "000000";
}
