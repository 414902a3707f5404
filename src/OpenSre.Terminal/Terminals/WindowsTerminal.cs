using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;

namespace OpenSre.Terminal;

/// <summary>The console of a Windows process, switched to virtual-terminal input and output so that the same bytes go both ways.</summary>
[SupportedOSPlatform("windows")]
internal sealed partial class WindowsTerminal : ITerminal
{
    private const int StandardInput = -10;
    private const int StandardOutput = -11;

    /// <summary>ENABLE_VIRTUAL_TERMINAL_INPUT alone: no echo, no line mode, Ctrl+C as a key.</summary>
    private const uint InputMode = 0x200;

    /// <summary>ENABLE_PROCESSED_OUTPUT, ENABLE_VIRTUAL_TERMINAL_PROCESSING and DISABLE_NEWLINE_AUTO_RETURN.</summary>
    private const uint OutputMode = 0x1 | 0x4 | 0x8;

    private readonly nint _input = GetStdHandle(StandardInput);
    private readonly nint _output = GetStdHandle(StandardOutput);
    private readonly uint _inputBefore;
    private readonly uint _outputBefore;
    private readonly Lock _lock = new();
    private readonly char[] _characters = new char[4096];
    private byte[] _left = [];
    private bool _entered;

    public WindowsTerminal()
    {
        _ = GetConsoleMode(_input, out _inputBefore);
        _ = GetConsoleMode(_output, out _outputBefore);
    }

    public TerminalSize Size => new(Math.Max(1, Console.WindowWidth), Math.Max(1, Console.WindowHeight));

    public bool Reflows => true;

    public void Enter()
    {
        lock (_lock)
        {
            if (!_entered)
            {
                _entered = true;
                _ = SetConsoleMode(_input, InputMode);
                _ = SetConsoleMode(_output, OutputMode);
                Write(TerminalModes.On);
            }
        }
    }

    public void Leave()
    {
        lock (_lock)
        {
            if (_entered)
            {
                _entered = false;
                Write(TerminalModes.Off);
                _ = SetConsoleMode(_input, _inputBefore);
                _ = SetConsoleMode(_output, _outputBefore);
            }
        }
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        // UTF-16 to the console itself, so that no code page matters.
        var text = Encoding.UTF8.GetString(bytes).ToCharArray();
        for (var at = 0; at < text.Length;)
        {
            if (!WriteConsole(_output, text.AsSpan(at), (uint)(text.Length - at), out var written, 0) || written == 0)
            {
                return;
            }

            at += (int)written;
        }
    }

    public int Read(Span<byte> buffer, int milliseconds)
    {
        if (_left.Length == 0)
        {
            if (milliseconds >= 0 && WaitForSingleObject(_input, (uint)milliseconds) != 0)
            {
                return -1;
            }

            if (!ReadConsole(_input, _characters, (uint)_characters.Length, out var got, 0) || got == 0)
            {
                return 0;
            }

            _left = Encoding.UTF8.GetBytes(_characters, 0, (int)got);
        }

        var count = Math.Min(buffer.Length, _left.Length);
        _left.AsSpan(0, count).CopyTo(buffer);
        _left = _left[count..];
        return count;
    }

    /// <summary>Windows has no job control; nothing happens.</summary>
    public void Wake()
    {
    }

    /// <summary>A console's modes are left alone by children that do not ask for them.</summary>
    public void Retake()
    {
    }

    /// <summary>Windows has no job control; nothing happens.</summary>
    public void Suspend()
    {
    }

    public void Dispose() => Leave();

    [LibraryImport("kernel32")]
    private static partial nint GetStdHandle(int which);

    [LibraryImport("kernel32")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GetConsoleMode(nint console, out uint mode);

    [LibraryImport("kernel32")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool SetConsoleMode(nint console, uint mode);

    [LibraryImport("kernel32", EntryPoint = "ReadConsoleW", StringMarshalling = StringMarshalling.Utf16)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool ReadConsole(nint console, [Out] char[] buffer, uint count, out uint read, nint control);

    [LibraryImport("kernel32", EntryPoint = "WriteConsoleW", StringMarshalling = StringMarshalling.Utf16)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool WriteConsole(nint console, ReadOnlySpan<char> text, uint count, out uint written, nint reserved);

    [LibraryImport("kernel32")]
    private static partial uint WaitForSingleObject(nint handle, uint milliseconds);
}
