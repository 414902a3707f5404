using System.Text.Json;
using System.Text.Json.Serialization;

namespace OpenSre.Core;

/// <summary>
/// The JSON of every type that leaves the process: camelCase names, enums as words, nulls left out, one line.
/// Unknown fields are ignored, so that an older program reads what a newer one wrote.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    AllowOutOfOrderMetadataProperties = true)]
[JsonSerializable(typeof(InvestigationEvent))]
[JsonSerializable(typeof(Alert))]
[JsonSerializable(typeof(Incident))]
[JsonSerializable(typeof(Entity))]
[JsonSerializable(typeof(TimeWindow))]
[JsonSerializable(typeof(Evidence))]
[JsonSerializable(typeof(StoredOutput))]
[JsonSerializable(typeof(Hypothesis))]
[JsonSerializable(typeof(Diagnosis))]
[JsonSerializable(typeof(ModelReview))]
[JsonSerializable(typeof(ApprovalRequest))]
[JsonSerializable(typeof(ApprovalDecision))]
[JsonSerializable(typeof(AuditRecord))]
[JsonSerializable(typeof(SessionRecord))]
[JsonSerializable(typeof(CommandRequest))]
[JsonSerializable(typeof(CommandResult))]
public sealed partial class CoreJson : JsonSerializerContext
{
    /// <summary>The same types, written for people's eyes: text beyond ASCII is not escaped.</summary>
    public static CoreJson Readable { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        AllowOutOfOrderMetadataProperties = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
