using System.Text.Json.Serialization;

namespace OpenSre.Investigation;

/// <summary>What is remembered of an investigation: what it looked like and what it came to.</summary>
/// <param name="Kind"><c>incident</c>, <c>outcome</c> (what fixed it; only <see cref="Id"/>, <see cref="At"/> and <see cref="Summary"/> count) or <c>forget</c>.</param>
/// <param name="Alert">The alert's name.</param>
/// <param name="Symptom">What it complained of.</param>
/// <param name="Entities">The names of the things the leading hypotheses and facts are about.</param>
/// <param name="Verdict"><c>RootCause</c>, <c>Healthy</c> or <c>Inconclusive</c>.</param>
/// <param name="Facts">The heaviest facts, a sentence each.</param>
public sealed record PastIncident(
    int V,
    string Kind,
    string Id,
    DateTimeOffset At,
    string Alert = "",
    string Symptom = "",
    IReadOnlyList<string>? Entities = null,
    IReadOnlyList<string>? Labels = null,
    string Verdict = "",
    string FaultType = "",
    string Entity = "",
    double Probability = 0,
    string Summary = "",
    IReadOnlyList<string>? Facts = null);

/// <summary>A past incident like the present one.</summary>
/// <param name="Times">How often the same was found; <paramref name="Incident"/> is the newest of them.</param>
/// <param name="Similarity">0 … 1.</param>
/// <param name="Why">What the two have in common.</param>
/// <param name="Outcome">What fixed it, as a person said; empty when nobody did.</param>
public sealed record SeenBefore(PastIncident Incident, int Times, double Similarity, string Why, string Outcome);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(PastIncident))]
internal sealed partial class PastIncidentJson : JsonSerializerContext;
