using FsCheck;
using FsCheck.Fluent;
using OpenSre.Core;

namespace OpenSre.Tests.Core;

public sealed class SafeTextTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("\u001b[31mred\u001b[0m", "red")]
    [InlineData("\u001b]0;title\u0007after", "after")]
    [InlineData("\u001b]8;;http://x\u001b\\link\u001b]8;;\u001b\\", "link")]
    [InlineData("\u001bP1$r0m\u001b\\after", "after")]
    [InlineData("\u009b2Jafter", "after")]
    [InlineData("\u001b(Bafter", "after")]
    [InlineData("a\rb\bc\u0000d", "abcd")]
    [InlineData("\u001b]never closed\nnext line", "\nnext line")]
    [InlineData("\u202etxt.exe", "txt.exe")]
    [InlineData("tab\tstays\nlines stay", "tab\tstays\nlines stay")]
    [InlineData("\u001b", "")]
    [InlineData("\u001b[", "")]
    public void Control_sequences_are_removed_and_text_stays(string dirty, string clean) =>
        Assert.Equal(clean, SafeText.Clean(dirty));

    [Fact]
    public void No_input_leaves_a_control_character()
    {
        var pieces = Gen.Elements("\u001b", "[", "]", "0;", "31m", "\u0007", "\\", "P", "text", "\n", "\u009b", "\u009d", "(", "\u0000", "é", "😀");
        Prop.ForAll(Arb.From(Gen.ListOf(pieces).Select(p => string.Concat(p))), dirty =>
            SafeText.Clean(dirty).All(c => c is '\n' or '\t' || !char.IsControl(c))
            && !SafeText.Clean(dirty, keepLines: false).Contains('\n', StringComparison.Ordinal)).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_cut_line_never_splits_a_character() =>
        Assert.Equal("ab…", SafeText.Line("ab😀cd", 4));
}
