using OpenSre.Core;

namespace OpenSre.Terminal;

/// <summary>A session by whole lines: reads one, answers it, reads the next.</summary>
internal sealed class TerminalSession : IDisposable
{
    private readonly SessionHost _host;
    private readonly ILineInput _input;
    private readonly LineWriter _lines;
    private readonly Session _session;

    public TerminalSession(SessionHost host, ILineInput input, TextWriter output, Look look, TimeProvider time)
    {
        _host = host;
        _input = input;
        _lines = new LineWriter(output, look);
        _session = new Session(host, new PlainView(_lines, time), time);
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

        if (_host.Resume is { } shelved)
        {
            ResumeCommand.Resume(_session, shelved);
            _lines.Flush();
        }

        using var stop = end.Register(() => _session.Interrupt());
        var interrupted = false;
        for (var next = first is null ? _input.Read() : new LineRead(LineEnd.Text, first); ; next = _input.Read())
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
            else if (next.End == LineEnd.Text && next.Text.Trim().Length > 0)
            {
                _lines.Line("");
                _lines.Flush();
                _session.KeepInput(next.Text.Trim());
                await _session.AnswerAsync(next.Text.Trim()).ConfigureAwait(false);
                _lines.Line("");
                _lines.Flush();
            }

            if (_session.IsLeaving || end.IsCancellationRequested)
            {
                break;
            }
        }

        if (_session.Cases.Count > 0 && _session.IsKept)
        {
            _session.Say($"Kept in {SafeText.Line(_session.Keeper.Path, 400)}");
        }
    }
}
