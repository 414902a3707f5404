namespace OpenSre.Terminal;

/// <summary>Something long to leaf through.</summary>
internal sealed record PagerText(string Title, IReadOnlyList<Row> Rows);

/// <summary>
/// Shows long texts a part at a time in the live region, so that no other screen is needed and nothing of it stays when it
/// is closed.
/// </summary>
internal sealed class Pager(IReadOnlyList<PagerText> texts, int at) : IPanel
{
    private List<Row> _rows = [];
    private (int Text, int Columns) _laidOut = (-1, 0);
    private int _at = at;
    private int _top;
    private int _height = 1;
    private string _words = "";
    private bool _isSearching;

    public bool IsClosed { get; private set; }

    public void Close() => IsClosed = true;

    public void Handle(Key key)
    {
        if (_isSearching)
        {
            Search(key);
            return;
        }

        switch (key)
        {
            case { Code: KeyCode.Escape } or { Code: KeyCode.Text, Text: "q", Modifiers: KeyModifiers.None }:
                IsClosed = true;
                break;
            case { Code: KeyCode.Down or KeyCode.Enter } or { Code: KeyCode.Text, Text: "j", Modifiers: KeyModifiers.None }:
                _top++;
                break;
            case { Code: KeyCode.Up } or { Code: KeyCode.Text, Text: "k", Modifiers: KeyModifiers.None }:
                _top--;
                break;
            case { Code: KeyCode.PageDown } or { Code: KeyCode.Text, Text: " " or "f", Modifiers: KeyModifiers.None }:
                _top += _height;
                break;
            case { Code: KeyCode.PageUp } or { Code: KeyCode.Text, Text: "b", Modifiers: KeyModifiers.None }:
                _top -= _height;
                break;
            case { Code: KeyCode.Home } or { Code: KeyCode.Text, Text: "g", Modifiers: KeyModifiers.None }:
                _top = 0;
                break;
            case { Code: KeyCode.End } or { Code: KeyCode.Text, Text: "G" }:
                _top = int.MaxValue;
                break;
            case { Code: KeyCode.Left or KeyCode.Right }:
                Turn(key.Code == KeyCode.Left ? -1 : +1);
                break;
            case { Code: KeyCode.Text, Text: "/", Modifiers: KeyModifiers.None }:
                (_isSearching, _words) = (true, "");
                break;
            case { Code: KeyCode.Text, Text: "n", Modifiers: KeyModifiers.None }:
                Find(_top + 1);
                break;
            default:
                IsClosed |= key.IsControl('o') || key.IsControl('c') || key.IsControl('d');
                break;
        }
    }

    public List<Row> Rows(int columns, int height)
    {
        // What was said before stays in sight.
        height = Math.Max(3, height * 2 / 3);
        if (_laidOut != (_at, columns))
        {
            _rows = [.. texts[_at].Rows.SelectMany(r => r.Wrap(columns))];
            _laidOut = (_at, columns);
        }

        _height = Math.Max(1, height - 2);
        _top = Math.Clamp(_top, 0, Math.Max(0, _rows.Count - _height));
        var shown = _rows.Skip(_top).Take(_height).ToList();
        var place = $"{(_rows.Count == 0 ? 0 : _top + 1)}–{_top + shown.Count} of {_rows.Count}";
        var others = texts.Count > 1 ? $" · {_at + 1} of {texts.Count}, ←→" : "";
        return
        [
            Row.Of("▸ ", Ink.Accent).Add(texts[_at].Title, Ink.Bold).Cut(columns),
            .. shown,
            (_isSearching ? Row.Of("  /", Ink.Accent).Add(_words) : Row.Of($"  {place}{others} · ↑↓ PgUp PgDn · / finds · q closes", Ink.Dim)).Cut(columns),
        ];
    }

    private void Turn(int step)
    {
        var to = Math.Clamp(_at + step, 0, texts.Count - 1);
        (_top, _at) = (to == _at ? _top : 0, to);
    }

    private void Search(Key key)
    {
        switch (key)
        {
            case { Code: KeyCode.Text, Modifiers: KeyModifiers.None }:
                _words += key.Text;
                break;
            case { Code: KeyCode.Backspace }:
                _words = _words.Length > 0 ? _words[..^1] : "";
                break;
            case { Code: KeyCode.Enter }:
                _isSearching = false;
                Find(_top);
                break;
            default:
                _isSearching = false;
                break;
        }
    }

    private void Find(int from)
    {
        for (var i = Math.Max(0, from); _words.Length > 0 && i < _rows.Count; i++)
        {
            if (_rows[i].PlainText().Contains(_words, StringComparison.OrdinalIgnoreCase))
            {
                _top = i;
                return;
            }
        }
    }
}
