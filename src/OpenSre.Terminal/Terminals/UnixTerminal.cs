using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace OpenSre.Terminal;

/// <summary>
/// The terminal on standard input and output of a Unix process. System.Console is never used for it: its own settings
/// and reader would get in the way.
/// </summary>
internal sealed class UnixTerminal : ITerminal
{
    private const int Now = 0;
    private const int Stop = 19;
    private const int StopOnMac = 17;
    private static readonly TimeSpan Lull = TimeSpan.FromSeconds(1);
    private static readonly bool IsMac = OperatingSystem.IsMacOS();
    private readonly byte[] _original;
    private readonly byte[] _taken;
    private readonly Lock _lock = new();
    private readonly ManualResetEventSlim _awake = new();
    private bool _entered;
    private bool _suspended;

    private UnixTerminal(byte[] original) => (_original, _taken) = (original, new byte[original.Length]);

    public TerminalSize Size => LibC.WindowSize(1) is { Columns: > 0, Rows: > 0 } size ? size : new TerminalSize(80, 24);

    public bool Reflows { get; } = DoesReflow(Environment.GetEnvironmentVariable);

    /// <summary>Null when standard input has no terminal settings.</summary>
    public static UnixTerminal? Open()
    {
        var settings = new byte[128];
        return LibC.GetAttributes(0, settings) == 0 ? new UnixTerminal(settings) : null;
    }

    /// <summary>xterm, the Linux console and GNU screen cut rows that do not fit any more; the others wrap them.</summary>
    internal static bool DoesReflow(Func<string, string?> environment) =>
        string.IsNullOrEmpty(environment("XTERM_VERSION"))
        && environment("TERM") is var term && term != "linux"
        && !(term?.StartsWith("screen", StringComparison.Ordinal) == true && string.IsNullOrEmpty(environment("TMUX")));

    public void Enter()
    {
        lock (_lock)
        {
            if (_entered)
            {
                return;
            }

            _entered = true;
            Take();
        }
    }

    /// <summary>A shell that stopped and woke this process may have put its own settings in place meanwhile.</summary>
    public void Wake()
    {
        lock (_lock)
        {
            if (_entered || _suspended)
            {
                _entered = true;
                Take();
            }
        }

        _awake.Set();
    }

    public void Retake()
    {
        lock (_lock)
        {
            var now = new byte[_original.Length];
            if (_entered && LibC.GetAttributes(0, now) == 0 && !now.AsSpan().SequenceEqual(_taken))
            {
                Write(TerminalModes.Again);
                Set();
            }
        }
    }

    public void Leave()
    {
        lock (_lock)
        {
            if (!_entered)
            {
                return;
            }

            _entered = false;
            Write(TerminalModes.Off);
            _ = LibC.SetAttributes(0, Now, _original);
        }
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var written = LibC.Write(1, bytes, (nuint)bytes.Length);
            if (written >= 0)
            {
                bytes = bytes[(int)written..];
                continue;
            }

            switch (Marshal.GetLastPInvokeError())
            {
                case LibC.Interrupted:
                    break;
                case 11 or 35:
                    // Somebody made the terminal non-blocking; it takes more in a moment.
                    Thread.Sleep(1);
                    break;
                default:
                    // The terminal has gone; SIGHUP or the end of input ends the session.
                    return;
            }
        }
    }

    public int Read(Span<byte> buffer, int milliseconds)
    {
        // struct pollfd { int fd; short events; short revents; } with POLLIN = 1.
        Span<byte> poll = stackalloc byte[8];
        while (true)
        {
            if (milliseconds >= 0)
            {
                poll.Clear();
                poll[4] = 1;
                if (LibC.Poll(poll, 1, milliseconds) == 0)
                {
                    return -1;
                }
            }

            var got = LibC.Read(0, buffer, (nuint)buffer.Length);
            if (got >= 0)
            {
                return (int)got;
            }

            switch (Marshal.GetLastPInvokeError())
            {
                case LibC.Interrupted:
                    break;
                case 11 or 35:
                    // A child made the terminal non-blocking.
                    poll.Clear();
                    poll[4] = 1;
                    _ = LibC.Poll(poll, 1, 1000);
                    break;
                default:
                    return 0;
            }
        }
    }

    public void Suspend()
    {
        Leave();

        // The whole foreground group, as the terminal would; a group that has no shell to wake it is left running.
        var parent = LibC.ParentProcess();
        if (LibC.SessionOf(parent) == LibC.SessionOf(0) && LibC.GroupOf(parent) != LibC.GroupOf(0))
        {
            _suspended = true;
            _awake.Reset();
            _ = LibC.Kill(0, IsMac ? StopOnMac : Stop);

            // The stop reaches the threads one by one: this one may still run for a moment, and must not take the terminal back.
            _ = _awake.Wait(Lull);
            _suspended = false;
        }

        Enter();
    }

    public void Dispose()
    {
        Leave();
        _awake.Dispose();
    }

    private void Take()
    {
        Set();
        Write(TerminalModes.On);
    }

    private void Set()
    {
        _ = LibC.SetAttributes(0, Now, Raw(_original));

        // As the terminal has them now, which may differ in what cannot be set.
        _ = LibC.GetAttributes(0, _taken);
    }

    private static byte[] Raw(byte[] original)
    {
        var settings = (byte[])original.Clone();
        if (IsMac)
        {
            // struct termios: four 8-byte flags, then cc[20]. ICRNL|IXON; ICANON|ECHO|IEXTEN|ISIG.
            Clear64(settings, 0, 0x100 | 0x200);
            Clear64(settings, 24, 0x100 | 0x8 | 0x400 | 0x80);
            settings[32 + 16] = 1;
            settings[32 + 17] = 0;
        }
        else
        {
            // struct termios: four 4-byte flags, c_line, then cc[32].
            Clear32(settings, 0, 0x100 | 0x400);
            Clear32(settings, 12, 0x2 | 0x8 | 0x8000 | 0x1);
            settings[17 + 6] = 1;
            settings[17 + 5] = 0;
        }

        return settings;
    }

    private static void Clear32(byte[] settings, int offset, uint flags)
    {
        var field = settings.AsSpan(offset, 4);
        BinaryPrimitives.WriteUInt32LittleEndian(field, BinaryPrimitives.ReadUInt32LittleEndian(field) & ~flags);
    }

    private static void Clear64(byte[] settings, int offset, ulong flags)
    {
        var field = settings.AsSpan(offset, 8);
        BinaryPrimitives.WriteUInt64LittleEndian(field, BinaryPrimitives.ReadUInt64LittleEndian(field) & ~flags);
    }
}
