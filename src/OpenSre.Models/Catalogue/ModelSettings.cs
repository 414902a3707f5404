namespace OpenSre.Models;

/// <summary>How a model is spoken to.</summary>
public enum ModelProtocol
{
    /// <summary>No model: the built-in engine alone.</summary>
    None,
    AnthropicMessages,
    OpenAiResponses,
    OpenAiChat,
    Ollama,
    ClaudeCode,
    Codex,

    /// <summary>Any agent of the Agent Client Protocol.</summary>
    Acp,
}

/// <summary>One model that could be used, with everything needed to reach it. Holds no secret: keys are named.</summary>
public sealed record ModelSettings
{
    /// <summary>What a person picks it by.</summary>
    public required string Name { get; init; }

    /// <summary>What it is called in sentences: Anthropic, OpenRouter, Claude Code …</summary>
    public required string Provider { get; init; }

    public required ModelProtocol Protocol { get; init; }

    /// <summary>The provider's name of the model; empty where an agent program has one of its own.</summary>
    public string Model { get; init; } = "";

    public Uri? BaseUrl { get; init; }

    /// <summary>The environment variable that holds the key; empty when none is needed.</summary>
    public string KeyVariable { get; init; } = "";

    public string? KeyHeader { get; init; }

    public string Query { get; init; } = "";

    /// <summary>Tokens it reads.</summary>
    public int Window { get; init; } = 128_000;

    /// <summary>Tokens of one answer.</summary>
    public int MaxOutput { get; init; } = 8_192;

    /// <summary>Tokens of extended thinking (Anthropic); 0 for none.</summary>
    public int Thinking { get; init; }

    /// <summary>How much it may reason (OpenAI): minimal, low, medium, high; empty for a model that does not.</summary>
    public string Effort { get; init; } = "";

    /// <summary>Program and arguments of an agent.</summary>
    public IReadOnlyList<string> Command { get; init; } = [];

    /// <summary>
    /// Whether an agent program may propose to use tools of its own, such as commands; each use asks a person. Without it
    /// the program has our read-only tools and nothing else.
    /// </summary>
    public bool OwnTools { get; init; }

    /// <summary>A price that is not in the table, or another.</summary>
    public Price? Price { get; init; }

    /// <summary>Where it was found: configuration, a key, a program, this machine.</summary>
    public string From { get; init; } = "";

    public bool IsProgram => Protocol is ModelProtocol.ClaudeCode or ModelProtocol.Codex or ModelProtocol.Acp;

    /// <summary>Name and model as a person reads them.</summary>
    public string Title => Model.Length > 0 ? $"{Name} ({Model})" : Name;

    public static ModelSettings None { get; } = new() { Name = "none", Provider = "built-in engine", Protocol = ModelProtocol.None };
}
