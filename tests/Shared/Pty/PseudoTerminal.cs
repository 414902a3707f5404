using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace OpenSre.Tests;

/// <summary>
/// A real program in a pseudo-terminal of its own: it is the leader of a new session, the terminal is its controlling
/// one. What it writes is kept with the time it came. Linux only.
/// </summary>
internal sealed partial class PseudoTerminal : IDisposable
{
    private const int OpenReadWriteNoControl = 0x2 | 0x100;
    private const short SpawnInNewSession = 0x80;
    private readonly int _master;
    private readonly Lock _lock = new();
    private readonly List<byte> _bytes = [];
    private long _bytesWritten;
    private readonly Thread _reader;
    private readonly Action<PseudoTerminal, ReadOnlyMemory<byte>, long>? _came;
    private Action<long>? _watch;
    private int _status;
    private bool _isReaped;
    private bool _isClosed;

    private PseudoTerminal(int master, int process, VirtualScreen screen, Action<PseudoTerminal, ReadOnlyMemory<byte>, long>? came)
    {
        _master = master;
        _came = came;
        ProcessId = process;
        Screen = screen;
        _reader = new Thread(ReadAll) { IsBackground = true, Name = "pty" };
        _reader.Start();
    }

    public static bool IsSupported => OperatingSystem.IsLinux();

    public int ProcessId { get; }

    /// <summary>What the program has drawn; look at it through <see cref="Look"/>.</summary>
    private VirtualScreen Screen { get; }

    /// <summary><see cref="Stopwatch"/> time of the latest byte.</summary>
    public long LastByteAt { get; private set; }

    public long BytesWritten
    {
        get
        {
            lock (_lock)
            {
                return _bytesWritten;
            }
        }
    }

    /// <param name="environment">Variables added to those of this process; a null value removes one.</param>
    /// <param name="scrollback">Rows kept above those in sight; with a limit the bytes are counted only, so that a
    /// measuring program does not pause to collect its own memory.</param>
    /// <param name="came">Called with all that the program writes, on the thread that reads it, with the <see cref="Stopwatch"/> time it came; no screen is kept then.</param>
    public static PseudoTerminal Start(IReadOnlyList<string> command, IReadOnlyDictionary<string, string?> environment, int columns = 100, int rows = 30, int scrollback = int.MaxValue, Action<PseudoTerminal, ReadOnlyMemory<byte>, long>? came = null)
    {
        var master = OpenTerminal(OpenReadWriteNoControl);
        Check(master >= 0 && Grant(master) == 0 && Unlock(master) == 0, "posix_openpt");
        var name = new byte[256];
        Check(NameOf(master, name, (nuint)name.Length) == 0, "ptsname_r");
        SetSize(master, columns, rows);

        // posix_spawnattr_t and posix_spawn_file_actions_t are 336 and 80 bytes with glibc, less with musl.
        var attributes = new byte[512];
        var actions = new byte[512];
        Check(InitAttributes(attributes) == 0 && SetFlags(attributes, SpawnInNewSession) == 0, "posix_spawnattr_init");
        Check(InitActions(actions) == 0, "posix_spawn_file_actions_init");
        Check(AddOpen(actions, 0, name, 2, 0) == 0 && AddDuplicate(actions, 0, 1) == 0 && AddDuplicate(actions, 0, 2) == 0 && AddClose(actions, master) == 0, "posix_spawn_file_actions_add");
        var all = Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>().ToDictionary(e => (string)e.Key, e => (string?)e.Value, StringComparer.Ordinal);
        foreach (var (key, value) in environment)
        {
            all[key] = value;
        }

        string?[] arguments = [.. command, null];
        string?[] variables = [.. all.Where(v => v.Value is not null).Select(v => $"{v.Key}={v.Value}"), null];
        var error = Spawn(out var process, command[0], actions, attributes, arguments, variables);
        Check(error == 0, $"posix_spawnp {command[0]} ({error})");
        return new PseudoTerminal(master, process, new VirtualScreen(columns, rows) { MostScrollback = scrollback }, came);
    }

    public T Look<T>(Func<VirtualScreen, T> look)
    {
        lock (_lock)
        {
            return look(Screen);
        }
    }

    public byte[] Bytes()
    {
        lock (_lock)
        {
            return [.. _bytes];
        }
    }

    public void Type(string keys) => Type(Encoding.UTF8.GetBytes(keys));

    public void Type(ReadOnlySpan<byte> keys)
    {
        while (keys.Length > 0)
        {
            var written = WriteTo(_master, keys, (nuint)keys.Length);
            Check(written > 0, "write");
            keys = keys[(int)written..];
        }
    }

    public void Resize(int columns, int rows)
    {
        lock (_lock)
        {
            Screen.Resize(columns, rows);
            SetSize(_master, columns, rows);
        }
    }

    /// <summary>Waits until the screen has a text anywhere; its rows are joined by line ends.</summary>
    public bool See(string text, TimeSpan patience) => Wait(s => string.Join('\n', s.All()).Contains(text, StringComparison.Ordinal), patience);

    public bool Wait(Func<VirtualScreen, bool> condition, TimeSpan patience)
    {
        var began = Stopwatch.GetTimestamp();
        while (!Look(condition))
        {
            if (Stopwatch.GetElapsedTime(began) > patience)
            {
                return false;
            }

            Thread.Sleep(1);
        }

        return true;
    }

