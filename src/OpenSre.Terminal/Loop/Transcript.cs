using System.Text;
using OpenSre.Core;

namespace OpenSre.Terminal;

/// <summary>
/// Turns what a session says into finished rows, and keeps the tail of the prose that is being written. The newest of what
/// was said is kept as it came, so that it can be drawn again for another width.
/// </summary>
internal sealed class Transcript(TerminalScreen screen)
{
    private const int MostKept = 2000;
    private const int MostProses = 8;
    private const int MostKeptProse = 64 * 1024;
    private static readonly object Gap = new();
    private readonly Queue<object> _kept = new();
    private EventRows _events = new();
    private SafeTextStream _safe = new();
    private StringBuilder? _keptProse;
    private int _proses;
    private MarkdownStream? _prose;
    private bool _owesBlank;
    private bool _hadProse;

    public IReadOnlyList<ToolStarted> Running => _events.Running;

    public bool IsWriting => _prose is not null;

    private int Columns => Math.Max(8, screen.Size.Columns - 1);

    public void Add(object output)
    {
        Keep(output);
        Show(output);
    }

    /// <summary>Draws what is kept again, at the width of now; what was printed before stays in the scrollback.</summary>
    public void Redraw()
    {
        (_events, _safe, _prose, _owesBlank, _hadProse) = (new EventRows(), new SafeTextStream(), null, false, false);
        foreach (var output in _kept)
        {
            if (output is KeptProse prose)
            {
                Prose(prose.Text.ToString(), prose.Author);
            }
            else if (output == Gap)
            {
                _owesBlank = true;
            }
            else
            {
                Show(output);
            }
        }
    }

    private void Show(object output)
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
    public void Blank()
    {
        _owesBlank = true;
        Keep(Gap);
    }

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

    private void Keep(object output)
    {
        if (output is MessageDelta delta)
        {
            // Tokens come by the thousand; they are one text.
            if (_keptProse is null || _keptProse.Length > MostKeptProse)
            {
                _keptProse = new StringBuilder();
                _kept.Enqueue(new KeptProse(_keptProse, delta.Author));
                _proses++;
            }

            _keptProse.Append(delta.Text);
        }
        else
        {
            _keptProse = output == Gap ? _keptProse : null;
            _kept.Enqueue(output);
        }

        while (_kept.Count > MostKept || _proses > MostProses)
        {
            _proses -= _kept.Dequeue() is KeptProse ? 1 : 0;
        }
    }

    /// <param name="author">A model whose words these are, not checked yet; null for the report.</param>
    private void Prose(string text, string? author = null)
    {
        if (_prose is null)
        {
            _owesBlank = true;
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
            _owesBlank = true;
        }
    }

    private sealed record KeptProse(StringBuilder Text, string? Author);
}
