namespace OpenSre.Core;

/// <summary>A request to run one tool. Arguments are strings by name; the tool's schema says which it takes.</summary>
[method: System.Text.Json.Serialization.JsonConstructor]
public sealed record ToolCall(string Tool, IReadOnlyDictionary<string, string> Arguments)
{
    public ToolCall(string tool) : this(tool, new Dictionary<string, string>(StringComparer.Ordinal))
    {
    }

    /// <summary>Equal for two calls that ask the same.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public string Key => Arguments.Count == 0
        ? Tool
        : Tool + " " + string.Join(' ', Arguments.OrderBy(a => a.Key, StringComparer.Ordinal).Select(a => $"{a.Key}={a.Value}"));

    public override string ToString() => Key;

    public static ToolCall With(string tool, params ReadOnlySpan<(string Name, string Value)> arguments)
    {
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in arguments)
        {
            map[name] = value;
        }

        return new ToolCall(tool, map);
    }
}

/// <summary>One argument of a tool, for its JSON schema.</summary>
public sealed record ToolParameter(string Name, string Meaning, bool Required = false);

/// <summary>What a tool is, for planners, models and people.</summary>
/// <param name="Name">Dotted: subject, then what is read, such as <c>host.memory</c>.</param>
/// <param name="Summary">One sentence: what it reads.</param>
/// <param name="Timeout">After this it is stopped and counts as timed out.</param>
/// <param name="OutputLimit">UTF-16 characters kept; what is cut is said in the output's note.</param>
/// <param name="Cost">Relative price of a call, 1 = reading a few files of /proc.</param>
public sealed record ToolDescription(
    string Name,
    string Summary,
    IReadOnlyList<ToolParameter> Parameters,
    TimeSpan Timeout,
    int OutputLimit,
    double Cost)
{
    /// <summary>The schema of the arguments as the owner of a tool from outside wrote it; null for the one of the parameters.</summary>
    public string? Schema { get; init; }

    /// <summary>Nothing says that it only reads, so a person is asked before each call; only a model may propose one.</summary>
    public bool Asks { get; init; }

    /// <summary>The arguments as a JSON schema (draft 2020-12).</summary>
    public string JsonSchema()
    {
        if (Schema is not null)
        {
            return Schema;
        }

        var schema = new System.Text.Json.Nodes.JsonObject
        {
            ["type"] = "object",
            ["properties"] = new System.Text.Json.Nodes.JsonObject(Parameters.Select(p =>
                KeyValuePair.Create(p.Name, (System.Text.Json.Nodes.JsonNode?)new System.Text.Json.Nodes.JsonObject
                {
                    ["type"] = "string",
                    ["description"] = p.Meaning,
                }))),
            ["required"] = new System.Text.Json.Nodes.JsonArray([.. Parameters.Where(p => p.Required).Select(p => (System.Text.Json.Nodes.JsonNode)p.Name)]),
            ["additionalProperties"] = false,
        };
        return schema.ToJsonString();
    }
}

/// <summary>What a tool brings back.</summary>
/// <param name="Note">What was cut or why it failed, in a sentence; empty when nothing is to be said.</param>
public sealed record ToolResult(ToolStatus Status, string Text, string Note = "");

/// <summary>A read-only way to look at a system.</summary>
public interface IEvidenceTool
{
    ToolDescription Description { get; }

    /// <summary>Looks. Failure is a result with a status and a sentence; only cancellation throws.</summary>
    Task<ToolResult> RunAsync(IReadOnlyDictionary<string, string> arguments, CancellationToken cancellation);
}
