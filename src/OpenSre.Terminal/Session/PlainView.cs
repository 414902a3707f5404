using OpenSre.Core;

namespace OpenSre.Terminal;

/// <summary>A session as lines of text: for a terminal that can do no more, for a screen reader, for a pipe.</summary>
internal sealed class PlainView(LineWriter lines, TimeProvider time) : ISessionView
{
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

    public bool UseTheme(string name) => false;

    /// <summary>Nobody can be asked here, so nothing is changed.</summary>
    public Task<ApprovalDecision> AskAsync(ApprovalRequest request, CancellationToken cancellation)
    {
        Print(Row.Of($"Not done, because nobody can be asked here: {request.Command}"));
        return Task.FromResult(new ApprovalDecision(request.Id, ApprovalOutcome.Declined, "nobody: this is no terminal one can be asked on", request.ActionHash, time.GetUtcNow()));
    }

    /// <summary>Lines are read one after another here, so that nobody can answer in between.</summary>
    public Task<string?> AskLineAsync(string question, CancellationToken cancellation)
    {
        Print(Row.Of($"{question} (not asked: nobody can be asked here)"));
        return Task.FromResult<string?>(null);
    }
}