    /// <summary>Types keys and waits for what they do: how long it took from the first key to the byte that made the condition true.</summary>
    /// <returns>Null when it did not come true in time.</returns>
    public TimeSpan? Time(string keys, Func<VirtualScreen, bool> condition, TimeSpan patience)
    {
        using var done = new ManualResetEventSlim();
        long at = 0;
        lock (_lock)
        {
            _watch = now =>
            {
                if (at == 0 && condition(Screen))
                {
                    at = now;
                    done.Set();
                }
            };
        }

        var began = Stopwatch.GetTimestamp();
        Type(keys);
        var came = done.Wait(patience);
        lock (_lock)
        {
            _watch = null;
        }

        return came ? Stopwatch.GetElapsedTime(began, at) : null;
    }

    /// <summary>Whether the terminal echoes and collects lines, as a shell left it; null when it has no settings any more.</summary>
    public bool? IsCooked()
    {
        var settings = new byte[128];
        if (GetAttributes(_master, settings) != 0)
        {
            return null;
        }

        const uint Canonical = 0x2, Echo = 0x8;
        return (BinaryPrimitives.ReadUInt32LittleEndian(settings.AsSpan(12)) & (Canonical | Echo)) == (Canonical | Echo);
    }

    public void Signal(int signal) => _ = Kill(ProcessId, signal);

    /// <summary>True while the process is stopped by a signal.</summary>
    public bool IsStopped()
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{ProcessId}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..].StartsWith('T');
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Waits for the end: the exit code, 128 + the signal that ended it, or null when it still runs.</summary>
    public int? WaitForExit(TimeSpan patience)
    {
        const int NoHang = 1;
        var began = Stopwatch.GetTimestamp();
        while (!_isReaped)
        {
            if (WaitFor(ProcessId, out _status, NoHang) == ProcessId)
            {
                _isReaped = true;
                break;
            }

            if (Stopwatch.GetElapsedTime(began) > patience)
            {
                return null;
            }

            Thread.Sleep(5);
        }

        return (_status & 0x7f) == 0 ? (_status >> 8) & 0xff : 128 + (_status & 0x7f);
    }

    public void Dispose()
    {
        if (!_isReaped)
        {
            Signal(9);
            _ = WaitForExit(TimeSpan.FromSeconds(10));
        }

        _isClosed = true;
        _ = Close(_master);
    }

    private static void Check(bool ok, string what)
    {
        if (!ok)
        {
            throw new InvalidOperationException($"{what} failed: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    private static void SetSize(int master, int columns, int rows)
    {
        Span<byte> size = stackalloc byte[8];
        BinaryPrimitives.WriteUInt16LittleEndian(size, (ushort)rows);
        BinaryPrimitives.WriteUInt16LittleEndian(size[2..], (ushort)columns);
        _ = IoControl(master, 0x5414, size);
    }

    private void ReadAll()
    {
        var buffer = new byte[65536];
        while (!_isClosed)
        {
            var got = (int)ReadFrom(_master, buffer, (nuint)buffer.Length);
            if (got <= 0)
            {
                return;
            }

            var at = Stopwatch.GetTimestamp();
            if (_came is not null)
            {
                // A screen of a program of any kind would have to know every sequence there is.
                _came(this, buffer.AsMemory(0, got), at);
                continue;
            }

            lock (_lock)
            {
                LastByteAt = at;
                _bytesWritten += got;
                if (Screen.MostScrollback == int.MaxValue)
                {
                    _bytes.AddRange(buffer.AsSpan(0, got));
                }

                Screen.Write(buffer.AsSpan(0, got));
                _watch?.Invoke(at);
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "posix_openpt", SetLastError = true)]
    private static partial int OpenTerminal(int flags);

    [LibraryImport("libc", EntryPoint = "grantpt", SetLastError = true)]
    private static partial int Grant(int master);

    [LibraryImport("libc", EntryPoint = "unlockpt", SetLastError = true)]
    private static partial int Unlock(int master);

    [LibraryImport("libc", EntryPoint = "ptsname_r", SetLastError = true)]
    private static partial int NameOf(int master, [Out] byte[] name, nuint length);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_init")]
    private static partial int InitAttributes([In, Out] byte[] attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setflags")]
    private static partial int SetFlags([In, Out] byte[] attributes, short flags);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    private static partial int InitActions([In, Out] byte[] actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addopen")]
    private static partial int AddOpen([In, Out] byte[] actions, int descriptor, [In] byte[] path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_adddup2")]
    private static partial int AddDuplicate([In, Out] byte[] actions, int from, int to);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addclose")]
    private static partial int AddClose([In, Out] byte[] actions, int descriptor);

    [LibraryImport("libc", EntryPoint = "posix_spawnp", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Spawn(out int process, string program, [In] byte[] actions, [In] byte[] attributes, [In] string?[] arguments, [In] string?[] environment);

    [LibraryImport("libc", EntryPoint = "waitpid", SetLastError = true)]
    private static partial int WaitFor(int process, out int status, int options);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint ReadFrom(int descriptor, [Out] byte[] buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint WriteTo(int descriptor, ReadOnlySpan<byte> buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "tcgetattr", SetLastError = true)]
    private static partial int GetAttributes(int descriptor, [Out] byte[] settings);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int IoControl(int descriptor, nuint request, Span<byte> argument);
}
