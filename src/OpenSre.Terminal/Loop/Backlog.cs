using OpenSre.Core;

namespace OpenSre.Terminal;

/// <summary>What came and is not shown yet, in order. A long text is given out in parts.</summary>
internal sealed class Backlog
{
    private readonly Queue<object> _waiting = new();

    /// <summary>Characters of the first one that were given out already.</summary>
    private int _given;

    public bool IsEmpty => _waiting.Count == 0;

    public void Add(object output) => _waiting.Enqueue(output);

    /// <summary>The next one, or of a long text the next part of at most so many characters; null when there is none.</summary>
    public object? Next(int characters)
    {
        if (_waiting.Count == 0)
        {
            return null;
        }

        if (_waiting.Peek() is not MessageDelta { Text: var text } delta || (_given == 0 && text.Length <= characters))
        {
            return _waiting.Dequeue();
        }

        var part = text.Substring(_given, Math.Min(characters, text.Length - _given));
        if (_given + part.Length < text.Length && char.IsHighSurrogate(part[^1]))
        {
            // Half a character is none.
            part = text.Substring(_given, part.Length == 1 ? 2 : part.Length - 1);
        }

        _given += part.Length;
        if (_given == text.Length)
        {
            _waiting.Dequeue();
            _given = 0;
        }

        return delta with { Text = part };
    }

    /// <summary>How much of a frame one takes.</summary>
    public static int SizeOf(object output) => output switch
    {
        MessageDelta e => 1 + e.Text.Length,
        Row row => 1 + row.Width,
        string text => 1 + text.Length,
        _ => 100,
    };
}
