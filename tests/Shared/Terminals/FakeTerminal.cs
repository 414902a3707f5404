using System.Collections.Concurrent;
using System.Text;

namespace OpenSre.Tests;

/// <summary>A terminal made of a <see cref="VirtualScreen"/>: tests type into it and look at it.</summary>
internal sealed class FakeTerminal : OpenSre.Terminal.ITerminal
{
    private readonly BlockingCollection<byte[]> _typed = [];
    private readonly Lock _lock = new();
    private byte[] _left = [];

    public FakeTerminal(int columns = 80, int rows = 24) => Screen = new VirtualScreen(columns, rows);

    public VirtualScreen Screen { get; }

    /// <summary>Everything that was ever written.</summary>
    public MemoryStream Log { get; } = new();

    /// <summary>How often something was written.</summary>
    public int Writes { get; private set; }

    /// <summary>Bytes of the largest write.</summary>
    public int LargestWrite { get; private set; }

    public int Suspended { get; private set; }

    public bool IsEntered { get; private set; }

    public OpenSre.Terminal.TerminalSize Size
    {
        get
        {
            lock (_lock)
            {
                return new(Screen.Columns, Screen.Rows);
            }
        }
    }

    public bool Reflows => Screen.Reflows;

    public void Type(string text) => _typed.Add(Encoding.UTF8.GetBytes(text));

    public void HangUp() => _typed.CompleteAdding();

    public void Resize(int columns, int rows)
    {
        lock (_lock)
        {
            Screen.Resize(columns, rows);
        }
    }

    /// <summary>Looks at the screen while nothing is written to it.</summary>
    public T Look<T>(Func<VirtualScreen, T> look)
    {
        lock (_lock)
        {
            return look(Screen);
        }
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            Writes++;
            LargestWrite = Math.Max(LargestWrite, bytes.Length);
            Log.Write(bytes);
            Screen.Write(bytes);
        }
    }

    public int Read(Span<byte> buffer, int milliseconds)
    {
        if (_left.Length == 0)
        {
            if (!_typed.TryTake(out var next, milliseconds))
            {
                return _typed.IsCompleted ? 0 : -1;
            }

            _left = next;
        }

        var count = Math.Min(buffer.Length, _left.Length);
        _left.AsSpan(0, count).CopyTo(buffer);
        _left = _left[count..];
        return count;
    }

    public void Enter() => IsEntered = true;

    public void Leave() => IsEntered = false;

    public void Suspend() => Suspended++;

    public void Wake()
    {
    }

    public void Retake()
    {
    }

    /// <summary>What was typed is not disposed: the reader of the terminal may still wait for it.</summary>
    public void Dispose() => Log.Dispose();
}
