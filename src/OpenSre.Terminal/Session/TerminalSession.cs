using OpenSre.Core;

namespace OpenSre.Terminal;

/// <summary>A session by whole lines: reads one, answers it, reads the next.</summary>
internal sealed class TerminalSession : IDisposable
{
    private readonly SessionHost _host;
    private readonly ILineInput _input;
    private readonly TextWriter _output;
    private readonly LineWriter _lines;
    private readonly PlainView _view;
    private readonly Session _session;
    private LineRead? _carried;

    /// <param name="canAsk">A person sits at the input, so that questions about changes can be asked.</param>
    public TerminalSession(SessionHost host, ILineInput input, TextWriter output, Look look, TimeProvider time, bool canAsk = false)
    {
        _host = host;
        _input = input;
        _output = output;
        _lines = new LineWriter(output, look);
        _view = new PlainView(_lines, time, canAsk);
        _session = new Session(host, _view, time);
    }

    public void Dispose() => _session.Dispose();

    /// <summary>Stops what runs; false when nothing does.</summary>
    public bool Interrupt() => _session.Interrupt();

    /// <summary>Speaks until the person leaves or <paramref name="end"/> is cancelled.</summary>
    /// <param name="first">An input to begin with, as if it had been typed.</param>
    public async Task RunAsync(string? first, CancellationToken end)
    {
        foreach (var row in Banner.Of(_host, Math.Max(0, _lines.Look.Width - 1)))
        {
            _lines.Line(row.PlainText());
        }

        _lines.Line("");
        _lines.Flush();
        if (first is not null)
        {
            _lines.Line("> " + SafeText.Line(first, _lines.Look.Width > 4 ? _lines.Look.Width - 3 : 200));
        }
        else if (_host.WarmUp is { } warmUp)
        {
            _ = Task.Run(warmUp, CancellationToken.None);
        }

        // Here and not beside the prompt: lines of two threads would run into each other.
        _session.Settle(isIdle: false);

        if (_host.Resume is { } shelved)
        {
            ResumeCommand.Resume(_session, shelved);
            _lines.Flush();
        }

        using var stop = end.Register(() => _session.Interrupt());
        var interrupted = false;
        for (var next = first is null ? Read() : new LineRead(LineEnd.Text, first); ; next = Next())
        {
            if (next.End == LineEnd.EndOfInput || (next.End == LineEnd.Interrupt && interrupted && next.Text.Length == 0))
            {
                break;
            }

            interrupted = next is { End: LineEnd.Interrupt, Text.Length: 0 };
            if (interrupted)
            {
                _session.Say("Ctrl+C again leaves.");
            }
            else if (next.End == LineEnd.Text && _view.Answer(next.Text))
            {
                // A question of something in the background.
            }
            else if (next.End == LineEnd.Text && next.Text.Trim().Length > 0)
            {
                _lines.Line("");
                _lines.Flush();
                _session.KeepInput(next.Text.Trim());
                await AnswerAsync(next.Text.Trim()).ConfigureAwait(false);
                _lines.Line("");
                _lines.Flush();
            }

            if (_session.IsLeaving || end.IsCancellationRequested)
            {
                break;
            }
        }

        if (_session.CaseCount > 0 && _session.IsKept)
        {
            _session.Say($"Kept in {SafeText.Line(_session.Keeper.Path, 400)}");
        }
    }

    /// <summary>Reads a line; the prompt says so while changes are made without a question.</summary>
    private LineRead Read()
    {
        if (_session.Approvals.Trust.IsOn)
        {
            _output.Write("trust ");
        }

        return _input.Read();
    }

    private LineRead Next()
    {
        var next = _carried ?? Read();
        _carried = null;
        return next;
    }

    /// <summary>Answers an input; a question about a change that comes up on the way is answered with the next line.</summary>
    private async Task AnswerAsync(string text)
    {
        var answer = _session.AnswerAsync(text);
        while (await Task.WhenAny(answer, _view.Asked).ConfigureAwait(false) != answer)
        {
            var read = Read();
            if (read.End != LineEnd.Text)
            {
                _session.Interrupt();
                _carried = read;
                break;
            }

            if (!_view.Answer(read.Text) && read.Text.Trim().Length > 0 && !_session.Steer(read.Text.Trim()))
            {
                _carried = read;
                break;
            }
        }

        await answer.ConfigureAwait(false);
    }
}
