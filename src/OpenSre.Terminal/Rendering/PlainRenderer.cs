using OpenSre.Core;
using OpenSre.Investigation;

namespace OpenSre.Terminal;

/// <summary>
/// Streams an investigation as lines of text, for pipes and, with colours, for the session. Nothing written is
/// changed later, except that on a terminal the line of a running tool is completed in place.
/// </summary>
public sealed class PlainRenderer : IInvestigationRenderer
{
    private readonly LineWriter _lines;
    private readonly Look _look;
    private readonly List<ToolStarted> _running = [];
    private ToolStarted? _onOpenLine;
    private MarkdownPrinter? _prose;
    private string _leading = "";
    private string? _author;
    private bool _wroteProse;
    private int _blankLines;

    public PlainRenderer(TextWriter output, Look look) : this(new LineWriter(output, look))
    {
    }

    internal PlainRenderer(LineWriter lines)
    {
        _lines = lines;
        _look = lines.Look;
    }

    /// <summary>The tools that run at this moment, oldest first.</summary>
    internal IReadOnlyList<ToolStarted> Running => _running;

    /// <summary>True while the open line belongs to the tool that <see cref="Running"/> names first.</summary>
    internal bool IsToolLineOpen => _onOpenLine is not null && _lines.IsOpen;

    public void Render(InvestigationEvent investigationEvent)
    {
        if (investigationEvent is not MessageDelta delta || delta.Author != _author)
        {
            EndProse();
        }

        switch (investigationEvent)
        {
            case InvestigationStarted e:
                _running.Clear();
                _leading = "";
                _wroteProse = false;
                Line($"{_look.Accent("▸")} {_look.Bold(Fit(Clean(e.Title), 4 + e.Engine.Length))} {_look.Dim("· " + Clean(e.Engine))}");
                break;
            case AlertExtracted e:
                Wrapped("  understood  ", Clean(e.Understanding));
                break;
            case PlanMade e when e.Steps.Count > 0:
                Line(_look.Dim(Fit("  plan  " + string.Join(", ", e.Steps.Select(s => Clean(s.Call.ToString())).Distinct()))));
                break;
            case ToolStarted e:
                Start(e);
                break;
            case ToolFinished e:
                Finish(e);
                break;
            case EvidenceFound e:
                CloseToolLine();
                FactLine.Write(_lines, e.Evidence);
                break;
            case HypothesisChanged e:
                Ranking(e.Leading);
                break;
            case MessageDelta e:
                if (_prose is null && e.Author is not null)
                {
                    Line("");
                    Line(_look.Dim($"  {Clean(e.Author)} says (checked in the report):"));
                }

                _author = e.Author;
                Prose(e.Text);
                _wroteProse = e.Author is null || _wroteProse;
                break;
            case ReportWritten e when !_wroteProse:
                Prose(e.Markdown);
                EndProse();
                _wroteProse = true;
                break;
            case ModelNotice e:
                Line($"  {_look.Warn("model")}  {Clean(e.Sentence)}");
                break;
            case ModelReviewed e:
                Line(_look.Dim($"  {Clean(e.Review.Model)}: {ReviewWords.Cost(e.Review.Cost)}"));
                break;
            case ApprovalRequested e:
                Line($"  {_look.Warn("asks")}  {Clean(e.Request.Command)}  {_look.Dim(Clean(e.Request.Reason))}");
                break;
            case ApprovalResolved e:
                Line($"  {_look.Dim($"{Word(e.Decision.Outcome)} by {Clean(e.Decision.By)}")}");
                break;
            case SteeringReceived e:
                Line($"  {_look.Accent("↪")} {Clean(e.Text)}  {_look.Dim(Clean(e.Effect))}");
                break;
            case InvestigationCancelled e:
                EndRunning();
                Line($"{_look.Warn("Stopped.")} {Kept(e.EvidenceKept)}");
                break;
            case InvestigationFailed e:
                EndRunning();
                Line(_look.Bad(Clean(e.Sentence)));
                break;
            case InvestigationFinished e when !_wroteProse:
                Line(_look.Dim($"{Amounts.Count(e.ToolCalls, "tool call", "tool calls")} · {Amounts.Count(e.EvidenceCount, "fact", "facts")} · {Amounts.Duration(e.Elapsed)}"));
                break;
        }

        if (investigationEvent is not (ToolStarted or MessageDelta))
        {
            Reopen();
        }

        _lines.Flush();
    }

    private static string Clean(string text) => SafeText.Clean(text, keepLines: false);

    private static string Word(ApprovalOutcome outcome) => outcome switch
    {
        ApprovalOutcome.Approved => "approved",
        ApprovalOutcome.Declined => "declined",
        _ => "expired",
    };

