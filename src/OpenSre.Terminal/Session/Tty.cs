using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace OpenSre.Terminal;

/// <summary>
/// The terminal on standard input. It is never touched through System.Console, whose own settings and reader thread
/// would get in the way; whatever was set is put back by <see cref="Restore"/>.
/// </summary>
internal sealed partial class Tty : IDisposable
{
    private const int Now = 0;
    private static readonly bool IsMac = OperatingSystem.IsMacOS();
    private readonly byte[] _original = new byte[128];
    private int _changed;

    private Tty()
    {
    }

    /// <summary>The terminal, or null when standard input is none or this system has no termios.</summary>
    public static Tty? Open()
    {
        if (OperatingSystem.IsWindows() || IsATty(0) == 0)
        {
            return null;
        }

        var tty = new Tty();
        return GetAttributes(0, tty._original) == 0 ? tty : null;
    }

    public static bool IsTerminal(int descriptor) => OperatingSystem.IsWindows()
        ? !(descriptor == 0 ? Console.IsInputRedirected : Console.IsOutputRedirected)
        : IsATty(descriptor) == 1;

    /// <summary>The columns of the terminal on standard output, or 0 when it does not say.</summary>
    public static int Columns()
    {
        if (!OperatingSystem.IsLinux())
        {
            return Console.IsOutputRedirected ? 0 : Console.WindowWidth;
        }

        Span<byte> size = stackalloc byte[8];
        return IoControl(1, 0x5413, size) == 0 ? BinaryPrimitives.ReadUInt16LittleEndian(size[2..]) : 0;
    }

    /// <summary>For editing: every key comes at once and as it is, Ctrl+C too, and nothing is echoed.</summary>
    public void Raw() => Set(signals: false);

    /// <summary>While something runs: nothing typed is echoed into the output, and Ctrl+C is a signal.</summary>
    public void Quiet() => Set(signals: true);

    public void Restore()
    {
        if (Interlocked.Exchange(ref _changed, 0) == 1)
        {
            _ = SetAttributes(0, Now, _original);
        }
    }

    public void Dispose() => Restore();

    /// <summary>Waits for a byte: 0 … 255, −1 at the end of input, −2 when none came in time.</summary>
    /// <param name="milliseconds">−1 waits for ever.</param>
    public static int Read(int milliseconds)
    {
        Span<byte> one = stackalloc byte[1];
        // struct pollfd { int fd; short events; short revents; } with POLLIN = 1.
        Span<byte> poll = stackalloc byte[8];
        while (true)
        {
            if (milliseconds >= 0)
            {
                poll.Clear();
                poll[4] = 1;
                if (Poll(poll, 1, milliseconds) == 0)
                {
                    return -2;
                }
            }

            var got = ReadFrom(0, one, 1);
            if (got == 1)
            {
                return one[0];
            }

            // 4 is EINTR: a signal came, the terminal is still there.
            if (got == 0 || Marshal.GetLastPInvokeError() != 4)
            {
                return -1;
            }
        }
    }

    private void Set(bool signals)
    {
        var settings = (byte[])_original.Clone();
        if (IsMac)
        {
            // struct termios: four 8-byte flags, then cc[20]. ICRNL|IXON; ICANON|ECHO|IEXTEN, ISIG.
            Clear64(settings, 0, 0x100 | 0x200);
            Clear64(settings, 24, 0x100 | 0x8 | 0x400 | (signals ? 0u : 0x80));
            settings[32 + 16] = 1;
            settings[32 + 17] = 0;
        }
        else
        {
            // struct termios: four 4-byte flags, c_line, then cc[32].
            Clear32(settings, 0, 0x100 | 0x400);
            Clear32(settings, 12, 0x2 | 0x8 | 0x8000 | (signals ? 0u : 0x1));
            settings[17 + 6] = 1;
            settings[17 + 5] = 0;
        }

        Volatile.Write(ref _changed, 1);
        _ = SetAttributes(0, Now, settings);
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

    [LibraryImport("libc", EntryPoint = "isatty")]
    private static partial int IsATty(int descriptor);

    [LibraryImport("libc", EntryPoint = "tcgetattr", SetLastError = true)]
    private static partial int GetAttributes(int descriptor, [Out] byte[] settings);

    [LibraryImport("libc", EntryPoint = "tcsetattr", SetLastError = true)]
    private static partial int SetAttributes(int descriptor, int when, byte[] settings);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint ReadFrom(int descriptor, Span<byte> buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(Span<byte> descriptors, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int IoControl(int descriptor, nuint request, Span<byte> argument);
}
