using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace OpenSre.Terminal;

/// <summary>
/// Runs a session on the terminal of this process, and leaves that terminal as it was, whatever happens. What lies on the
/// way to the first prompt is compiled ahead; lists and dictionaries of this program's own structs and enums, generic
/// methods over them and async methods are not, and cost a millisecond for a few, so none lies there.
/// </summary>
public static class InteractiveSession
{
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Lull = TimeSpan.FromMilliseconds(50);

    /// <summary>True when a person can talk to this process: input and output are a terminal.</summary>
    public static bool IsPossible => StandardTerminal.IsTerminal(0) && StandardTerminal.IsTerminal(1);

    public static bool IsInputTerminal => StandardTerminal.IsTerminal(0);

    /// <summary>How output to this process's standard output may look.</summary>
    public static Look OutputLook => Look.For(StandardTerminal.IsTerminal(1), StandardTerminal.IsTerminal(1) ? StandardTerminal.Columns() : 0, Environment.GetEnvironmentVariable);

    /// <summary>The rows of the terminal on standard output now; 0 when it is none or does not say.</summary>
    public static int OutputRows => StandardTerminal.IsTerminal(1) ? StandardTerminal.Rows() : 0;

    /// <param name="plain">Lines of text instead of a live region, as for a screen reader.</param>
    public static void Run(SessionHost host, TextWriter output, string? first, bool plain)
    {
        if (!plain && OutputLook.Cursor && StandardTerminal.Open() is { } terminal)
        {
            Live(host, terminal, first);
        }
        else
        {
            PlainAsync(host, output, first).GetAwaiter().GetResult();
        }
    }

    /// <summary>
    /// The inputs of a text that came through a pipe, where it begins with a command of a session; null for any other text,
    /// which is one thing to look into.
    /// </summary>
    public static IReadOnlyList<string>? CommandsIn(string text, IReadOnlyList<SessionProgram> programs) => PipedSession.Inputs(text, CommandRegistry.With(programs));

    /// <summary>Why inputs of a pipe are not taken, in a sentence; null when they are.</summary>
    public static string? Refusal(IReadOnlyList<string> inputs, IReadOnlyList<SessionProgram> programs) => PipedSession.Refusal(inputs, CommandRegistry.With(programs));

    /// <summary>Answers inputs of a pipe in order, in lines without any sequence; false when one could not be answered.</summary>
    /// <exception cref="InvalidDataException">What is configured cannot be used; the message is one sentence.</exception>
    public static Task<bool> AnswerAsync(SessionHost host, IReadOnlyList<string> inputs, TextWriter output, CancellationToken cancellation) =>
        new PipedSession(host, inputs, output, TimeProvider.System).RunAsync(cancellation);

    private static void Live(SessionHost host, ITerminal terminal, string? first)
    {
        using var loop = new UiLoop(terminal, TimeProvider.System);
        var live = new LiveSession(host, terminal, loop, TimeProvider.System, LiveOptions.For(Environment.GetEnvironmentVariable));
        using var guard = new TerminalGuard(terminal, host.LogPath);
        using var size = OperatingSystem.IsWindows() ? null : PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => loop.Post(() => { }));
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context =>
        {
            context.Cancel = true;
            loop.Post(() => live.Handle(new Key(KeyCode.Text, "c", KeyModifiers.Control)));
        });
        using var suspend = OperatingSystem.IsWindows() ? null : PosixSignalRegistration.Create(PosixSignal.SIGTSTP, context =>
        {
            context.Cancel = true;
            loop.Post(() => live.Handle(new Key(KeyCode.Text, "z", KeyModifiers.Control)));
        });
        terminal.Enter();
        try
        {
            live.Begin(first);
            Behind(live.Session, first is null);
            loop.Run(live);
            live.Session.EndAsync(LastWords).GetAwaiter().GetResult();
            live.End();
        }
        finally
        {
            terminal.Leave();
            live.Session.Dispose();
        }
    }

    /// <summary>The prompt is drawn first; what else a start wants to know, and what the first investigation loads, waits a moment for that.</summary>
    private static void Behind(Session session, bool isIdle) =>
        new Thread(() =>
        {
            Thread.Sleep(Lull);
            session.Settle(isIdle);
        })
        { IsBackground = true, Name = "settling in" }.Start();

    private static async Task PlainAsync(SessionHost host, TextWriter output, string? first)
    {
        // Words in rows of the terminal, but no sequence of any kind.
        var look = OutputLook with { Colour = false, Cursor = false };

        output = AsciiGlyphs.AreNeeded(Environment.GetEnvironmentVariable) ? new AsciiWriter(output) : output;

        // Console.In would send sequences to a terminal that was to get none.
        using var input = OperatingSystem.IsWindows() ? Console.In : new StreamReader(new FileStream(new SafeFileHandle(0, ownsHandle: false), FileAccess.Read, bufferSize: 0));
        using var session = new TerminalSession(host, new PlainLineInput(input, output), output, look, TimeProvider.System, canAsk: true);
        using var end = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = session.Interrupt());
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, End);
        await session.RunAsync(first, end.Token).ConfigureAwait(false);

        // A run is stopped and says so before the session ends; at the prompt the default, to end at once, is right.
        void End(PosixSignalContext context)
        {
            context.Cancel = session.Interrupt();
            end.Cancel();
        }
    }
}