    private static string Kept(int evidence) => evidence switch
    {
        0 => "No evidence had been found yet.",
        1 => "The one fact found so far is kept.",
        _ => $"The {evidence} facts found so far are kept.",
    };

    private void Line(string text)
    {
        CloseToolLine();
        _lines.Line(text);
    }

    private void CloseToolLine()
    {
        if (_onOpenLine is not null)
        {
            _lines.EraseLine();
            _onOpenLine = null;
        }
    }

    /// <summary>No tool runs any more; the one on the open line did not get to its end.</summary>
    private void EndRunning()
    {
        _running.Clear();
        if (_onOpenLine is not null && _lines.IsOpen)
        {
            _lines.Write(_look.Warn("stopped") + "\n");
        }

        _onOpenLine = null;
    }

    /// <summary>A heading and words that are wrapped under each other on a terminal.</summary>
    private void Wrapped(string heading, string text)
    {
        CloseToolLine();
        var words = new WordWrapper(_lines) { Indent = heading.Length };
        words.AddInvisible(_look.Begin(Style.Dim));
        words.Add(heading);
        words.AddInvisible(_look.End);
        words.Add(text + "\n");
    }

    /// <summary>Cuts to the width of the terminal, less what stands beside the text.</summary>
    private string Fit(string text, int beside = 0) =>
        _look.Width > 0 && TextWidth.Of(text) > _look.Width - beside ? SafeText.Line("." + text, Math.Max(10, _look.Width - beside))[1..] : text;

    private void Start(ToolStarted started)
    {
        _running.Add(started);
        if (!_lines.IsOpen)
        {
            Open(started);
        }
    }

    private void Open(ToolStarted started)
    {
        _lines.Write(Head(started.Call) + _look.Dim("… "));
        _onOpenLine = started;
    }

    /// <summary>On a terminal the oldest tool that still runs has the last line.</summary>
    private void Reopen()
    {
        if (_look.Cursor && _running.Count > 0 && !_lines.IsOpen)
        {
            Open(_running[0]);
        }
    }

    private string Head(ToolCall call) => "  " + _look.Accent(Fit(Clean(call.Tool)))
        + (call.Arguments.Count == 0 ? " " : _look.Dim(" " + Clean(new ToolCall("", call.Arguments).Key.TrimStart())) + " ");

    private void Finish(ToolFinished finished)
    {
        var index = _running.FindIndex(r => r.CallId == finished.CallId);
        var started = index < 0 ? null : _running[index];
        if (index >= 0)
        {
            _running.RemoveAt(index);
        }

        var outcome = Amounts.Duration(finished.Duration) + (finished.Status == ToolStatus.Ok
            ? ", " + Amounts.Size(finished.Characters)
            : ", " + Amounts.Status(finished.Status));
        var text = (finished.Status is ToolStatus.Ok or ToolStatus.Missing ? _look.Dim(outcome) : _look.Warn(outcome))
            + (finished.Note.Length > 0 ? _look.Dim("  " + Fit(Clean(finished.Note), (started is null ? 0 : TextWidth.Of(Head(started.Call))) + outcome.Length + 5)) : "");
        if (started is not null && ReferenceEquals(_onOpenLine, started))
        {
            _lines.Write(text + "\n");
            _onOpenLine = null;
            return;
        }

        Line((started is null ? "  " + Clean(finished.CallId) + " " : Head(started.Call)) + _look.Dim("… ") + text);
    }

    private void Ranking(IReadOnlyList<Hypothesis> leading)
    {
        if (leading.Count == 0)
        {
            return;
        }

        var text = string.Join(" · ", leading.Take(3).Select(h => $"{HypothesisWords.Percent(h.Probability)} {Clean(HypothesisWords.Statement(h))}"));
        if (text != _leading)
        {
            _leading = text;
            Line(_look.Dim("  → ") + (_look.Width > 0 ? SafeText.Line(text, Math.Max(8, _look.Width - 5)) : text));
        }
    }

    /// <summary>Prose is printed as it comes; blank lines wait for what follows, so that none is left at the end.</summary>
    private void Prose(string text)
    {
        if (_prose is null)
        {
            Line("");
            _prose = new MarkdownPrinter(_lines);
            _blankLines = 0;
        }

        var clean = SafeText.Clean(text);
        var content = clean.TrimEnd('\n');
        var ends = clean.Length - content.Length;
        if (content.Length == 0)
        {
            _blankLines += ends;
            return;
        }

        _prose.Write(new string('\n', _blankLines) + content + (ends > 0 ? "\n" : ""));
        _blankLines = Math.Max(0, ends - 1);
    }

    private void EndProse()
    {
        if (_prose is not null)
        {
            _prose.End();
            _prose = null;
        }
    }
}
