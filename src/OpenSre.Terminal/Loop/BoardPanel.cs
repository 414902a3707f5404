namespace OpenSre.Terminal;

/// <summary>A board on the screen. What it shows is looked up beside the loop and handed over by <see cref="Show"/>.</summary>
internal sealed class BoardPanel(Board board) : IPanel
{
    private const int MostFoot = 6;
    private readonly TaskCompletionSource<BoardChoice?> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile TaskCompletionSource _again = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile BoardRequest _request = new(0, board.Orders[0], board.Filter);
    private BoardFrame? _frame;
    private int _chosen;
    private int _first;
    private string? _typed;

    public bool IsClosed => _ended.Task.IsCompleted;

    /// <summary>Completes when it is closed: the choice, or null.</summary>
    public Task<BoardChoice?> Ended => _ended.Task;

    public void Close() => _ended.TrySetResult(null);

    /// <summary>Waits until it is time for another look, and says for what. May be called from any thread.</summary>
    public async Task<BoardRequest> NextAsync(TimeSpan beat, TimeProvider time, CancellationToken cancellation)
    {
        await Task.WhenAny(_ended.Task, _again.Task, Task.Delay(beat, time, cancellation)).ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();

        // In this order: what is asked from now on wakes the next wait.
        _again = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return _request;
    }

    public void Show(BoardFrame frame)
    {
        var id = _frame is { Items.Count: > 0 } before ? before.Items[_chosen].Id : null;
        _frame = frame;
        var same = Enumerable.Range(0, frame.Items.Count).FirstOrDefault(i => frame.Items[i].Id == id, -1);
        _chosen = same >= 0 ? same : Math.Clamp(_chosen, 0, Math.Max(0, frame.Items.Count - 1));
    }

    public void Handle(Key key)
    {
        if (_typed is not null)
        {
            Filter(key);
            return;
        }

        var letter = key is { Code: KeyCode.Text, Modifiers: KeyModifiers.None, Text: [var c] } ? c : key is { Code: KeyCode.Enter } ? '\r' : '\0';
        switch (key.Code, letter)
        {
            case (KeyCode.Escape, _) or (_, 'q'):
                Close();
                break;
            case (KeyCode.Down, _) or (_, 'j'):
                Move(_chosen + 1);
                break;
            case (KeyCode.Up, _) or (_, 'k'):
                Move(_chosen - 1);
                break;
            case (KeyCode.Home, _):
                Move(0);
                break;
            case (KeyCode.End, _):
                Move(int.MaxValue);
                break;
            case (_, 's'):
                Ask(_request with { Order = board.Orders[(board.Orders.ToList().IndexOf(_request.Order) + 1) % board.Orders.Count] });
                break;
            case (_, '/'):
                _typed = _request.Filter;
                break;
            default:
                if (key.IsControl('c') || key.IsControl('d'))
                {
                    Close();
                }
                else if (letter != '\0' && _frame is { Items.Count: > 0 } frame && board.Keys.Any(k => k.Key == letter))
                {
                    _ended.TrySetResult(new BoardChoice(letter, frame.Items[_chosen].Id));
                }

                break;
        }
    }

    public List<Row> Rows(int columns, int height)
    {
        // Two columns are for the mark of what is chosen.
        if (_request.Columns != columns - 2)
        {
            Ask(_request with { Columns = columns - 2 });
        }

        var title = Row.Of("▸ ", Ink.Accent).Add(board.Title, Ink.Bold);
        title.Add(board.Orders.Count > 1 ? $" · by {_request.Order}" : "", Ink.Dim);
        title.Add(_typed is null && _request.Filter.Length > 0 ? $" · only {_request.Filter}" : "", Ink.Dim);
        if (_frame is not { } frame)
        {
            return [title.Cut(columns), Row.Of("  looking …", Ink.Dim), Keys(columns)];
        }

        var head = frame.Head.Select(l => Line("  ", l, columns)).ToList();
        var foot = frame.Foot.Take(MostFoot).SelectMany(l => Line("  ", l).Wrap(columns, 2)).ToList();
        var items = frame.Items.Select((item, i) => item.Lines.Select((l, n) => n > 0 ? Line("  ", l, columns) : Row.Of(i == _chosen ? "› " : "  ", Ink.Accent | Ink.Bold).Add(RowWriter.InkOf(l)).Cut(columns)).ToList()).ToList();
        var room = Math.Max(1, height - 2 - head.Count - foot.Count);
        _first = Math.Clamp(_first, 0, Math.Max(0, items.Count - 1));
        _first = Math.Min(_first, _chosen);
        while (_first < _chosen && items.Skip(_first).Take(_chosen - _first + 1).Sum(i => i.Count) > room)
        {
            _first++;
        }

        List<Row> shown = [];
        var last = _first;
        for (; last < items.Count && (shown.Count == 0 || shown.Count + items[last].Count <= room); last++)
        {
            shown.AddRange(items[last].Take(room));
        }

        title.Add(shown.Count > 0 && (_first > 0 || last < items.Count) ? $" · {_first + 1}–{last} of {items.Count}" : "", Ink.Dim);
        return [title.Cut(columns), .. head, .. shown, .. foot, Keys(columns)];
    }

    private static Row Line(string indent, string line) => Row.Of(indent).Add(RowWriter.InkOf(line));

    private static Row Line(string indent, string line, int columns) => Line(indent, line).Cut(columns);

    /// <summary>What the keys do; where there is no room for all, those that do something come first.</summary>
    private Row Keys(int columns)
    {
        if (_typed is not null)
        {
            return Row.Of("  /", Ink.Accent).Add(_typed).Cut(columns);
        }

        List<string> words = [.. board.Keys.Select(k => $"{(k.Key == '\r' ? "Enter" : k.Key)} {k.Does}"), "q closes", "↑↓ choose", .. board.Orders.Count > 1 ? (string[])["s sorts"] : [], "/ filters"];
        var row = Row.Of("  ");
        foreach (var (i, word) in words.Index())
        {
            if (row.Width + word.Length + 3 > columns)
            {
                break;
            }

            row.Add(i > 0 ? " · " : "", Ink.Dim).Add(word, Ink.Dim);
        }

        return row;
    }

    private void Move(int to) => _chosen = Math.Clamp(to, 0, Math.Max(0, (_frame?.Items.Count ?? 0) - 1));

    private void Ask(BoardRequest request)
    {
        _request = request;
        _again.TrySetResult();
    }

    private void Filter(Key key)
    {
        switch (key)
        {
            case { Code: KeyCode.Text, Modifiers: KeyModifiers.None }:
                _typed += key.Text;
                break;
            case { Code: KeyCode.Backspace }:
                _typed = _typed!.Length > 0 ? _typed[..^1] : "";
                break;
            case { Code: KeyCode.Enter }:
                Ask(_request with { Filter = _typed!.Trim() });
                _typed = null;
                break;
            default:
                _typed = null;
                break;
        }
    }
}
