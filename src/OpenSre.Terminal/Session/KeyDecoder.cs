using System.Text;

namespace OpenSre.Terminal;

internal enum KeyKind
{
    Text,
    Paste,
    Enter,
    NewLine,
    Backspace,
    Delete,
    Left,
    Right,
    Home,
    End,
    Up,
    Down,
    KillBefore,
    KillAfter,
    KillWord,
    Interrupt,
    EndOfText,
    Redraw,
    EndOfInput,
    Other,
}

internal readonly record struct Key(KeyKind Kind, string Text = "");

/// <summary>Turns the bytes of a terminal into keys.</summary>
/// <param name="read">The next byte within so many milliseconds (−1: for ever); −1 at the end, −2 when none came.</param>
internal sealed class KeyDecoder(Func<int, int> read)
{
    /// <summary>How long the rest of a sequence may take; a lone Escape is one after this.</summary>
    private const int SequenceTime = 30;

    private readonly byte[] _rune = new byte[4];

    public Key Next()
    {
        var b = read(-1);
        return b switch
        {
            < 0 => new Key(KeyKind.EndOfInput),
            '\r' => new Key(KeyKind.Enter),
            '\n' => new Key(KeyKind.NewLine),
            0x1b => Escape(),
            0x7f or 0x08 => new Key(KeyKind.Backspace),
            0x01 => new Key(KeyKind.Home),
            0x02 => new Key(KeyKind.Left),
            0x03 => new Key(KeyKind.Interrupt),
            0x04 => new Key(KeyKind.EndOfText),
            0x05 => new Key(KeyKind.End),
            0x06 => new Key(KeyKind.Right),
            0x0b => new Key(KeyKind.KillAfter),
            0x0c => new Key(KeyKind.Redraw),
            0x0e => new Key(KeyKind.Down),
            0x10 => new Key(KeyKind.Up),
            0x15 => new Key(KeyKind.KillBefore),
            0x17 => new Key(KeyKind.KillWord),
            < ' ' => new Key(KeyKind.Other),
            < 0x80 => new Key(KeyKind.Text, ((char)b).ToString()),
            _ => new Key(KeyKind.Text, Character((byte)b)),
        };
    }

    private Key Escape()
    {
        var b = read(SequenceTime);
        switch (b)
        {
            case '\r' or '\n':
                return new Key(KeyKind.NewLine);
            case 'O':
                return Final(read(SequenceTime), "");
            case '[':
                break;
            default:
                return new Key(KeyKind.Other);
        }

        var parameters = new StringBuilder();
        while ((b = read(SequenceTime)) is >= 0x20 and < 0x40)
        {
            parameters.Append((char)b);
        }

        return Final(b, parameters.ToString());
    }

    private Key Final(int b, string parameters) => (b, parameters) switch
    {
        ('A', _) => new Key(KeyKind.Up),
        ('B', _) => new Key(KeyKind.Down),
        ('C', _) => new Key(KeyKind.Right),
        ('D', _) => new Key(KeyKind.Left),
        ('H', _) or ('~', "1" or "7") => new Key(KeyKind.Home),
        ('F', _) or ('~', "4" or "8") => new Key(KeyKind.End),
        ('~', "3") => new Key(KeyKind.Delete),
        ('~', "200") => new Key(KeyKind.Paste, Pasted()),
        _ => new Key(KeyKind.Other),
    };

    /// <summary>Everything up to the end mark of a bracketed paste.</summary>
    private string Pasted()
    {
        var bytes = new List<byte>();
        ReadOnlySpan<byte> end = "\u001b[201~"u8;
        while (true)
        {
            var b = read(-1);
            if (b < 0)
            {
                break;
            }

            bytes.Add((byte)b);
            if (b == '~' && System.Runtime.InteropServices.CollectionsMarshal.AsSpan(bytes).EndsWith(end))
            {
                bytes.RemoveRange(bytes.Count - end.Length, end.Length);
                break;
            }
        }

        return Encoding.UTF8.GetString(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(bytes)).Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
    }

    private string Character(byte first)
    {
        var length = first switch { >= 0xf0 => 4, >= 0xe0 => 3, >= 0xc0 => 2, _ => 1 };
        _rune[0] = first;
        for (var i = 1; i < length; i++)
        {
            var b = read(SequenceTime);
            if (b < 0)
            {
                return "\ufffd";
            }

            _rune[i] = (byte)b;
        }

        return Encoding.UTF8.GetString(_rune, 0, length);
    }
}
