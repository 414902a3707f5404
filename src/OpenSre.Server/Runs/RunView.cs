using OpenSre.Core;

namespace OpenSre.Server;

public enum RunState { Queued, Running, Done, Cancelled, Failed }

/// <summary>A tool call as a person sees it.</summary>
public sealed record RunStep(string CallId, string Call, string Why, string Status, string Note, long Characters, double Milliseconds);

/// <summary>An investigation in a list.</summary>
/// <param name="Verdict">"root_cause", "healthy", "inconclusive", or empty before there is one.</param>
public sealed record RunSummary(string Id, string Title, RunState State, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, string Verdict, double Probability, string Summary, string Source, string? IncidentId);

/// <summary>Everything known of an investigation now: what the events add up to.</summary>
public sealed record RunView(
    RunSummary Run,
    long LastSeq,
    IReadOnlyList<Hypothesis> Hypotheses,
    IReadOnlyList<Evidence> Evidence,
    IReadOnlyList<RunStep> Steps,
    Diagnosis? Diagnosis,
    string Report);

/// <summary>Adds events up to a view.</summary>
internal sealed class RunProjection(string id, string title, DateTimeOffset startedAt, string source, string? incidentId)
{
    private readonly Lock _lock = new();
    private readonly List<Evidence> _evidence = [];
    private readonly List<RunStep> _steps = [];
    private IReadOnlyList<Hypothesis> _hypotheses = [];
    private Diagnosis? _diagnosis;
    private string _report = "";
    private RunState _state = RunState.Queued;
    private DateTimeOffset? _endedAt;
    private long _seq;

    public void Add(InvestigationEvent e)
    {
        lock (_lock)
        {
            _seq = e.Seq;
            switch (e)
            {
                case InvestigationStarted:
                    // After a restart it begins anew.
                    _state = RunState.Running;
                    _evidence.Clear();
                    _steps.Clear();
                    break;
                case ToolStarted t:
                    _steps.Add(new RunStep(t.CallId, t.Call.ToString(), t.Why, "running", "", 0, 0));
                    break;
                case ToolFinished t when _steps.FindIndex(s => s.CallId == t.CallId) is >= 0 and var at:
                    _steps[at] = _steps[at] with { Status = t.Status.ToString().ToLowerInvariant(), Note = t.Note, Characters = t.Characters, Milliseconds = t.Duration.TotalMilliseconds };
                    break;
                case EvidenceFound f:
                    _evidence.RemoveAll(known => known.Id == f.Evidence.Id);
                    _evidence.Add(f.Evidence);
                    break;
                case HypothesisChanged h:
                    _hypotheses = h.Leading;
                    break;
                case DiagnosisMade d:
                    _diagnosis = d.Diagnosis;
                    _hypotheses = d.Diagnosis.Ranked;
                    break;
                case ReportWritten r:
                    _report = r.Markdown;
                    break;
                case InvestigationCancelled:
                    _state = RunState.Cancelled;
                    break;
                case InvestigationFailed f:
                    _state = RunState.Failed;
                    _report = _report.Length > 0 ? _report : f.Sentence;
                    break;
                case InvestigationFinished:
                    _state = _state == RunState.Running ? RunState.Done : _state;
                    _endedAt = e.At;
                    break;
            }
        }
    }

    public RunSummary Summary()
    {
        lock (_lock)
        {
            var verdict = _diagnosis?.Verdict switch { Verdict.RootCause => "root_cause", Verdict.Healthy => "healthy", Verdict.Inconclusive => "inconclusive", _ => "" };
            return new RunSummary(id, title, _state, startedAt, _endedAt, verdict, _hypotheses.Count > 0 ? _hypotheses[0].Probability : 0, _diagnosis?.Summary ?? "", source, incidentId);
        }
    }

    public RunView View()
    {
        var summary = Summary();
        lock (_lock)
        {
            return new RunView(summary, _seq, _hypotheses, [.. _evidence], [.. _steps], _diagnosis, _report);
        }
    }
}
