using System.Text;

namespace OpenSre.Sources;

/// <summary>
/// Collects text up to a limit and keeps both of its ends: what a command says first and what it says last matter
/// more than its middle. The cut falls on line ends where there are some near, so that no half line can be misread.
/// </summary>
internal sealed class CappedText
{
    /// <summary>How far a cut may move to reach a line end.</summary>
    private const int Reach = 4096;

    private readonly StringBuilder _head = new();
    private readonly int _headLimit;
    private readonly int _tailLimit;
    private char[] _tail = [];
    private int _tailStart;
    private int _tailCount;
    private long _total;

    /// <param name="limit">UTF-16 characters to keep, not counting the line that says what was cut.</param>
    public CappedText(int limit)
    {
        limit = Math.Max(0, limit);
        _headLimit = limit / 2;
        _tailLimit = limit - _headLimit;
    }

    public void Append(ReadOnlySpan<char> text)
    {
        _total += text.Length;
        var toHead = Math.Min(_headLimit - _head.Length, text.Length);
        _head.Append(text[..toHead]);
        AppendTail(text[toHead..]);
    }

    /// <summary>The text kept, with a line in place of what was cut.</summary>
    public string ToText(out long cutCharacters)
    {
        var tail = string.Create(_tailCount, this, static (span, self) => self.CopyTail(span));
        if (_head.Length + _tailCount == _total)
        {
            cutCharacters = 0;
            return _head + tail;
        }

        var head = WholeLinesAtEnd(_head.ToString());
        tail = WholeLinesAtStart(tail);
        cutCharacters = _total - head.Length - tail.Length;
        var before = head.Length == 0 || head[^1] == '\n' ? "" : "\n";
        return $"{head}{before}{CutLine(cutCharacters)}\n{tail}";
    }

    /// <summary>The text in full, or its two ends with a line between them that says how much is missing.</summary>
    public static string Cap(string text, int limit, out long cutCharacters)
    {
        if (text.Length <= limit)
        {
            cutCharacters = 0;
            return text;
        }

        var capped = new CappedText(limit);
        capped.Append(text);
        return capped.ToText(out cutCharacters);
    }

    public static string CutLine(long characters) => $"[… {characters} characters cut …]";

    private void AppendTail(ReadOnlySpan<char> text)
    {
        if (text.Length == 0 || _tailLimit == 0)
        {
            return;
        }

        if (text.Length > _tailLimit)
        {
            text = text[^_tailLimit..];
        }

        Grow(Math.Min(_tailLimit, _tailCount + text.Length));
        foreach (var c in text)
        {
            if (_tailCount < _tail.Length)
            {
                _tail[(_tailStart + _tailCount) % _tail.Length] = c;
                _tailCount++;
            }
            else
            {
                _tail[_tailStart] = c;
                _tailStart = (_tailStart + 1) % _tail.Length;
            }
        }
    }

    private void Grow(int needed)
    {
        if (needed <= _tail.Length)
        {
            return;
        }

        var larger = new char[Math.Min(_tailLimit, Math.Max(needed, _tail.Length * 2))];
        CopyTail(larger);
        _tail = larger;
        _tailStart = 0;
    }

    private void CopyTail(Span<char> target)
    {
        var first = Math.Min(_tailCount, _tail.Length - _tailStart);
        _tail.AsSpan(_tailStart, first).CopyTo(target);
        _tail.AsSpan(0, _tailCount - first).CopyTo(target[first..]);
    }

    private static string WholeLinesAtEnd(string head)
    {
        var end = head.LastIndexOf('\n');
        if (end >= 0 && head.Length - end <= Reach)
        {
            return head[..(end + 1)];
        }

        return head.Length > 0 && char.IsHighSurrogate(head[^1]) ? head[..^1] : head;
    }

    private static string WholeLinesAtStart(string tail)
    {
        var start = tail.IndexOf('\n');
        if (start >= 0 && start < Reach && start + 1 < tail.Length)
        {
            return tail[(start + 1)..];
        }

        return tail.Length > 0 && char.IsLowSurrogate(tail[0]) ? tail[1..] : tail;
    }
}
