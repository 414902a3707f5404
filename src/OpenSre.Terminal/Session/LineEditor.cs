using System.Globalization;

namespace OpenSre.Terminal;

/// <summary>A text being typed, and where in it the cursor stands. Moves by what a person takes for a character.</summary>
internal sealed class LineEditor
{
    private readonly List<string> _history = [];
    private int _historyIndex;
    private string _draft = "";

    public string Text { get; private set; } = "";

    /// <summary>UTF-16 index into <see cref="Text"/>.</summary>
    public int Cursor { get; private set; }

    /// <summary>Begins a new text; <paramref name="said"/> is remembered for the Up key.</summary>
    public void Begin(string said = "")
    {
        if (said.Trim().Length > 0 && (_history.Count == 0 || _history[^1] != said))
        {
            _history.Add(said);
        }

        _historyIndex = _history.Count;
        _draft = "";
        Set("");
    }

    /// <summary>Applies a key; false when it means nothing to an editor.</summary>
    public bool Apply(Key key)
    {
        switch (key.Kind)
        {
            case KeyKind.Text or KeyKind.Paste:
                Insert(key.Text);
                return true;
            case KeyKind.NewLine:
                Insert("\n");
                return true;
            case KeyKind.Backspace:
                Remove(Before(Cursor), Cursor);
                return true;
            case KeyKind.Delete:
                Remove(Cursor, After(Cursor));
                return true;
            case KeyKind.Left:
                Cursor = Before(Cursor);
                return true;
            case KeyKind.Right:
                Cursor = After(Cursor);
                return true;
            case KeyKind.Home:
                Cursor = Cursor == 0 ? 0 : Text.LastIndexOf('\n', Cursor - 1) + 1;
                return true;
            case KeyKind.End:
                var end = Text.IndexOf('\n', Cursor);
                Cursor = end < 0 ? Text.Length : end;
                return true;
            case KeyKind.KillBefore:
                Remove(0, Cursor);
                return true;
            case KeyKind.KillAfter:
                Remove(Cursor, Text.Length);
                return true;
            case KeyKind.KillWord:
                Remove(WordStart(), Cursor);
                return true;
            case KeyKind.Up:
                Recall(-1);
                return true;
            case KeyKind.Down:
                Recall(+1);
                return true;
            default:
                return false;
        }
    }

    private void Set(string text)
    {
        Text = text;
        Cursor = text.Length;
    }

    private void Insert(string text)
    {
        Text = Text.Insert(Cursor, text);
        Cursor += text.Length;
    }

    private void Remove(int from, int to)
    {
        Text = Text.Remove(from, to - from);
        Cursor = from;
    }

    private int After(int index) => index >= Text.Length ? Text.Length : index + StringInfo.GetNextTextElementLength(Text, index);

    private int Before(int index)
    {
        var at = 0;
        while (at < index)
        {
            var next = at + StringInfo.GetNextTextElementLength(Text, at);
            if (next >= index)
            {
                return at;
            }

            at = next;
        }

        return 0;
    }

    private int WordStart()
    {
        var at = Cursor;
        while (at > 0 && char.IsWhiteSpace(Text[at - 1]))
        {
            at--;
        }

        while (at > 0 && !char.IsWhiteSpace(Text[at - 1]))
        {
            at--;
        }

        return at;
    }

    private void Recall(int step)
    {
        var index = _historyIndex + step;
        if (index < 0 || index > _history.Count)
        {
            return;
        }

        if (_historyIndex == _history.Count)
        {
            _draft = Text;
        }

        _historyIndex = index;
        Set(index == _history.Count ? _draft : _history[index]);
    }
}
