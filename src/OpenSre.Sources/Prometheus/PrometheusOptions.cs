namespace OpenSre.Sources;

/// <summary>Where Prometheus, or what speaks its HTTP API (Thanos, Mimir, VictoriaMetrics), is asked.</summary>
/// <param name="Url">Its address, with the path it is served under; null where the configured one cannot be used.</param>
/// <param name="Token">A bearer token; null for none. It is sent to this address alone and never recorded.</param>
/// <param name="Problem">Why it cannot be asked, in a sentence; empty when it can.</param>
public sealed record PrometheusOptions(Uri? Url, string? Token = null, string Problem = "")
{
    /// <summary>Reads an address as a person writes it: with or without <c>http://</c>.</summary>
    /// <param name="from">What named it, for the sentence about a wrong one.</param>
    public static PrometheusOptions Of(string url, string? token, string from)
    {
        var full = url.Contains("://", StringComparison.Ordinal) ? url : "http://" + url;
        return ToolArguments.IsWebAddress(full, out var address) && address.Query.Length == 0
            ? new PrometheusOptions(address, string.IsNullOrWhiteSpace(token) ? null : token.Trim())
            : new PrometheusOptions(null, null, $"{from} is {Formats.Quoted(url, 80)}, which is no http or https address without user name, password and query; write it as in http://prometheus:9090, and give a token through the environment");
    }
}
