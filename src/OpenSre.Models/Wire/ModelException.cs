using OpenSre.Core;

namespace OpenSre.Models;

public enum ModelFailure
{
    /// <summary>Too many requests or tokens a minute; worth waiting for.</summary>
    RateLimited,

    /// <summary>The provider has no room at the moment; worth waiting for.</summary>
    Overloaded,

    /// <summary>An error on the provider's side; worth another try.</summary>
    Server,

    /// <summary>Not reached, or the connection broke; worth another try.</summary>
    Network,

    /// <summary>The key is missing, wrong, or not allowed.</summary>
    Unauthorised,

    /// <summary>Nothing left to spend at the provider.</summary>
    Quota,

    /// <summary>The conversation is longer than the model reads.</summary>
    TooLong,

    NotFound,

    BadRequest,

    /// <summary>The answer could not be understood.</summary>
    Protocol,

    /// <summary>Configuration or policy forbids the call.</summary>
    NotAllowed,
}

/// <summary>A model could not be asked. The message is one sentence for a person.</summary>
public class ModelException : Exception
{
    public ModelException(ModelFailure failure, string sentence, TimeSpan? retryAfter = null, Exception? inner = null)
        : base(Redaction.Apply(SafeText.Line(sentence, 400)), inner)
    {
        Failure = failure;
        RetryAfter = retryAfter;
    }

    public ModelFailure Failure { get; }

    /// <summary>How long the provider asks to wait.</summary>
    public TimeSpan? RetryAfter { get; }

    public bool MayPass => Failure is ModelFailure.RateLimited or ModelFailure.Overloaded or ModelFailure.Server or ModelFailure.Network;
}
