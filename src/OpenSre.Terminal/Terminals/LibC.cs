using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace OpenSre.Terminal;

/// <summary>The few calls of the C library a terminal needs, on Linux and macOS.</summary>
internal static partial class LibC
{
    public const int Interrupted = 4;

    /// <summary>TIOCGWINSZ.</summary>
    private static readonly nuint GetWindowSize = OperatingSystem.IsLinux() ? 0x5413u : 0x40087468u;

    public static TerminalSize? WindowSize(int descriptor)
    {
        // struct winsize { unsigned short row, col, xpixel, ypixel; }
        Span<byte> size = stackalloc byte[8];
        if (IoControl(descriptor, GetWindowSize, size) != 0)
        {
            return null;
        }

        return new TerminalSize(BinaryPrimitives.ReadUInt16LittleEndian(size[2..]), BinaryPrimitives.ReadUInt16LittleEndian(size));
    }

    [LibraryImport("libc", EntryPoint = "isatty")]
    public static partial int IsATty(int descriptor);

    [LibraryImport("libc", EntryPoint = "tcgetattr", SetLastError = true)]
    public static partial int GetAttributes(int descriptor, [Out] byte[] settings);

    [LibraryImport("libc", EntryPoint = "tcsetattr", SetLastError = true)]
    public static partial int SetAttributes(int descriptor, int when, byte[] settings);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(int descriptor, Span<byte> buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int descriptor, ReadOnlySpan<byte> buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll(Span<byte> descriptors, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    public static partial int Kill(int process, int signal);

    [LibraryImport("libc", EntryPoint = "getppid")]
    public static partial int ParentProcess();

    /// <summary>0 asks about this process.</summary>
    [LibraryImport("libc", EntryPoint = "getsid")]
    public static partial int SessionOf(int process);

    /// <summary>0 asks about this process.</summary>
    [LibraryImport("libc", EntryPoint = "getpgid")]
    public static partial int GroupOf(int process);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int IoControl(int descriptor, nuint request, Span<byte> argument);
}
