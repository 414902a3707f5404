using System.Text.Json;
using OpenSre.Core;

namespace OpenSre.Investigation;

/// <summary>How one vendor writes alerts. Dialects are tried in a fixed order; the first that recognises a body reads it.</summary>
internal interface IAlertDialect
{
    /// <summary>The name results and alerts carry, such as <c>grafana</c>.</summary>
    string Name { get; }

    /// <summary>The name a person knows, such as <c>Grafana</c>.</summary>
    string Vendor { get; }

    /// <summary>Whether the body is in this dialect; looks at a few fields only.</summary>
    bool Recognises(JsonElement body, IntakeContext context);

    Reading Read(JsonElement body, IntakeContext context);
}

/// <summary>What a dialect found in one document.</summary>
/// <param name="Notice">Something a person should know besides the alerts, or why there are none: a clause without a full stop.</param>
/// <param name="Asks">A person asks something; nobody reports a condition.</param>
internal sealed record Reading(string Dialect, string Vendor, IReadOnlyList<Alert> Alerts, string? Notice = null, bool Asks = false)
{
    public static Reading Of(IAlertDialect dialect, AlertDraft draft, string? notice = null) =>
        new(dialect.Name, dialect.Vendor, [draft.Build()], notice);

    public static Reading Of(IAlertDialect dialect, IReadOnlyList<Alert> alerts, string? notice = null) =>
        new(dialect.Name, dialect.Vendor, alerts, notice);

    public static Reading Nothing(IAlertDialect dialect, string notice) => new(dialect.Name, dialect.Vendor, [], notice);
}
