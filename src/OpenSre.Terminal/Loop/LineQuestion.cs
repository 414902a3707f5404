namespace OpenSre.Terminal;

/// <summary>One question that is answered with a line, while it waits.</summary>
internal sealed class LineQuestion(string words)
{
    private readonly TaskCompletionSource<string?> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<string?> Answer => _answer.Task;

    public string Words => words;

    public bool IsAnswered => _answer.Task.IsCompleted;

    public void Say(string? answer) => _answer.TrySetResult(answer);

    public void Cancel(CancellationToken cancellation) => _answer.TrySetCanceled(cancellation);
}
