using OpenSre.Core;

namespace OpenSre.Terminal;

/// <summary>Turns what a session says into finished rows, and keeps the tail of the prose that is being written.</summary>
internal sealed class Transcript(TerminalScreen screen)
{
    private readonly EventRows _events = new();
    private readonly SafeTextStream _safe = new();
    private MarkdownStream? _prose;
    private bool _owesBlank;
    private bool _hadProse;

    public IReadOnlyList<ToolStarted> Running => _events.Running;

    public bool IsWriting => _prose is not null;

    private int Columns => Math.Max(8, screen.Size.Columns - 1);

    public void Add(object output)
    {
        switch (output)
        {
            case Row row:
                Rows(row.Wrap(Columns));
                break;
            case string markdown:
                Rows(MarkdownStream.Render(SafeText.Clean(markdown), Columns));
                break;
            case MessageDelta e:
                Prose(e.Text, e.Author);
                break;
            case ReportWritten e when !_hadProse:
                Prose(e.Markdown);
                EndProse();
                break;
            case InvestigationFinished when _hadProse:
                // The report has said it.
                EndProse();
                break;
            case InvestigationEvent e:
                EndProse();
                _hadProse &= e is not InvestigationStarted;
                Rows(_events.Of(e, Columns));
                break;
        }
    }

    /// <summary>An empty row before what comes next; several are one.</summary>
    public void Blank() => _owesBlank = true;

    public void Rows(IEnumerable<Row> rows)
    {
        foreach (var row in rows)
        {
            if (row.IsEmpty)
            {
                _owesBlank = true;
                continue;
            }

            if (_owesBlank)
            {
                screen.Finish(Row.Empty);
                _owesBlank = false;
            }

            screen.Finish(row);
        }
    }

    /// <summary>Hands what has become final to the screen and returns what has not.</summary>
    public List<Row> Tail(int mostRows)
    {
        if (_prose is null)
        {
            return [];
        }

        _prose.Resize(Columns);
        Rows(_prose.TakeFinal());
        return _prose.Tail(mostRows);
    }

    /// <param name="author">A model whose words these are, not checked yet; null for the report.</param>
    private void Prose(string text, string? author = null)
    {
        if (_prose is null)
        {
            Blank();
            if (author is not null)
            {
                Rows(Row.Of($"  {author} says (checked in the report):", Ink.Dim).Wrap(Columns, 2));
            }

            _prose = new MarkdownStream(Columns);
            _hadProse |= author is null;
        }

        _prose.Write(_safe.Next(text));
    }

    private void EndProse()
    {
        if (_prose is { } prose)
        {
            _prose = null;
            prose.Write(_safe.End());
            prose.End();
            Rows(prose.TakeFinal());
            Blank();
        }
    }
}
