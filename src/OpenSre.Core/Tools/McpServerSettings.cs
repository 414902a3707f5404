namespace OpenSre.Core;

/// <summary>One server of the Model Context Protocol whose tools serve as evidence tools. Holds no secret: values are named.</summary>
/// <param name="Command">Program and arguments, for a server on standard input and output; empty for one on HTTP.</param>
/// <param name="Url">The address of a server on HTTP; null for a program.</param>
/// <param name="Environment">Names of variables the server gets, and the variable each value is taken from.</param>
/// <param name="Headers">Names of headers, and the variable each value is taken from.</param>
/// <param name="Allow">Tools that are allowed although they do not say that they only read.</param>
/// <param name="Deny">Tools that are never used.</param>
public sealed record McpServerSettings(
    string Name,
    IReadOnlyList<string> Command,
    Uri? Url,
    IReadOnlyDictionary<string, string> Environment,
    IReadOnlyDictionary<string, string> Headers,
    IReadOnlyList<string> Allow,
    IReadOnlyList<string> Deny)
{
    /// <summary>Calls the engine may make by itself, without a model; <see cref="ToolProposal.Tool"/> is the name the server gives the tool.</summary>
    public IReadOnlyList<ToolProposal> Calls { get; init; } = [];

    /// <summary>How long it may take to start and to list its tools.</summary>
    public TimeSpan StartTime { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a call may take.</summary>
    public TimeSpan CallTime { get; init; } = TimeSpan.FromSeconds(20);
}
