using System.Text;
using OpenSre.Terminal;

namespace OpenSre.Tests.Terminal;

public sealed class RowTests
{
    [Fact]
    public void Nothing_that_could_move_a_cursor_gets_into_a_row()
    {
        var row = Row.Of("a\u001b[2Jb\r\n\u009d0;t\u0007c\td");
        Assert.Equal("ab c    d", row.PlainText());
    }

    [Fact]
    public void Rows_are_broken_between_words_and_never_get_too_wide()
    {
        var text = Row.Of("  ").Add("the disk of web-1 is full since ", Ink.Bold).Add("深夜の配置から容量不足です、確認してください and averyveryverylongwordthatfitsnowhere ends");
        for (var columns = 8; columns < 60; columns++)
        {
            var rows = text.Wrap(columns);
            Assert.All(rows, r => Assert.InRange(r.Width, 1, columns));
            Assert.Equal(Squeeze(text.PlainText()), Squeeze(string.Concat(rows.Select(r => r.PlainText()))));
        }

        static string Squeeze(string s) => s.Replace(" ", "", StringComparison.Ordinal);
    }

    [Fact]
    public void A_part_of_a_row_is_written_with_its_own_styles_and_links_only_where_they_are_shown()
    {
        var row = Row.Of("ab", Ink.Bold).Add("cd").Add("ef", Ink.Link, "https://example.org/");
        var text = new StringBuilder();
        row.Write(text, Theme.Named("mono", hyperlinks: true)!, 1, 4);
        Assert.Equal("\u001b[1mb\u001b[mcd\u001b]8;;https://example.org/\u001b\\e\u001b]8;;\u001b\\", text.ToString());
        text.Clear();
        row.Write(text, Theme.Text);
        Assert.Equal("abcdef", text.ToString());
    }

    [Theory]
    [InlineData("abc", "abd", 2)]
    [InlineData("a", "a\u0301", 0)]
    [InlineData("漢字", "漢語", 2)]
    [InlineData("x👨", "x👨‍👩", 1)]
    public void What_two_rows_share_ends_between_characters(string one, string other, int columns) =>
        Assert.Equal(columns, Row.CommonBeginning(Row.Of(one), Row.Of(other)).Columns);

    [Theory]
    [InlineData("NO_COLOR", "1", "mono")]
    [InlineData("COLORFGBG", "0;15", "light")]
    [InlineData("COLORFGBG", "15;0", "dark")]
    [InlineData("OPENSRE_THEME", "light", "light")]
    [InlineData("X", "", "dark")]
    public void The_environment_chooses_the_theme(string name, string value, string theme) =>
        Assert.Equal(theme, Theme.For(n => n == name ? value : null).Name);
}
