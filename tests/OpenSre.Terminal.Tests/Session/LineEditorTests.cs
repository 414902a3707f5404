using OpenSre.Terminal;

namespace OpenSre.Tests.Terminal;

public sealed class LineEditorTests
{
    private readonly LineEditor _editor = new();

    [Fact]
    public void Typing_and_taking_back_goes_by_what_a_person_takes_for_a_character()
    {
        _editor.Begin();
        Type("a👨‍👩‍👧é🇩🇪");
        Press(KeyKind.Backspace);
        Assert.Equal("a👨‍👩‍👧é", _editor.Text);
        Press(KeyKind.Backspace, KeyKind.Backspace);
        Assert.Equal("a", _editor.Text);
        Press(KeyKind.Backspace, KeyKind.Backspace);
        Assert.Equal("", _editor.Text);
    }

    [Fact]
    public void The_usual_keys_do_the_usual()
    {
        _editor.Begin();
        Type("disk full on web-1");
        Press(KeyKind.KillWord);
        Assert.Equal("disk full on ", _editor.Text);
        Press(KeyKind.Home, KeyKind.Delete);
        Type("D");
        Assert.Equal("Disk full on ", _editor.Text);
        Press(KeyKind.Right, KeyKind.Right, KeyKind.Right, KeyKind.KillAfter);
        Assert.Equal("Disk", _editor.Text);
        Press(KeyKind.Left, KeyKind.KillBefore);
        Assert.Equal("k", _editor.Text);
        Press(KeyKind.End);
        Type("o");
        Assert.Equal("ko", _editor.Text);
    }

    [Fact]
    public void What_was_said_comes_back_with_the_up_key_and_the_draft_with_the_down_key()
    {
        _editor.Begin("first");
        _editor.Begin("second");
        _editor.Begin("second");
        Type("draft");
        Press(KeyKind.Up);
        Assert.Equal("second", _editor.Text);
        Press(KeyKind.Up, KeyKind.Up);
        Assert.Equal("first", _editor.Text);
        Press(KeyKind.Down, KeyKind.Down, KeyKind.Down);
        Assert.Equal("draft", _editor.Text);
    }

    private void Type(string text) => _editor.Apply(new Key(KeyKind.Paste, text));

    private void Press(params KeyKind[] kinds)
    {
        foreach (var kind in kinds)
        {
            Assert.True(_editor.Apply(new Key(kind)));
        }
    }
}
