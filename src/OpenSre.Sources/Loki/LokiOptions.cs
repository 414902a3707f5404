namespace OpenSre.Sources;

/// <summary>Where Loki is asked.</summary>
/// <param name="Url">Its address; null where the configured one cannot be used.</param>
/// <param name="Token">A bearer token; null for none. It is sent to this address alone and never recorded.</param>
/// <param name="Tenant">Whose logs are meant, where one Loki serves several; null for none.</param>
/// <param name="Problem">Why it cannot be asked, in a sentence; empty when it can.</param>
public sealed record LokiOptions(Uri? Url, string? Token = null, string? Tenant = null, string Problem = "")
{
    /// <inheritdoc cref="PrometheusOptions.Of"/>
    public static LokiOptions Of(string url, string? token, string? tenant, string from)
    {
        var read = PrometheusOptions.Of(url, token, from);
        return new LokiOptions(read.Url, read.Token, string.IsNullOrWhiteSpace(tenant) ? null : tenant.Trim(), read.Problem);
    }
}
