namespace OpenSre.Tests;

/// <summary>A piece of a scripted answer.</summary>
internal abstract record Piece;

/// <summary>Text, sent word by word.</summary>
internal sealed record Say(string Text) : Piece;

internal sealed record Think(string Text) : Piece;

internal sealed record Call(string Tool, string Arguments = "{}") : Piece;

/// <summary>The connection breaks here.</summary>
internal sealed record Drop : Piece;

/// <summary>The stream goes on with an error event of this kind, as an overloaded provider sends it.</summary>
internal sealed record BreakOff(string Type, string Message) : Piece;

/// <summary>Nothing comes for a while.</summary>
internal sealed record Silence(TimeSpan For) : Piece;

/// <summary>What the stand-in of a model answers to one request.</summary>
internal sealed record ModelReply(params Piece[] Pieces)
{
    /// <summary>An HTTP status other than 200; the body is an error then.</summary>
    public int Status { get; init; } = 200;

    public string Error { get; init; } = "";

    public string ErrorType { get; init; } = "error";

    public string? RetryAfter { get; init; }

    /// <summary>The model refuses: the text is its refusal.</summary>
    public bool Refuses { get; init; }

    public long Input { get; init; } = 1_200;

    public long Cached { get; init; } = 900;

    public long Output { get; init; } = 34;

    /// <summary>Tokens thought, beside the output; told where a format has a place for it.</summary>
    public long Thoughts { get; init; }

    public static ModelReply Fails(int status, string type, string message, string? retryAfter = null) => new() { Status = status, ErrorType = type, Error = message, RetryAfter = retryAfter };
}

internal enum Wire { Anthropic, Responses, Chat, Ollama, Gemini }
