using System.Text.Json.Serialization;
using OpenSre.Core;

namespace OpenSre.Server;

/// <summary>A problem as RFC 9457 describes it.</summary>
public sealed record Problem(string Title, int Status, string Detail)
{
    public string Type { get; init; } = "about:blank";
}

public sealed record StartReply(string Id, string Title, string Events);

public sealed record TextBody(string? Text, string? Message, string? Input);

public sealed record AnswerBody(bool? Approve, string? Decision, string? By, string? Hash);

public sealed record AnswerReply(string Id, string Outcome, bool Repeated);

public sealed record RunList(IReadOnlyList<RunSummary> Investigations, string? Next);

public sealed record IntakeReply(string Status, int Received, int New, int Repeated, IReadOnlyList<string> Incidents, string Message);

public sealed record PagerDutyReply(string Status, string Message, [property: JsonPropertyName("dedup_key")] string DedupKey);

public sealed record OkReply(bool Ok);

public sealed record ErrorReply(string Error);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true)]
[JsonSerializable(typeof(RunRecord))]
[JsonSerializable(typeof(RunView))]
[JsonSerializable(typeof(RunList))]
[JsonSerializable(typeof(RunSummary))]
[JsonSerializable(typeof(IReadOnlyList<Hypothesis>))]
[JsonSerializable(typeof(Dictionary<string, string>))]
[JsonSerializable(typeof(AuditLine))]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(StartReply))]
[JsonSerializable(typeof(TextBody))]
[JsonSerializable(typeof(AnswerBody))]
[JsonSerializable(typeof(AnswerReply))]
[JsonSerializable(typeof(IntakeReply))]
[JsonSerializable(typeof(PagerDutyReply))]
[JsonSerializable(typeof(OkReply))]
[JsonSerializable(typeof(ErrorReply))]
[JsonSerializable(typeof(IReadOnlyList<PendingApproval>))]
[JsonSerializable(typeof(AlertLine))]
[JsonSerializable(typeof(AlertPage))]
[JsonSerializable(typeof(IncidentPage))]
[JsonSerializable(typeof(IncidentView))]
[JsonSerializable(typeof(IncidentEvent))]
public sealed partial class ServerJson : JsonSerializerContext;
