namespace OpenSre.Home;

/// <summary>What came in over Signal, in one frame.</summary>
public abstract record SignalInbound
{
    private SignalInbound() { }

    /// <summary>Somebody said, changed, took back or reacted.</summary>
    /// <param name="IsOwn">It was written on another device of our own account, to itself.</param>
    public sealed record Said(ChatMessage Message, bool IsOwn) : SignalInbound;

    /// <summary>A device of <paramref name="Sender"/> has, or its owner has read, the messages of these timestamps.</summary>
    public sealed record Received(string Sender, IReadOnlyList<long> Timestamps) : SignalInbound;

    /// <summary>The keys of <paramref name="Sender"/> changed, or a message of theirs could not be read; null: of whom is unknown.</summary>
    public sealed record Distrusted(string? Sender, string Kind) : SignalInbound;

    /// <summary>Nothing for us: typing, calls, stories, other accounts, groups that changed.</summary>
    public sealed record Nothing(string What) : SignalInbound;

    /// <summary>The service says in its own words that something went wrong.</summary>
    public sealed record Failed(string Why) : SignalInbound;

    /// <summary>No message could be made of the frame.</summary>
    public sealed record Broken(string Why) : SignalInbound;
}
