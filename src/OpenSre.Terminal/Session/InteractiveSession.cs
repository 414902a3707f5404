using System.Runtime.InteropServices;

namespace OpenSre.Terminal;

/// <summary>Runs a session on the terminal of this process, and leaves that terminal as it was.</summary>
public static class InteractiveSession
{
    /// <summary>True when a person can talk to this process: input and output are a terminal.</summary>
    public static bool IsPossible => Tty.IsTerminal(0) && Tty.IsTerminal(1);

    public static bool IsInputTerminal => Tty.IsTerminal(0);

    /// <summary>How output to this process's standard output may look.</summary>
    public static Look OutputLook => Look.For(Tty.IsTerminal(1), Tty.IsTerminal(1) ? Tty.Columns() : 0, Environment.GetEnvironmentVariable);

    public static async Task RunAsync(SessionHost host, TextWriter output, string? first)
    {
        var look = OutputLook;
        using var tty = look.Cursor ? Tty.Open() : null;
        ILineInput input = tty is null ? new PlainLineInput(Console.In, output) : new KeyLineInput(tty, output, look);
        using var session = new TerminalSession(host, input, output, look, TimeProvider.System);
        using var end = new CancellationTokenSource();

        // Ctrl+C stops what runs; the prompt reads it as a key. Being told to end stops it too, then the process goes.
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context =>
        {
            context.Cancel = session.Interrupt() || tty is not null;
        });
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => End(context, session, tty, output, end));
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context => End(context, session, tty, output, end));
        await session.RunAsync(first, end.Token).ConfigureAwait(false);
    }

    private static void End(PosixSignalContext context, TerminalSession session, Tty? tty, TextWriter output, CancellationTokenSource end)
    {
        // A run is stopped and says so before the session ends; at the prompt the default, to end at once, is right.
        context.Cancel = session.Interrupt();
        end.Cancel();
        if (tty is not null && !context.Cancel)
        {
            output.Write(KeyLineInput.Leave);
            output.Flush();
        }

        tty?.Restore();
    }
}
