namespace OpenSre.Home;

/// <summary>What became of a message handed to signal-cli-rest-api.</summary>
public abstract record SendOutcome
{
    private SendOutcome() { }

    /// <summary>It is out.</summary>
    /// <param name="Failures">Recipients of a group that it did not reach, with the reason; none where it reached all.</param>
    public sealed record Sent(long Timestamp, IReadOnlyList<string> Failures) : SendOutcome;

    /// <summary>It certainly did not go out, and may later.</summary>
    /// <param name="Heard">The service took it and said no; false where the service was not reached at all.</param>
    public sealed record Later(string Why, bool Heard) : SendOutcome;

    /// <summary>It certainly did not go out, and never will as it stands.</summary>
    public sealed record Refused(string Why) : SendOutcome;

    /// <summary>The recipient's safety number changed; somebody must look before anything goes there again.</summary>
    public sealed record Untrusted : SendOutcome;

    /// <summary>Signal wants no more for a while, or a captcha solved.</summary>
    public sealed record RateLimited(IReadOnlyList<string> Tokens, TimeSpan? Wait) : SendOutcome;

    /// <summary>Nobody can tell: the answer did not come.</summary>
    public sealed record Unknown(string Why) : SendOutcome;
}
