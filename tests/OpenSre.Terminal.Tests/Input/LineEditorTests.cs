using OpenSre.Terminal;

namespace OpenSre.Tests.Terminal;

public sealed class LineEditorTests
{
    private readonly LineEditor _editor = new();

    [Fact]
    public void Taking_back_goes_by_what_a_person_takes_for_a_character()
    {
        Type("a👨‍👩‍👧é🇩🇪");
        Press(KeyCode.Backspace);
        Assert.Equal("a👨‍👩‍👧é", _editor.Text);
        Press(KeyCode.Backspace, KeyCode.Backspace);
        Assert.Equal("a", _editor.Text);
    }

    [Fact]
    public void Emacs_keys_move_kill_and_yank()
    {
        Type("disk full on web-1");
        Control("a");
        Control("k");
        Assert.Equal("", _editor.Text);
        Control("yy");
        Assert.Equal("disk full on web-1disk full on web-1", _editor.Text);
        Control("w");
        Assert.Equal("disk full on web-1disk full on ", _editor.Text);
        Alt("bb");
        Alt("d");
        Assert.Equal("disk full on web-1disk  on ", _editor.Text);
        Control("u");
        Assert.Equal(" on ", _editor.Text);
    }

    [Fact]
    public void Alt_y_turns_through_what_was_killed()
    {
        Type("one two");
        Control("w");
        Control("e");
        Control("b");
        Control("u");
        Type("x");
        Control("y");
        Alt("y");
        Assert.Contains("two", _editor.Text, StringComparison.Ordinal);
        Control("_");
        Assert.DoesNotContain("two", _editor.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Undo_goes_back_word_by_word_and_a_paste_is_one_step()
    {
        Assert.All("disk full ", c => Type(c.ToString()));
        _editor.Apply(new Key(KeyCode.Paste, "a\nb\nc"));
        Control("_");
        Assert.Equal("disk full ", _editor.Text);
        Control("_");
        Assert.Equal("disk ", _editor.Text);
        Control("_");
        Assert.Equal("", _editor.Text);
        Assert.False(_editor.Apply(new Key(KeyCode.Text, "_", KeyModifiers.Control)));
    }

    [Fact]
    public void Up_and_down_move_between_lines_and_then_mean_something_else()
    {
        Type("first");
        _editor.NewLine();
        Type("2nd");
        Assert.True(_editor.Apply(new Key(KeyCode.Up)));
        Assert.Equal(3, _editor.Cursor);
        Assert.False(_editor.Apply(new Key(KeyCode.Up)));
        Assert.True(_editor.Apply(new Key(KeyCode.Down)));
        Assert.False(_editor.Apply(new Key(KeyCode.Down)));
    }

    [Fact]
    public void A_long_paste_is_one_character_that_stands_for_all_of_it()
    {
        var paste = string.Join('\n', Enumerable.Range(1, 212));
        Type("look: ");
        _editor.Apply(new Key(KeyCode.Paste, paste));
        Assert.Equal(7, _editor.Text.Length);
        Assert.Equal("look: [pasted 212 lines #1]", _editor.Pastes.Shorten(_editor.Text));
        Assert.Equal("look: " + paste, _editor.Whole);
        Press(KeyCode.Backspace);
        Assert.Equal("look: ", _editor.Whole);
        Control("_");
        Assert.Equal("look: " + paste, _editor.Whole);
    }

    [Fact]
    public void What_is_typed_or_pasted_cannot_carry_control_sequences()
    {
        _editor.Apply(new Key(KeyCode.Paste, "a\u001b]0;title\u0007b\u009b31mc\ue000"));
        Assert.Equal("abc", _editor.Whole);
    }

    [Fact]
    public void Random_keys_agree_with_a_naive_editor()
    {
        var random = new Random(7);
        var (text, cursor) = ("", 0);
        for (var i = 0; i < 20_000; i++)
        {
            switch (random.Next(7))
            {
                case 0 or 1 when text.Length < 200:
                    var c = "ab é漢\n"[random.Next(6)].ToString();
                    _editor.Apply(new Key(KeyCode.Paste, c));
                    text = text.Insert(cursor, c);
                    cursor++;
                    break;
                case 2:
                    _editor.Apply(new Key(KeyCode.Left));
                    cursor = Math.Max(0, cursor - 1);
                    break;
                case 3:
                    _editor.Apply(new Key(KeyCode.Right));
                    cursor = Math.Min(text.Length, cursor + 1);
                    break;
                case 4 when cursor > 0:
                    _editor.Apply(new Key(KeyCode.Backspace));
                    text = text.Remove(--cursor, 1);
                    break;
                case 5 when cursor < text.Length:
                    _editor.Apply(new Key(KeyCode.Delete));
                    text = text.Remove(cursor, 1);
                    break;
                case 6:
                    _editor.Apply(new Key(KeyCode.Home));
                    cursor = cursor == 0 ? 0 : text.LastIndexOf('\n', cursor - 1) + 1;
                    break;
            }

            Assert.Equal((text, cursor), (_editor.Text, _editor.Cursor));
        }
    }

    private void Type(string text) => _editor.Apply(new Key(KeyCode.Text, text));

    private void Press(params KeyCode[] codes) => Array.ForEach(codes, c => Assert.True(_editor.Apply(new Key(c))));

    private void Control(string letters) => Assert.All(letters, l => _editor.Apply(new Key(KeyCode.Text, l.ToString(), KeyModifiers.Control)));

    private void Alt(string letters) => Assert.All(letters, l => _editor.Apply(new Key(KeyCode.Text, l.ToString(), KeyModifiers.Alt)));
}
