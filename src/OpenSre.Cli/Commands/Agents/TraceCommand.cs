using System.Text;
using OpenSre.Core;
using OpenSre.Fleet;

namespace OpenSre.Cli;

/// <summary><c>agents trace PID</c>: what a process writes, as it writes it.</summary>
internal static class TraceCommand
{
    /// <summary>As often as this is drawn, and no more than this at a time.</summary>
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(100);

    private const int MostAtOnce = 64 * 1024;

    public static async Task<int> RunAsync(IReadOnlyList<string> words, AgentsFace face, CancellationToken cancellation)
    {
        var asked = AgentWords.Parse(words, "--stderr", "--backlog=", "--raw", "--deleted");
        var pid = asked.Pid("opensre agents trace PID [--stderr] [--backlog LINES] [--deleted] [--raw]");
        var table = AgentDiscovery.LocalTable();
        var name = FleetNames.Registered(face.Home, table.Get(pid));
        var who = name is null ? $"pid {pid}" : $"{SafeText.Line(name, 60)} (pid {pid})";
        var stream = asked.Has("--stderr") ? 2 : 1;
        var (session, refusal) = TraceSession.Attach(table, pid, stream, asked.Number("--backlog", 0), asked.Has("--deleted"));
        if (session is null)
        {
            face.Line(face.Look.Bad($"cannot trace {who}: {SafeText.Line(refusal!, 400)}"));
            return ExitCodes.Unusable;
        }

        using (session)
        {
            face.Line($"{face.Look.Bold("trace")} {who}  {face.Look.Dim("Ctrl+C to stop")}");
            face.Output.Flush();
            var exited = false;
            try
            {
                exited = await ShowAsync(session, face, asked.Has("--raw"), cancellation).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                // Once is enough: the trace ends, nothing else does.
            }

            if (exited)
            {
                face.Line(face.Look.Dim("· process exited"));
            }

            face.Line(face.Look.Dim("· trace ended"));
        }

        return ExitCodes.Done;
    }

    private static async Task<bool> ShowAsync(TraceSession session, AgentsFace face, bool raw, CancellationToken cancellation)
    {
        var text = new TraceText();
        var decoder = Encoding.UTF8.GetDecoder();
        var lineOpen = false;
        var shown = 0;
        var events = session.EventsAsync(cancellation).GetAsyncEnumerator(cancellation);
        try
        {
            while (true)
            {
                var next = events.MoveNextAsync().AsTask();
                if (!next.IsCompleted || shown >= MostAtOnce)
                {
                    face.Output.Flush();
                    shown = 0;
                    await Task.Delay(Beat, cancellation).ConfigureAwait(false);
                }

                if (await Task.WhenAny(next, Task.Delay(Beat * 2, cancellation)).ConfigureAwait(false) != next)
                {
                    // Nothing more comes for now: an unended line, such as a question, is shown too.
                    Write(text.TakeOpen());
                    face.Output.Flush();
                }

                if (!await next.ConfigureAwait(false))
                {
                    return false;
                }

                switch (events.Current)
                {
                    case TraceOutput { Bytes: var bytes }:
                        shown += bytes.Length;
                        Write(raw ? Decoded(bytes) : text.Add(bytes));
                        break;
                    case TraceSkipped { Bytes: var bytes }:
                        text.Break();
                        Note($"· {bytes} bytes were skipped: they came faster than they can be shown");
                        break;
                    case TraceTruncated:
                        text.Break();
                        Note("· the file was truncated");
                        break;
                    case TraceMoved { Path: var path }:
                        Write(text.TakeOpen());
                        Note($"· it writes to {SafeText.Line(path, 200)} now");
                        break;
                    case TraceExited:
                        Write(text.TakeOpen());
                        return true;
                }
            }
        }
        finally
        {
            EndLine();
        }

        string Decoded(byte[] bytes)
        {
            var characters = new char[Encoding.UTF8.GetMaxCharCount(bytes.Length)];
            return new string(characters, 0, decoder.GetChars(bytes, characters, flush: false));
        }

        void Write(string shownText)
        {
            if (shownText.Length > 0)
            {
                face.Output.Write(shownText);
                lineOpen = shownText[^1] != '\n';
            }
        }

        void Note(string note)
        {
            EndLine();
            face.Line(face.Look.Dim(note));
        }

        void EndLine()
        {
            if (lineOpen)
            {
                face.Output.Write("\n");
                lineOpen = false;
            }
        }
    }
}
