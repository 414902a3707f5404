using System.Buffers;
using System.Text;

namespace OpenSre.Terminal;

/// <summary>
/// Turns the bytes of a terminal into keys, in whatever pieces they come. A sequence that is not complete waits for its
/// rest; <see cref="Flush"/> says that none will come.
/// </summary>
internal sealed class InputDecoder
{
    /// <summary>Longer than any key; what is longer is dropped.</summary>
    private const int LongestSequence = 64;

    private readonly List<byte> _pending = [];
    private readonly StringBuilder _text = new();
    private ArrayBufferWriter<byte>? _paste;

    private static ReadOnlySpan<byte> PasteEnd => "\e[201~"u8;

    /// <summary>An Escape, a part of a sequence or of a character is held back.</summary>
    public bool IsWaiting => _pending.Count > 0 && _paste is null;

    public void Decode(ReadOnlySpan<byte> bytes, Action<Key> keys)
    {
        while (bytes.Length > 0)
        {
            if (_paste is not null)
            {
                bytes = Pasting(bytes, keys);
                continue;
            }

            if (_pending.Count == 0)
            {
                var plain = PlainLength(bytes);
                if (plain > 0)
                {
                    _text.Append(Encoding.ASCII.GetString(bytes[..plain]));
                    bytes = bytes[plain..];
                    continue;
                }
            }

            _pending.Add(bytes[0]);
            bytes = bytes[1..];
            TryPending(keys);
        }

        EndText(keys);
    }

    /// <summary>Nothing more comes: a lone Escape is the Escape key, an unfinished character is U+FFFD.</summary>
    public void Flush(Action<Key> keys)
    {
        if (_pending.Count == 0 || _paste is not null)
        {
            return;
        }

        var first = _pending[0];
        var count = _pending.Count;
        _pending.Clear();
        if (first == 0x1b)
        {
            keys(count == 1 ? new Key(KeyCode.Escape) : new Key(KeyCode.Other));
        }
        else
        {
            keys(new Key(KeyCode.Text, "\ufffd"));
        }
    }

    private static int PlainLength(ReadOnlySpan<byte> bytes)
    {
        var length = 0;
        while (length < bytes.Length && bytes[length] is >= 0x20 and < 0x7f)
        {
            length++;
        }

        return length;
    }

    private void EndText(Action<Key> keys)
    {
        if (_text.Length > 0)
        {
            keys(new Key(KeyCode.Text, _text.ToString()));
            _text.Clear();
        }
    }

    private void TryPending(Action<Key> keys)
    {
        var first = _pending[0];
        if (first >= 0x80)
        {
            Character(keys);
            return;
        }

        if (first != 0x1b)
        {
            Emit(Control(first), keys);
            return;
        }

        if (_pending.Count == 1)
        {
            return;
        }

        switch (_pending[1])
        {
            case (byte)'[':
                Sequence(keys);
                break;
            case (byte)'O':
                if (_pending.Count == 3)
                {
                    Emit(Final((char)_pending[2], ""), keys);
                }

                break;
            case (byte)']' or (byte)'P' or (byte)'_':
                Reply(keys);
                break;
            case 0x1b:
                // Two Escapes: the first was a key of its own.
                _pending.RemoveAt(0);
                EndText(keys);
                keys(new Key(KeyCode.Escape));
                break;
            case >= 0x80:
                Emit(new Key(KeyCode.Other), keys);
                break;
            default:
                var key = Control(_pending[1]);
                Emit(key with { Modifiers = key.Modifiers | KeyModifiers.Alt }, keys);
                break;
        }
    }

    private void Emit(Key key, Action<Key> keys)
    {
        _pending.Clear();
        EndText(keys);
        keys(key);
    }

    private void Character(Action<Key> keys)
    {
        var length = _pending[0] switch { >= 0xf0 and < 0xf8 => 4, >= 0xe0 => 3, >= 0xc0 => 2, _ => 1 };
        var latest = _pending[^1];
        if (_pending.Count > 1 && (latest & 0xc0) != 0x80)
        {
            // The character was cut off by something that begins anew.
            _pending.Clear();
            _text.Append('\ufffd');
            Decode([latest], keys);
            return;
        }

        if (_pending.Count < length)
        {
            return;
        }

        _text.Append(Encoding.UTF8.GetString([.. _pending]));
        _pending.Clear();
    }

    private void Sequence(Action<Key> keys)
    {
        var last = _pending[^1];
        if (_pending.Count == 2 || last is >= 0x20 and < 0x40)
        {
            if (_pending.Count > LongestSequence)
            {
                Emit(new Key(KeyCode.Other), keys);
            }

            return;
        }

        var parameters = Encoding.ASCII.GetString([.. _pending[2..^1]]);
        if (last == '~' && parameters == "200")
        {
            _pending.Clear();
            EndText(keys);
            _paste = new ArrayBufferWriter<byte>(4096);
            return;
        }

        Emit(Final((char)last, parameters), keys);
    }

