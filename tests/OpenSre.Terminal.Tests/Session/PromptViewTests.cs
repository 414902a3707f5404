using OpenSre.Terminal;

namespace OpenSre.Tests.Terminal;

public sealed class PromptViewTests : IDisposable
{
    private const int Width = 20;
    private readonly StringWriter _output = new() { NewLine = "\n" };
    private readonly PromptView _view;

    public void Dispose() => _output.Dispose();

    public PromptViewTests() => _view = new PromptView(_output, new Look(true, true, Width), "› ");

    [Fact]
    public void Drawing_again_leaves_only_the_last_text()
    {
        foreach (var text in new[] { "", "a", "a long line that needs several rows of the screen", "back to one", "two\nlines", "x" })
        {
            _view.Draw(text, text.Length, Width);
        }

        Assert.Equal(["› x"], Rows());
    }

    [Fact]
    public void A_long_text_is_broken_before_the_edge_and_indented()
    {
        _view.Finish("a long line that needs several rows", Width);
        Assert.Equal(["› a long line that ", "  needs several row", "  s"], Rows());
    }

    [Fact]
    public void Wide_characters_take_two_columns()
    {
        _view.Finish("漢字漢字漢字漢字漢字", Width);
        Assert.Equal(["› 漢字漢字漢字漢字", "  漢字"], Rows());
    }

    [Fact]
    public void The_cursor_stands_where_the_next_character_goes()
    {
        _view.Draw("abc def", 3, Width);
        Assert.EndsWith("\r\e[5C\e[?25h", _output.ToString(), StringComparison.Ordinal);
        _view.Draw("first\nsecond", 2, Width);
        Assert.EndsWith("\e[1A\r\e[4C\e[?25h", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_large_paste_is_shown_by_its_size()
    {
        var text = "{\n" + string.Concat(Enumerable.Repeat("  \"a\": 1,\n", 40)) + "}";
        _view.Finish(text, 200);
        Assert.EndsWith("[42 lines, 403 B]", Assert.Single(Screen.Of(_output.ToString(), 200)), StringComparison.Ordinal);
    }

    [Fact]
    public void Pasted_control_characters_do_not_reach_the_terminal()
    {
        _view.Finish("a\u001b[2Jb\u009bc", Width);
        Assert.DoesNotContain("\e[2J", _output.ToString(), StringComparison.Ordinal);
        Assert.Equal(["› a[2Jbc"], Rows());
    }

    private List<string> Rows() => Screen.Of(_output.ToString(), Width);
}
