using OpenSre.Core;

namespace OpenSre.Investigation;

/// <summary>What kind of thing somebody gave us.</summary>
public enum IntakeKind
{
    /// <summary>At least one alert that is not known to be over.</summary>
    Alerts,

    /// <summary>A person's question or request; the one alert in the result carries it.</summary>
    Question,

    /// <summary>Nothing to look into: a greeting, a test message, a subscription notice, an empty list.</summary>
    Noise,

    /// <summary>The sender says that every alert in it is over.</summary>
    Resolved,

    /// <summary>It cannot be read: broken JSON, or too large.</summary>
    Unusable,
}

/// <summary>The alerts in a text, the dialect it was written in, and one sentence about it.</summary>
/// <param name="Dialect">The dialect: <c>alertmanager</c>, <c>grafana</c>, <c>json</c>, <c>text</c> …</param>
/// <param name="Message">
/// One sentence for a person: what arrived, why it is noise, that it is resolved, or what is malformed and where.
/// </param>
public sealed record IntakeResult(IntakeKind Kind, IReadOnlyList<Alert> Alerts, string Dialect, string Message);
