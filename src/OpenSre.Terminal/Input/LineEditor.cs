namespace OpenSre.Terminal;

/// <summary>
/// A text being typed: Emacs keys, words, a kill ring, undo, several lines. Long pastes are held as one character that
/// stands for them; <see cref="Whole"/> has them in full.
/// </summary>
internal sealed class LineEditor
{
    private const int MostUndo = 500;
    private readonly List<EditorText> _undo = [];
    private readonly List<string> _kills = [];
    private EditorText _now = EditorText.Empty;
    private Last _last;
    private int _yankFrom;
    private int _yankIndex;

    private enum Last
    {
        Move,
        Type,
        Kill,
        Yank,
    }

    /// <summary>What is shown and edited.</summary>
    public string Text => _now.Text;

    public int Cursor => _now.Cursor;

    public Pastes Pastes { get; } = new();

    /// <summary>What was really said, pastes in full.</summary>
    public string Whole => Pastes.Expand(Text);

    public bool IsEmpty => Text.Length == 0;

    public void Set(string text)
    {
        Remember(Last.Move);
        _now = new EditorText(text, text.Length);
    }

    /// <summary>An empty text; what was typed before cannot be undone into it.</summary>
    public void Clear()
    {
        _now = EditorText.Empty;
        _undo.Clear();
        _last = Last.Move;
        Pastes.Clear();
    }

    /// <summary>Replaces a part, as a completion does.</summary>
    public void Replace(int from, int to, string text)
    {
        Remember(Last.Move);
        _now = _now.Remove(from, to).Insert(text);
    }

    /// <summary>Applies a key; false when it means nothing to an editor, or when there is nothing there to do.</summary>
    public bool Apply(Key key) => key switch
    {
        { Code: KeyCode.Paste } => Type(Pastes.Hold(key.Text), Last.Move),
        { Code: KeyCode.Text, Modifiers: KeyModifiers.None } => Type(Pastes.Plain(key.Text), Last.Type),
        { Code: KeyCode.Text, Modifiers: KeyModifiers.Control } => Control(key.Text[0]),
        { Code: KeyCode.Text, Modifiers: KeyModifiers.Alt } => Alt(key.Text[0]),
        { Code: KeyCode.Backspace, Modifiers: KeyModifiers.None or KeyModifiers.Shift } => Delete(_now.Before(Cursor), Cursor),
        { Code: KeyCode.Backspace } => Kill(_now.WordBefore(IsWord), Cursor, before: true),
        { Code: KeyCode.Delete, Modifiers: KeyModifiers.None } => Delete(Cursor, _now.After(Cursor)),
        { Code: KeyCode.Delete } => Kill(Cursor, _now.WordAfter(IsWord), before: false),
        { Code: KeyCode.Left, Modifiers: KeyModifiers.None or KeyModifiers.Shift } => Move(_now.Before(Cursor)),
        { Code: KeyCode.Left } => Move(_now.WordBefore(IsWord)),
        { Code: KeyCode.Right, Modifiers: KeyModifiers.None or KeyModifiers.Shift } => Move(_now.After(Cursor)),
        { Code: KeyCode.Right } => Move(_now.WordAfter(IsWord)),
        { Code: KeyCode.Home, Modifiers: KeyModifiers.None } => Move(_now.LineStart(Cursor)),
        { Code: KeyCode.Home } => Move(0),
        { Code: KeyCode.End, Modifiers: KeyModifiers.None } => Move(_now.LineEnd(Cursor)),
        { Code: KeyCode.End } => Move(Text.Length),
        { Code: KeyCode.Up } => Vertical(-1),
        { Code: KeyCode.Down } => Vertical(+1),
        _ => false,
    };

    public void NewLine() => Type("\n", Last.Move);

    private static bool IsWord(char c) => char.IsLetterOrDigit(c) || c == '_' || c > 0x2ff;

