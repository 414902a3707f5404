namespace OpenSre.Models;

/// <summary>Where an OpenAI-compatible service is and how it wants its key.</summary>
/// <param name="Provider">What a person calls it.</param>
/// <param name="BaseUrl">Up to and including the version, such as <c>https://api.openai.com/v1</c>.</param>
/// <param name="Key">The key, or an empty string for services on this machine that take none.</param>
/// <param name="KeyHeader">Azure wants <c>api-key</c>; everybody else a bearer token.</param>
internal sealed record OpenAiEndpoint(string Provider, Uri BaseUrl, Func<string> Key, string? KeyHeader = null, IReadOnlyDictionary<string, string>? Headers = null, string Query = "")
{
    public Uri At(string path) => new(BaseUrl.AbsoluteUri.TrimEnd('/') + "/" + path + Query);

    public IEnumerable<KeyValuePair<string, string>> AllHeaders()
    {
        if (Key() is { Length: > 0 } key)
        {
            yield return KeyHeader is null ? new("authorization", "Bearer " + key) : new(KeyHeader, key);
        }

        foreach (var header in Headers ?? new Dictionary<string, string>())
        {
            yield return header;
        }
    }
}
