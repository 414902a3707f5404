using OpenSre.Core;

namespace OpenSre.Terminal;

/// <summary>A session as lines of text: for a terminal that can do no more, for a screen reader, for a pipe.</summary>
internal sealed class PlainView(LineWriter lines, TimeProvider time, bool canAsk) : ISessionView
{
    private readonly List<ApprovalPrompt> _questions = [];
    private TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private readonly PlainRenderer _events = new(lines);

    public int Columns => Math.Max(0, lines.Look.Width - 1);

    public void Print(Row row)
    {
        lock (_lock)
        {
            foreach (var part in Columns > 0 ? row.Wrap(Columns) : [row])
            {
                lines.Line(part.PlainText());
            }

            lines.Flush();
        }
    }

    public void Markdown(string markdown)
    {
        lock (_lock)
        {
            var printer = new MarkdownPrinter(lines);
            printer.Write(SafeText.Clean(markdown));
            printer.End();
            lines.Flush();
        }
    }

    public void Show(InvestigationEvent investigationEvent)
    {
        lock (_lock)
        {
            _events.Render(investigationEvent);
        }
    }

    public void Page(string title, IReadOnlyList<Row> rows)
    {
        Print(Row.Of(title));
        foreach (var row in rows)
        {
            Print(row);
        }
    }

    public void Clear()
    {
    }

    public void Redraw()
    {
    }

    public bool UseTheme(string name) => false;

    /// <summary>Completes when a question waits for its answer.</summary>
    public Task Asked
    {
        get
        {
            lock (_lock)
            {
                return _asked.Task;
            }
        }
    }

    /// <summary>Asks on a row of its own; the next line that is read is the answer. Where nobody can be asked, nothing is changed.</summary>
    public async Task<ApprovalDecision> AskAsync(ApprovalRequest request, CancellationToken cancellation)
    {
        if (!canAsk)
        {
            Print(Row.Of($"Not done, because nobody can be asked here: {request.Command}"));
            return new ApprovalDecision(request.Id, ApprovalOutcome.Declined, "nobody: this is no terminal one can be asked on", request.ActionHash, time.GetUtcNow());
        }

        var question = new ApprovalPrompt(request, time);
        await using var stop = cancellation.Register(() => question.Cancel(cancellation));
        lock (_lock)
        {
            _questions.Add(question);
            if (_questions.Count == 1)
            {
                Put(question);
            }
        }

        try
        {
            return await question.Answer.ConfigureAwait(false);
        }
        finally
        {
            lock (_lock)
            {
                var wasPut = _questions[0] == question;
                _questions.Remove(question);
                if (wasPut && question.Answer.IsCanceled)
                {
                    _asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                }

                if (wasPut && _questions.Count > 0)
                {
                    Put(_questions[0]);
                }
            }
        }
    }

    /// <summary>
    /// Takes a line as the answer to the question that waits: nothing and <c>y</c> are yes, <c>n</c> is no, anything else is
    /// no and still has to be answered itself. True when there is nothing more to do with the line.
    /// </summary>
    public bool Answer(string line)
    {
        lock (_lock)
        {
            if (_questions is not [var question, ..] || question.IsAnswered)
            {
                return false;
            }

            var word = line.Trim().ToLowerInvariant();
            var (isYes, isNo) = (word is "" or "y" or "yes", word is "n" or "no");
            if ((isYes || isNo) && !question.IsReadable)
            {
                lines.Line("That was typed before the question could be read, so it is no answer.");
                Put(question);
                return true;
            }

            _asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            question.Decide(isYes ? ApprovalOutcome.Approved : ApprovalOutcome.Declined, isYes || isNo ? "you, at the terminal" : $"you, who said instead: {SafeText.Line(line, 80)}");
            return isYes || isNo;
        }
    }

    /// <summary>Lines are read one after another here, so that nobody can answer in between.</summary>
    public Task<string?> AskLineAsync(string question, CancellationToken cancellation)
    {
        Print(Row.Of($"{question} (not asked: nobody can be asked here)"));
        return Task.FromResult<string?>(null);
    }

    public bool CanWatch => false;

    public Task<BoardChoice?> WatchAsync(Board board, CancellationToken cancellation) => Task.FromResult<BoardChoice?>(null);

    private void Put(ApprovalPrompt question)
    {
        var columns = Columns > 0 ? Columns : 1000;
        foreach (var row in (question.IsLong ? question.Command(columns) : []).Concat(question.Rows(columns)))
        {
            lines.Line(row.PlainText());
        }

        foreach (var row in Row.Of("[Y/n] Enter is yes; other words are a no, and are said instead.").Wrap(columns))
        {
            lines.Line(row.PlainText());
        }

        lines.Flush();
        question.Shown();
        _asked.TrySetResult();
    }
}
