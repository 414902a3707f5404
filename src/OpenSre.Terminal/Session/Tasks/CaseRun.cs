using OpenSre.Core;
using OpenSre.Investigation;

namespace OpenSre.Terminal;

/// <summary>An investigation of the session, in the foreground or behind it.</summary>
internal sealed class CaseRun(string id, string title, DateTimeOffset startedAt, bool isForeground, CancellationTokenSource stop)
    : SessionTask(id, "investigation", title, startedAt, stop)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, ToolStarted> _calls = new(StringComparer.Ordinal);
    private readonly List<SeenOutput> _outputs = [];
    private TaskCompletionSource _detached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IReadOnlyList<Hypothesis> _leading = [];
    private ModelCost? _cost;
    private bool _isForeground = isForeground;
    private int _facts;

    public SteeringInbox Steering { get; } = new();

    /// <summary>Facts found so far.</summary>
    public int Facts => Volatile.Read(ref _facts);

    /// <summary>The leading hypotheses at this moment.</summary>
    public IReadOnlyList<Hypothesis> Leading => Volatile.Read(ref _leading);

    /// <summary>What a model has spent on it so far; null when none was asked.</summary>
    public ModelCost? Cost => Volatile.Read(ref _cost);

    /// <summary>Its events are shown as they come.</summary>
    public bool IsForeground => Volatile.Read(ref _isForeground);

    /// <summary>The result, once it has ended.</summary>
    public CaseFile? File { get; private set; }

    /// <summary>Completes when the run is put behind.</summary>
    public Task Detached
    {
        get
        {
            lock (_lock)
            {
                return _detached.Task;
            }
        }
    }

    /// <summary>Completes with the run.</summary>
    public TaskCompletionSource Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override string Detail => File is { } file
        ? $"{file.Diagnosis?.Summary ?? "no answer"} ({Amounts.Count(file.Ledger.Evidence.Count, "fact", "facts")})"
        : $"{Amounts.Count(Facts, "fact", "facts")}{(Leading.Count > 0 ? $", now {HypothesisWords.Percent(Leading[0].Probability)} {HypothesisWords.Statement(Leading[0])}" : "")}";

    /// <summary>The outputs of its tools so far, oldest first.</summary>
    public IReadOnlyList<SeenOutput> Outputs
    {
        get
        {
            lock (_lock)
            {
                return [.. _outputs];
            }
        }
    }

    public void PutBehind()
    {
        lock (_lock)
        {
            _isForeground = false;
            _detached.TrySetResult();
        }
    }

    public void BringForward()
    {
        lock (_lock)
        {
            _isForeground = true;
            _detached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    public void Note(InvestigationEvent investigationEvent)
    {
        switch (investigationEvent)
        {
            case EvidenceFound:
                Interlocked.Increment(ref _facts);
                break;
            case HypothesisChanged e:
                Volatile.Write(ref _leading, e.Leading);
                break;
            case ModelSpent e:
                Volatile.Write(ref _cost, e.Cost);
                break;
            case ToolStarted e:
                lock (_lock)
                {
                    _calls[e.CallId] = e;
                }

                break;
            case ToolOutput e:
                lock (_lock)
                {
                    _outputs.Add(new SeenOutput(_calls.TryGetValue(e.CallId, out var call) ? call.Call.ToString() : e.CallId, e.Text));
                }

                break;
        }
    }

    public void Finish(CaseFile file, DateTimeOffset at)
    {
        File = file;
        End(file.Cancelled ? TaskState.Stopped : file.Report.Length > 0 ? TaskState.Done : TaskState.Failed, at);
    }
}

/// <summary>The whole output of a tool, as it can be leafed through.</summary>
internal sealed record SeenOutput(string Call, string Text)
{
    public IReadOnlyList<Row> Rows() => [.. Text.TrimEnd('\n').Split('\n').Select(l => Row.Of(l))];
}