    private bool Control(char letter) => letter switch
    {
        'a' => Move(_now.LineStart(Cursor)),
        'b' => Move(_now.Before(Cursor)),
        'd' => Delete(Cursor, _now.After(Cursor)),
        'e' => Move(_now.LineEnd(Cursor)),
        'f' => Move(_now.After(Cursor)),
        'h' => Delete(_now.Before(Cursor), Cursor),
        'j' => Type("\n", Last.Move),
        'k' => Kill(Cursor, Cursor < Text.Length && Text[Cursor] == '\n' ? Cursor + 1 : _now.LineEnd(Cursor), before: false),
        'n' => Vertical(+1),
        'p' => Vertical(-1),
        't' => Transpose(),
        'u' => Kill(_now.LineStart(Cursor), Cursor, before: true),
        'w' => Kill(_now.WordBefore(c => !char.IsWhiteSpace(c)), Cursor, before: true),
        'y' => Yank(),
        '_' => Undo(),
        _ => false,
    };

    private bool Alt(char letter) => letter switch
    {
        'b' => Move(_now.WordBefore(IsWord)),
        'f' => Move(_now.WordAfter(IsWord)),
        'd' => Kill(Cursor, _now.WordAfter(IsWord), before: false),
        'y' => YankEarlier(),
        '/' => Undo(),
        '<' => Move(0),
        '>' => Move(Text.Length),
        _ => false,
    };

    private bool Type(string text, Last kind)
    {
        if (text.Length == 0)
        {
            return true;
        }

        // A word is one step of undo: a step ends where a space was typed.
        var joins = kind == Last.Type && _last == Last.Type && Cursor > 0 && !(text[0] != ' ' && Text[Cursor - 1] == ' ');
        if (!joins)
        {
            Remember(kind);
        }

        _last = kind;
        _now = _now.Insert(text);
        return true;
    }

    private bool Delete(int from, int to)
    {
        if (from == to)
        {
            return false;
        }

        Remember(Last.Move);
        _now = _now.Remove(from, to);
        return true;
    }

    private bool Kill(int from, int to, bool before)
    {
        if (from == to)
        {
            return false;
        }

        var killed = Text[from..to];
        var joins = _last == Last.Kill && _kills.Count > 0;
        Remember(Last.Kill);
        if (joins)
        {
            _kills[^1] = before ? killed + _kills[^1] : _kills[^1] + killed;
        }
        else
        {
            _kills.Add(killed);
        }

        _now = _now.Remove(from, to);
        return true;
    }

    private bool Yank()
    {
        if (_kills.Count == 0)
        {
            return false;
        }

        Remember(Last.Yank);
        (_yankFrom, _yankIndex) = (Cursor, _kills.Count - 1);
        _now = _now.Insert(_kills[_yankIndex]);
        return true;
    }

    /// <summary>Puts an earlier kill in place of the one just yanked.</summary>
    private bool YankEarlier()
    {
        if (_last != Last.Yank)
        {
            return false;
        }

        _yankIndex = (_yankIndex + _kills.Count - 1) % _kills.Count;
        _now = _now.Remove(_yankFrom, Cursor).Insert(_kills[_yankIndex]);
        return true;
    }

    private bool Transpose()
    {
        var at = Cursor == Text.Length ? _now.Before(Cursor) : Cursor;
        var before = _now.Before(at);
        if (before == at || at == Text.Length)
        {
            return false;
        }

        Remember(Last.Move);
        var after = _now.After(at);
        _now = new EditorText(string.Concat(Text.AsSpan(0, before), Text.AsSpan(at, after - at), Text.AsSpan(before, at - before), Text.AsSpan(after)), after);
        return true;
    }

    private bool Undo()
    {
        if (_undo.Count == 0)
        {
            return false;
        }

        _now = _undo[^1];
        _undo.RemoveAt(_undo.Count - 1);
        _last = Last.Move;
        return true;
    }

    private bool Move(int to)
    {
        _last = Last.Move;
        var moved = to != Cursor;
        _now = _now.At(to);
        return moved;
    }

    private bool Vertical(int step)
    {
        var start = _now.LineStart(Cursor);
        var column = Cursor - start;
        if (step < 0 ? start == 0 : _now.LineEnd(Cursor) == Text.Length)
        {
            return false;
        }

        var line = step < 0 ? _now.LineStart(start - 1) : _now.LineEnd(Cursor) + 1;
        var target = line;
        for (var end = Math.Min(line + column, _now.LineEnd(line)); target < end && _now.After(target) <= end;)
        {
            target = _now.After(target);
        }

        return Move(target);
    }

    private void Remember(Last kind)
    {
        _undo.Add(_now);
        if (_undo.Count > MostUndo)
        {
            _undo.RemoveAt(0);
        }

        _last = kind;
    }
}
