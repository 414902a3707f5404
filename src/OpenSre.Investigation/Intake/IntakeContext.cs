using System.Text.Json;

namespace OpenSre.Investigation;

/// <summary>What a dialect may know besides the body: the time, the request headers, and how to read what is wrapped in it.</summary>
internal sealed record IntakeContext(DateTimeOffset Now, IReadOnlyDictionary<string, string> Headers, int Depth = 0)
{
    /// <summary>Payloads wrapped in payloads are unwrapped this deep.</summary>
    private const int MaxDepth = 4;

    public bool MayUnwrap => Depth < MaxDepth;

    public string? Header(string name)
    {
        foreach (var (key, value) in Headers)
        {
            if (key.Equals(name, StringComparison.OrdinalIgnoreCase) && !string.IsNullOrWhiteSpace(value))
            {
                return value.Trim();
            }
        }

        return null;
    }

    /// <summary>The context for what is wrapped: deeper, and without headers, which speak of the wrapping.</summary>
    public IntakeContext Inside() => this with { Depth = Depth + 1, Headers = NoHeaders };

    /// <summary>The JSON a string holds, if it holds an object or array.</summary>
    public static bool TryOpen(string? text, out JsonElement inner)
    {
        inner = default;
        text = text?.Trim();
        if (string.IsNullOrEmpty(text) || text[0] is not ('{' or '[') || !JsonDocuments.TryParse(text, out var documents, out _))
        {
            return false;
        }

        inner = documents[0];
        return documents.Count == 1;
    }

    public static readonly IReadOnlyDictionary<string, string> NoHeaders = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
}
