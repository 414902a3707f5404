using System.Diagnostics;
using System.Text;
using OpenSre.Tests;

namespace OpenSre.Bench.Terminal;

/// <summary>
/// A terminal for a program of any kind: it answers what programs ask a terminal at their start, and keeps the text they write
/// without sequences and blanks, so that a prompt is known by its words however it is drawn.
/// </summary>
internal sealed class PeerTerminal : IDisposable
{
    private const int Columns = 100;
    private const int Rows = 30;
    private readonly Lock _lock = new();
    private readonly StringBuilder _text = new();
    private readonly List<byte> _sequence = [];
    private readonly List<byte> _character = [];
    private readonly PseudoTerminal _terminal;
    private bool _isString;
    private long _bytes;
    private (Func<string, bool> Is, int From, TaskCompletionSource<long> At)? _awaited;

    private PeerTerminal(IReadOnlyList<string> command, IReadOnlyDictionary<string, string?> environment) =>
        _terminal = PseudoTerminal.Start(command, environment, Columns, Rows, came: Take);

    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>The end of what was written, as far as it is text.</summary>
    public string Last
    {
        get
        {
            lock (_lock)
            {
                return _text.ToString(Math.Max(0, _text.Length - 160), Math.Min(160, _text.Length));
            }
        }
    }

    /// <exception cref="InvalidOperationException">It cannot be started.</exception>
    public static PeerTerminal Start(IReadOnlyList<string> command, IReadOnlyDictionary<string, string?> environment) => new(command, environment);

    public void Dispose() => _terminal.Dispose();

    public int? WaitForExit(TimeSpan patience) => _terminal.WaitForExit(patience);

    /// <summary>Waits for words, blanks left out: the <see cref="Stopwatch"/> time they came, null when they do not in time.</summary>
    public long? Until(string words, TimeSpan patience) => Wait(t => t.Contains(words, StringComparison.Ordinal), 0, null, patience);

    /// <summary>Types a key and waits for it in what is written after it; null when it does not come in time.</summary>
    public TimeSpan? Echo(string key, TimeSpan patience)
    {
        int from;
        lock (_lock)
        {
            from = _text.Length;
        }

        var began = Stopwatch.GetTimestamp();
        return Wait(t => t.Contains(key, StringComparison.Ordinal), from, key, patience) is { } at ? Stopwatch.GetElapsedTime(began, at) : null;
    }

    public void Type(string keys) => _terminal.Type(keys);

    private long? Wait(Func<string, bool> condition, int from, string? keys, TimeSpan patience)
    {
        var source = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            _awaited = (condition, from, source);
            Check(Stopwatch.GetTimestamp());
        }

        if (keys is not null)
        {
            _terminal.Type(keys);
        }

        var came = source.Task.Wait(patience);
        lock (_lock)
        {
            _awaited = null;
        }

        return came ? source.Task.Result : null;
    }

    private void Check(long now)
    {
        if (_awaited is { } awaited && !awaited.At.Task.IsCompleted && awaited.Is(_text.ToString(awaited.From, _text.Length - awaited.From)))
        {
            awaited.At.TrySetResult(now);
        }
    }

    private void Take(PseudoTerminal terminal, ReadOnlyMemory<byte> bytes, long at)
    {
        Interlocked.Add(ref _bytes, bytes.Length);
        lock (_lock)
        {
            foreach (var b in bytes.Span)
            {
                Take(terminal, b);
            }

            Check(at);
        }
    }

    private void Take(PseudoTerminal terminal, byte b)
    {
        if (_sequence.Count == 0 && b != 0x1b)
        {
            Text(b);
            return;
        }

        _sequence.Add(b);
        if (_sequence.Count == 2)
        {
            // OSC, DCS, APC, PM and SOS are strings that end with BEL or ST; what is no CSI either ends here.
            _isString = b is (byte)']' or (byte)'P' or (byte)'_' or (byte)'^' or (byte)'X';
            if (!_isString && b is not (byte)'[' and not (byte)'(' and not (byte)')')
            {
                _sequence.Clear();
            }
        }
        else if (_sequence.Count == 3 && _sequence[1] is (byte)'(' or (byte)')')
        {
            _sequence.Clear();
        }
        else if (_sequence.Count > 2 && (_isString ? b == 0x07 || (b == '\\' && _sequence[^2] == 0x1b) : b is >= 0x40 and <= 0x7e))
        {
            var sequence = Encoding.UTF8.GetString([.. _sequence]);
            _sequence.Clear();
            if (Answer(sequence) is { } answer)
            {
                terminal.Type(answer);
            }
        }
    }

    private void Text(byte b)
    {
        if (b is <= 0x20 or 0x7f)
        {
            return;
        }

        if (b is < 0x80 or >= 0xc0)
        {
            _character.Clear();
        }

        _character.Add(b);
        if (Rune.DecodeFromUtf8([.. _character], out var rune, out _) == System.Buffers.OperationStatus.Done)
        {
            _text.Append(rune.ToString());
            _character.Clear();
        }
    }

    /// <summary>What a terminal says when it is asked; null when it was not.</summary>
    private static string? Answer(string sequence) => sequence switch
    {
        "\e[c" or "\e[0c" => "\e[?62;22c",
        "\e[>c" or "\e[>0c" => "\e[>1;10;0c",
        "\e[>q" or "\e[>0q" => "\eP>|bench 1\e\\",
        "\e[5n" => "\e[0n",
        "\e[6n" => "\e[1;1R",
        "\e[?u" => "\e[?0u",
        "\e[14t" => $"\e[4;{Rows * 16};{Columns * 8}t",
        "\e[16t" => "\e[6;16;8t",
        "\e[18t" => $"\e[8;{Rows};{Columns}t",
        _ when sequence.StartsWith("\e[?", StringComparison.Ordinal) && sequence.EndsWith("$p", StringComparison.Ordinal) => $"\e[?{sequence[3..^2]};2$y",
        _ when sequence.StartsWith("\e]10;?", StringComparison.Ordinal) => "\e]10;rgb:dddd/dddd/dddd\e\\",
        _ when sequence.StartsWith("\e]11;?", StringComparison.Ordinal) => "\e]11;rgb:0000/0000/0000\e\\",
        _ when sequence.StartsWith("\eP+q", StringComparison.Ordinal) => "\eP0+r\e\\",
        _ => null,
    };
}
