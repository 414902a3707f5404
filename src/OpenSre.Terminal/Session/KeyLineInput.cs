namespace OpenSre.Terminal;

/// <summary>Input from a terminal, key by key: editing, history, pastes of many lines.</summary>
internal sealed class KeyLineInput(Tty tty, TextWriter output, Look look) : ILineInput
{
    private const string BracketedPasteOn = "\e[?2004h";
    private const string BracketedPasteOff = "\e[?2004l";

    /// <summary>What is written when the session ends in the middle of a prompt.</summary>
    public const string Leave = BracketedPasteOff + "\n";
    private readonly KeyDecoder _keys = new(Tty.Read);
    private readonly LineEditor _editor = new();
    private readonly PromptView _view = new(output, look, "› ");

    public LineRead Read()
    {
        tty.Raw();
        output.Write(BracketedPasteOn);
        _view.Begin();
        Draw();
        while (true)
        {
            var key = _keys.Next();
            switch (key.Kind)
            {
                case KeyKind.Enter when IsUnfinished():
                    _editor.Apply(new Key(KeyKind.NewLine));
                    break;
                case KeyKind.Enter:
                    return Finish(LineEnd.Text);
                case KeyKind.Interrupt:
                    return Finish(LineEnd.Interrupt);
                case KeyKind.EndOfInput:
                case KeyKind.EndOfText when _editor.Text.Length == 0:
                    return Finish(LineEnd.EndOfInput);
                case KeyKind.EndOfText:
                    _editor.Apply(new Key(KeyKind.Delete));
                    break;
                case KeyKind.Redraw:
                    output.Write("\e[H\e[J");
                    _view.Begin();
                    break;
                default:
                    _editor.Apply(key);
                    break;
            }

            Draw();
        }
    }

    public void Pause() => tty.Quiet();

    /// <summary>A JSON document goes on over line ends until it is closed; an empty line ends it all the same.</summary>
    private bool IsUnfinished() => JsonOpening.IsOpen(_editor.Text) && !_editor.Text.EndsWith('\n');

    private LineRead Finish(LineEnd end)
    {
        var text = _editor.Text;
        _view.Finish(text, Columns());
        output.Write(BracketedPasteOff);
        output.Flush();
        tty.Restore();
        _editor.Begin(text);
        return new LineRead(end, text);
    }

    private void Draw() => _view.Draw(_editor.Text, _editor.Cursor, Columns());

    private static int Columns() => Tty.Columns() is > 0 and var columns ? columns : 80;
}