    /// <summary>A string the terminal answers with ends with BEL or ST; nobody asked, so it is dropped.</summary>
    private void Reply(Action<Key> keys)
    {
        if (_pending[^1] == 0x07 || (_pending.Count > 3 && _pending[^2] == 0x1b && _pending[^1] == '\\') || _pending.Count > 4096)
        {
            Emit(new Key(KeyCode.Other), keys);
        }
    }

    private ReadOnlySpan<byte> Pasting(ReadOnlySpan<byte> bytes, Action<Key> keys)
    {
        var paste = _paste!;
        var before = paste.WrittenCount;
        paste.Write(bytes);
        var all = paste.WrittenSpan;
        var from = Math.Max(0, before - PasteEnd.Length);
        var end = all[from..].IndexOf(PasteEnd);
        if (end < 0)
        {
            return [];
        }

        end += from;
        var text = Encoding.UTF8.GetString(all[..end]).Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
        var used = end + PasteEnd.Length - before;
        _paste = null;
        EndText(keys);
        keys(new Key(KeyCode.Paste, text));
        return bytes[used..];
    }

    private static Key Control(byte b) => b switch
    {
        0x0d => new Key(KeyCode.Enter),
        0x09 => new Key(KeyCode.Tab),
        0x7f or 0x08 => new Key(KeyCode.Backspace),
        0x0a => new Key(KeyCode.Text, "j", KeyModifiers.Control),
        0x00 => new Key(KeyCode.Text, " ", KeyModifiers.Control),
        0x1f => new Key(KeyCode.Text, "_", KeyModifiers.Control),
        < 0x1b => new Key(KeyCode.Text, ((char)(b + 'a' - 1)).ToString(), KeyModifiers.Control),
        < 0x20 => new Key(KeyCode.Other),
        _ => new Key(KeyCode.Text, ((char)b).ToString()),
    };

    private static Key Final(char final, string parameters)
    {
        var numbers = parameters.Split(';');
        var first = Number(numbers, 0);
        var modifiers = Modifiers(Number(numbers, 1));
        return final switch
        {
            'A' => new Key(KeyCode.Up, "", modifiers),
            'B' => new Key(KeyCode.Down, "", modifiers),
            'C' => new Key(KeyCode.Right, "", modifiers),
            'D' => new Key(KeyCode.Left, "", modifiers),
            'H' => new Key(KeyCode.Home, "", modifiers),
            'F' => new Key(KeyCode.End, "", modifiers),
            'M' when parameters.Length == 0 => new Key(KeyCode.Enter),
            'Z' => new Key(KeyCode.Tab, "", KeyModifiers.Shift),
            'u' => Unicode(first, modifiers),
            '~' when first == 27 && numbers.Length == 3 => Unicode(Number(numbers, 2), modifiers),
            '~' => first switch
            {
                1 or 7 => new Key(KeyCode.Home, "", modifiers),
                4 or 8 => new Key(KeyCode.End, "", modifiers),
                3 => new Key(KeyCode.Delete, "", modifiers),
                5 => new Key(KeyCode.PageUp, "", modifiers),
                6 => new Key(KeyCode.PageDown, "", modifiers),
                _ => new Key(KeyCode.Other),
            },
            _ => new Key(KeyCode.Other),
        };
    }

    /// <summary>A key told by its code point: CSI u, or xterm's other-keys form.</summary>
    private static Key Unicode(int code, KeyModifiers modifiers) => code switch
    {
        13 or 57414 => new Key(KeyCode.Enter, "", modifiers),
        9 => new Key(KeyCode.Tab, "", modifiers),
        27 => new Key(KeyCode.Escape, "", modifiers),
        127 or 8 => new Key(KeyCode.Backspace, "", modifiers),
        >= 32 and < 57344 or > 63743 and <= 0x10ffff when Rune.IsValid(code) =>
            new Key(KeyCode.Text, new Rune(code).ToString(), modifiers & ~KeyModifiers.Shift),
        _ => new Key(KeyCode.Other),
    };

    private static int Number(string[] numbers, int index)
    {
        if (index >= numbers.Length)
        {
            return 0;
        }

        // "97:65" gives alternatives; the first is the key.
        var text = numbers[index].Split(':')[0];
        return int.TryParse(text, out var number) ? number : 0;
    }

    private static KeyModifiers Modifiers(int parameter) => parameter > 1 ? (KeyModifiers)((parameter - 1) & 7) : KeyModifiers.None;
}
