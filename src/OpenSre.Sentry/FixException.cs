namespace OpenSre.Sentry;

/// <summary>Why a fix came to nothing; a program maps each to an exit code.</summary>
public enum FixFailure
{
    Failed,
    Usage,
    NoToken,
    TokenRefused,
    OtherHost,
    ContextMissing,
    NotFound,
    ApiError,
    TimedOut,
    SeerUnavailable,
    NoBudget,
    AiDisabled,
    Interrupted,
}

/// <summary>A failure with a sentence that tells a person what to do.</summary>
public sealed class FixException : Exception
{
    public FixException(FixFailure failure, string message, Exception? inner = null) : base(message, inner) => Failure = failure;

    public FixException() : this(FixFailure.Failed, "It failed.")
    {
    }

    public FixException(string message) : this(FixFailure.Failed, message)
    {
    }

    public FixException(string message, Exception innerException) : this(FixFailure.Failed, message, innerException)
    {
    }

    public FixFailure Failure { get; }
}
