using System.Text.Json.Serialization;

namespace OpenSre.Core;

/// <summary>
/// Everything an investigation says, in order. The set is closed: faces render these records and nothing else.
/// <see cref="Seq"/> counts 1, 2, 3 … within one investigation, without holes.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(InvestigationStarted), "investigation.started")]
[JsonDerivedType(typeof(AlertExtracted), "alert.extracted")]
[JsonDerivedType(typeof(PlanMade), "plan.made")]
[JsonDerivedType(typeof(ToolStarted), "tool.started")]
[JsonDerivedType(typeof(ToolOutput), "tool.output")]
[JsonDerivedType(typeof(ToolFinished), "tool.finished")]
[JsonDerivedType(typeof(EvidenceFound), "evidence.found")]
[JsonDerivedType(typeof(HypothesisChanged), "hypothesis.changed")]
[JsonDerivedType(typeof(MessageDelta), "message.delta")]
[JsonDerivedType(typeof(ModelNotice), "model.notice")]
[JsonDerivedType(typeof(ModelThought), "model.thought")]
[JsonDerivedType(typeof(ModelSpent), "model.spent")]
[JsonDerivedType(typeof(ModelReviewed), "model.reviewed")]
[JsonDerivedType(typeof(ApprovalRequested), "approval.requested")]
[JsonDerivedType(typeof(ApprovalResolved), "approval.resolved")]
[JsonDerivedType(typeof(SteeringReceived), "steering.received")]
[JsonDerivedType(typeof(DiagnosisMade), "diagnosis.made")]
[JsonDerivedType(typeof(ReportWritten), "report.written")]
[JsonDerivedType(typeof(InvestigationCancelled), "investigation.cancelled")]
[JsonDerivedType(typeof(InvestigationFailed), "investigation.failed")]
[JsonDerivedType(typeof(InvestigationFinished), "investigation.finished")]
public abstract record InvestigationEvent
{
    /// <summary>Version of the event format; rises only when a reader of the old one would misread it.</summary>
    public int V { get; init; } = 1;

    public long Seq { get; init; }

    public DateTimeOffset At { get; init; }

    public string InvestigationId { get; init; } = "";
}

/// <summary>An investigation began. <paramref name="Engine"/> names what plans it: "built-in engine" or a model.</summary>
public sealed record InvestigationStarted(string Title, string Engine) : InvestigationEvent;

/// <summary>The input was understood as this incident.</summary>
public sealed record AlertExtracted(Incident Incident, string Understanding) : InvestigationEvent;

/// <summary>What will be looked at next, and why. Plans are made again as evidence comes in.</summary>
public sealed record PlanMade(IReadOnlyList<PlannedStep> Steps) : InvestigationEvent;

public sealed record PlannedStep(ToolCall Call, string Why);

public sealed record ToolStarted(string CallId, ToolCall Call, string Why) : InvestigationEvent;

/// <summary>A piece of a tool's output; the pieces of a call add up to the whole. Only faces that keep or show it ask for it.</summary>
public sealed record ToolOutput(string CallId, string Text) : InvestigationEvent;

/// <summary>
/// A tool ended. The whole output is kept under <paramref name="OutputId"/>; that is empty for something an agent program
/// did by itself, whose output is shown and is no evidence, because the program could have written it.
/// </summary>
public sealed record ToolFinished(string CallId, string OutputId, ToolStatus Status, string Note, long Characters, TimeSpan Duration) : InvestigationEvent
{
    /// <summary>Of a command an agent program ran by itself; null for our tools.</summary>
    public int? ExitCode { get; init; }
}

public sealed record EvidenceFound(Evidence Evidence) : InvestigationEvent;

/// <summary>The order or the probabilities of the leading hypotheses changed.</summary>
public sealed record HypothesisChanged(IReadOnlyList<Hypothesis> Leading) : InvestigationEvent;

/// <summary>A piece of prose, as it is written. The pieces without an author add up to the Markdown of the report.</summary>
public sealed record MessageDelta(string Text) : InvestigationEvent
{
    /// <summary>The model whose words these are, not checked yet; null for the report.</summary>
    public string? Author { get; init; }
}

/// <summary>Something about the model a person should know: a retry and its reason, a budget, that the engine goes on alone.</summary>
public sealed record ModelNotice(string Model, string Sentence) : InvestigationEvent;

/// <summary>A piece of the model's thinking, where it shows it; no part of what it says.</summary>
public sealed record ModelThought(string Model, string Text) : InvestigationEvent;

/// <summary>What the model has spent so far in this investigation.</summary>
public sealed record ModelSpent(string Model, ModelCost Cost) : InvestigationEvent;

/// <summary>The model has finished, and what it said was checked.</summary>
public sealed record ModelReviewed(ModelReview Review) : InvestigationEvent;

public sealed record ApprovalRequested(ApprovalRequest Request) : InvestigationEvent;

public sealed record ApprovalResolved(ApprovalDecision Decision) : InvestigationEvent;

/// <summary>A person said something while the investigation ran.</summary>
public sealed record SteeringReceived(string Text, string Effect) : InvestigationEvent;

public sealed record DiagnosisMade(Diagnosis Diagnosis) : InvestigationEvent;

/// <summary>The report as Markdown, whole.</summary>
public sealed record ReportWritten(string Markdown) : InvestigationEvent;

/// <summary>The investigation was stopped by a person; the evidence gathered so far is kept.</summary>
public sealed record InvestigationCancelled(int EvidenceKept) : InvestigationEvent;

/// <summary>The investigation could not go on. <paramref name="Sentence"/> tells a person what to do.</summary>
public sealed record InvestigationFailed(string Sentence) : InvestigationEvent;

/// <summary>The last event, after a report, a cancellation or a failure.</summary>
public sealed record InvestigationFinished(int ToolCalls, int EvidenceCount, TimeSpan Elapsed) : InvestigationEvent;
