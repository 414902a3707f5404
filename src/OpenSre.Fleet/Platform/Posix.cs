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

    /// <summary>Opens below an open folder.</summary>
    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true)]
    public static partial int OpenAt(int folder, ReadOnlySpan<byte> zeroEndedPath, int flags);

    [LibraryImport("libc", EntryPoint = "readlinkat", SetLastError = true)]
    public static partial nint ReadLinkAt(int folder, ReadOnlySpan<byte> zeroEndedPath, Span<byte> buffer, nuint count);

    /// <summary>Linux alone: the entries of an open folder, as <c>struct linux_dirent64</c>.</summary>
    [LibraryImport("libc", EntryPoint = "getdents64", SetLastError = true)]
    public static partial nint Entries(int folder, Span<byte> buffer, nuint count);

    /// <summary>Linux alone; see fanotify_init(2).</summary>
    [LibraryImport("libc", EntryPoint = "fanotify_init", SetLastError = true)]
    public static partial int FanotifyInit(uint flags, uint fileFlags);

    /// <summary>Linux alone; see fanotify_mark(2).</summary>
    [LibraryImport("libc", EntryPoint = "fanotify_mark", SetLastError = true)]
    public static partial int FanotifyMark(int group, uint flags, ulong mask, int folder, ReadOnlySpan<byte> zeroEndedPath);

    /// <summary>Linux alone: opens what a <c>struct file_handle</c> stands for.</summary>
    [LibraryImport("libc", EntryPoint = "open_by_handle_at", SetLastError = true)]
    public static partial int OpenByHandle(int mount, ReadOnlySpan<byte> handle, int flags);

    [LibraryImport("libc", EntryPoint = "statfs", SetLastError = true)]
    public static partial int StatFilesystem(ReadOnlySpan<byte> zeroEndedPath, Span<byte> buffer);

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    public static partial int Socket(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "bind", SetLastError = true)]
    public static partial int Bind(int socket, ReadOnlySpan<byte> address, uint length);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    public static partial int SetOption(int socket, int level, int option, ReadOnlySpan<byte> value, uint length);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    private static partial nint SendRaw(int socket, ReadOnlySpan<byte> data, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    private static partial nint ReceiveRaw(int socket, Span<byte> buffer, nuint length, int flags);
}
