using OpenSre.Core;

namespace OpenSre.Terminal;

/// <summary>One question about a change, while it waits for its answer.</summary>
internal sealed class ApprovalPrompt(ApprovalRequest request, TimeProvider time)
{
    /// <summary>Keys pressed before a person can have read the question are no answer.</summary>
    private static readonly TimeSpan ReadingTime = TimeSpan.FromMilliseconds(150);

    private const int MostRows = 6;
    private const int MostRisk = 3;

    /// <summary>Less than <see cref="MostRows"/> rows of a narrow screen hold.</summary>
    private const int LongCommand = 150;

    private readonly TaskCompletionSource<ApprovalDecision> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long? _shownAt;

    public Task<ApprovalDecision> Answer => _answer.Task;

    public ApprovalRequest Request => request;

    public bool IsAnswered => _answer.Task.IsCompleted;

    /// <summary>The question has stood on the screen long enough to be answered.</summary>
    public bool IsReadable => _shownAt is { } shown && time.GetElapsedTime(shown) >= ReadingTime;

    public void Shown() => _shownAt ??= time.GetTimestamp();

    public void Decide(ApprovalOutcome outcome, string by) => _answer.TrySetResult(new ApprovalDecision(request.Id, outcome, by, request.ActionHash, time.GetUtcNow()));

    public void Cancel(CancellationToken cancellation) => _answer.TrySetCanceled(cancellation);

    /// <summary>A command so long that its end may not be seen in <see cref="Rows"/>: it is to be printed whole above the question.</summary>
    public bool IsLong => request.Command.Length > LongCommand;

    /// <summary>What will run, all of it.</summary>
    public List<Row> Command(int columns) => Row.Of("    ").Add(request.Command, Ink.Accent).Wrap(columns, 4);

    public IEnumerable<Row> Rows(int columns)
    {
        yield return Row.Of("? ", Ink.Warn | Ink.Bold).Add("This changes something", Ink.Bold).Add(request.Reason.Length > 0 ? $" · {request.Reason}" : "", Ink.Dim).Cut(columns);
        var command = Command(columns);
        foreach (var row in command.Take(command.Count > MostRows ? MostRows - 1 : MostRows))
        {
            yield return row;
        }

        if (command.Count > MostRows)
        {
            yield return Row.Of($"    … {command.Count - MostRows + 1} rows more: the whole of it stands above", Ink.Warn).Cut(columns);
        }

        var risk = Row.Of("    ").Add("it may break: ", Ink.Dim).Add(request.BlastRadius).Wrap(columns, 4);
        foreach (var row in risk.Take(MostRisk))
        {
            yield return row;
        }

        if (risk.Count > MostRisk)
        {
            yield return Row.Of("    …", Ink.Dim);
        }
    }
}
