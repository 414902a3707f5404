using System.Text;
using OpenSre.Terminal;

namespace OpenSre.Tests.Terminal;

public sealed class KeyDecoderTests
{
    [Theory]
    [InlineData("a", KeyKind.Text, "a")]
    [InlineData("é", KeyKind.Text, "é")]
    [InlineData("漢", KeyKind.Text, "漢")]
    [InlineData("🙂", KeyKind.Text, "🙂")]
    [InlineData("\r", KeyKind.Enter, "")]
    [InlineData("\n", KeyKind.NewLine, "")]
    [InlineData("\u001b\r", KeyKind.NewLine, "")]
    [InlineData("\u007f", KeyKind.Backspace, "")]
    [InlineData("\u0003", KeyKind.Interrupt, "")]
    [InlineData("\u0004", KeyKind.EndOfText, "")]
    [InlineData("\u0015", KeyKind.KillBefore, "")]
    [InlineData("\u001b[A", KeyKind.Up, "")]
    [InlineData("\u001bOB", KeyKind.Down, "")]
    [InlineData("\u001b[C", KeyKind.Right, "")]
    [InlineData("\u001b[1;5D", KeyKind.Left, "")]
    [InlineData("\u001b[H", KeyKind.Home, "")]
    [InlineData("\u001b[4~", KeyKind.End, "")]
    [InlineData("\u001b[3~", KeyKind.Delete, "")]
    [InlineData("\u001b[99;1u", KeyKind.Other, "")]
    [InlineData("\u001b", KeyKind.Other, "")]
    [InlineData("\u001b[200~a\r\nb\rc\u001b[3~\u001b[201~", KeyKind.Paste, "a\nb\nc\u001b[3~")]
    public void Each_sequence_is_one_key(string bytes, object kind, string text)
    {
        var decoder = new KeyDecoder(Source(bytes + "!"));
        Assert.Equal(new Key((KeyKind)kind, text), decoder.Next());
        if (bytes != "\u001b")
        {
            Assert.Equal(new Key(KeyKind.Text, "!"), decoder.Next());
        }
    }

    [Fact]
    public void The_end_of_input_is_a_key_wherever_it_comes()
    {
        foreach (var bytes in new[] { "", "\u001b[200~abc" })
        {
            var decoder = new KeyDecoder(Source(bytes));
            while (decoder.Next().Kind != KeyKind.EndOfInput)
            {
            }
        }
    }

    private static Func<int, int> Source(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var next = 0;
        return _ => next < bytes.Length ? bytes[next++] : -1;
    }
}
