using System.Runtime.InteropServices;

namespace OpenSre.Fleet;

/// <summary>One entry of poll(2); the layout is the same on Linux and macOS.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollEntry
{
    public int Descriptor;
    public short Wanted;
    public short Got;
}

/// <summary>The system calls the framework has no name for. Results are as in libc: negative means failure, see <see cref="Error"/>.</summary>
internal static partial class Posix
{
    public const short Readable = 1;
    public const short Writable = 4;
    public const short Ended = 8 | 16 | 32;

    public const int NoSuchProcess = 3;
    public const int Interrupted = 4;
    public const int AccessDenied = 13;
    public const int NotPermitted = 1;
    public const int NoSuchFile = 2;

    public const int SignalInterrupt = 2;
    public const int SignalKill = 9;
    public const int SignalTerminate = 15;

    /// <summary>EAGAIN: 11 on Linux, 35 on macOS.</summary>
    public static readonly int TryAgain = OperatingSystem.IsMacOS() ? 35 : 11;

    public static readonly int SignalStop = OperatingSystem.IsMacOS() ? 17 : 19;
    public static readonly int SignalContinue = OperatingSystem.IsMacOS() ? 19 : 18;

    private static readonly int DontWait = OperatingSystem.IsMacOS() ? 0x80 : 0x40;
    private static readonly int NoSignal = OperatingSystem.IsMacOS() ? 0x80000 : 0x4000;

    /// <summary>errno of the last call on this thread.</summary>
    public static int Error => Marshal.GetLastPInvokeError();

    public static string Message(int error) => Marshal.GetPInvokeErrorMessage(error);

    /// <summary>Sends without blocking and without SIGPIPE.</summary>
    public static nint Send(int socket, ReadOnlySpan<byte> data) => SendRaw(socket, data, (nuint)data.Length, DontWait | NoSignal);

    /// <summary>Receives without blocking; 0 means that the peer has ended.</summary>
    public static nint Receive(int socket, Span<byte> buffer) => ReceiveRaw(socket, buffer, (nuint)buffer.Length, DontWait);

    /// <summary>True if a process of this id exists, whoever owns it. Ids that name groups (0 and below) are nobody.</summary>
    public static bool Exists(int process) => process > 0 && (Kill(process, 0) == 0 || Error == NotPermitted);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    public static partial int Kill(int process, int signal);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll(Span<PollEntry> entries, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "pipe", SetLastError = true)]
    public static partial int Pipe(Span<int> ends);

    /// <summary>Opens without creating; creating would need a third argument, which is passed differently on some machines.</summary>
    [LibraryImport("libc", EntryPoint = "open", SetLastError = true)]
    public static partial int Open(ReadOnlySpan<byte> zeroEndedPath, int flags);

    /// <summary>Linux alone.</summary>
    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true)]
    public static partial int Statx(int folder, ReadOnlySpan<byte> zeroEndedPath, int flags, uint mask, Span<byte> buffer);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(int descriptor, Span<byte> buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "readlink", SetLastError = true)]
    public static partial nint ReadLink(ReadOnlySpan<byte> zeroEndedPath, Span<byte> buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int descriptor, ReadOnlySpan<byte> data, nuint count);

    [LibraryImport("libc", EntryPoint = "madvise", SetLastError = true)]
    public static partial int Advise(nint address, nuint length, int advice);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    private static partial nint SendRaw(int socket, ReadOnlySpan<byte> data, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    private static partial nint ReceiveRaw(int socket, Span<byte> buffer, nuint length, int flags);
}
