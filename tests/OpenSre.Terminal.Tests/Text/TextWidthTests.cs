using OpenSre.Terminal;

namespace OpenSre.Tests.Terminal;

public sealed class TextWidthTests
{
    [Theory]
    [InlineData("", 0)]
    [InlineData("disk", 4)]
    [InlineData("é", 1)]
    [InlineData("e\u0301", 1)]
    [InlineData("漢字", 4)]
    [InlineData("ｆｕｌｌ", 8)]
    [InlineData("🙂", 2)]
    [InlineData("✅⚡❌", 6)]
    [InlineData("👨‍👩‍👧", 2)]
    [InlineData("🇩🇪", 2)]
    [InlineData("❤", 1)]
    [InlineData("❤️", 2)]
    [InlineData("…·│›▸", 5)]
    [InlineData("한글", 4)]
    [InlineData("👍🏽", 2)]
    [InlineData("a\u200bb", 2)]
    public void Text_takes_as_many_columns_as_terminals_give_it(string text, int columns) => Assert.Equal(columns, TextWidth.Of(text));

    [Fact]
    public void Our_own_styles_take_none_and_a_beginning_that_fits_is_never_half_a_character()
    {
        Assert.Equal(4, TextWidth.Of("\u001b[1;36mdisk\u001b[m"));
        Assert.Equal("漢", TextWidth.Fitting("漢字", 3).ToString());
        Assert.Equal("a", TextWidth.Fitting("a👨‍👩‍👧", 2).ToString());
    }
}
