using System.Runtime.InteropServices;

namespace OpenSre.Terminal;

/// <summary>
/// Puts the terminal back however this process ends, short of being killed: at exit, when told to end, and when an
/// exception reaches nobody.
/// </summary>
internal sealed class TerminalGuard : IDisposable
{
    private const int Crashed = 70;
    private readonly ITerminal _terminal;
    private readonly string _logPath;
    private readonly List<PosixSignalRegistration> _signals = [];

    /// <param name="logPath">What a crash leaves is written beside this file.</param>
    public TerminalGuard(ITerminal terminal, string logPath)
    {
        _terminal = terminal;
        _logPath = logPath;
        AppDomain.CurrentDomain.ProcessExit += OnExit;
        AppDomain.CurrentDomain.UnhandledException += OnUnhandled;
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        // The default of each signal follows: the process ends.
        foreach (var signal in (ReadOnlySpan<PosixSignal>)[PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT])
        {
            _signals.Add(PosixSignalRegistration.Create(signal, _ => terminal.Leave()));
        }

        _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGCONT, context =>
        {
            // Else the runtime goes on to restore the settings it saw before this program took the terminal.
            context.Cancel = true;
            terminal.Wake();
        }));
    }

    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnExit;
        AppDomain.CurrentDomain.UnhandledException -= OnUnhandled;
        _signals.ForEach(s => s.Dispose());
        _terminal.Leave();
    }

    private void OnExit(object? sender, EventArgs e) => _terminal.Leave();

    private void OnUnhandled(object sender, UnhandledExceptionEventArgs e)
    {
        _terminal.Leave();
        var kept = CrashLog.Write(Path.GetDirectoryName(_logPath) ?? ".", e.ExceptionObject);
        _terminal.Write(System.Text.Encoding.UTF8.GetBytes($"\r\nopensre: an internal error ended the session ({e.ExceptionObject.GetType().Name}). {kept}\r\n"));
        Environment.Exit(Crashed);
    }
}
