using OpenSre.Terminal;

namespace OpenSre.Tests.Terminal;

public sealed class RowWrapperTests
{
    private static readonly string[] Words = ["a", "is", "the", "disk", "full", "checkout", "/srv/data/checkout/log/2026", "e\u0301te\u0301", "x👨‍👩‍👧y", "averyveryverylongwordthatfitsnowhereatallnotevenonawiderow"];
    private static readonly Ink[] Inks = [Ink.None, Ink.Bold, Ink.Code];

    /// <summary>Random rows in random widths, against what a reader may count on.</summary>
    [Fact]
    public void Rows_hold_all_of_the_text_are_never_too_wide_and_are_filled_word_by_word()
    {
        var random = new Random(7);
        for (var run = 0; run < 3000; run++)
        {
            var row = new Row();
            row.Add(new string(' ', random.Next(5) == 0 ? random.Next(40) : random.Next(3)));
            for (var i = random.Next(1, 25); i > 0; i--)
            {
                row.Add(Words[random.Next(Words.Length)] + (random.Next(6) == 0 ? "" : new string(' ', 1 + (random.Next(8) / 7))), Inks[random.Next(Inks.Length)]);
            }

            var columns = random.Next(6, 70);
            var indent = random.Next(0, 12);
            var rows = row.Wrap(columns, indent);
            Assert.All(rows, r => Assert.True(r.Width <= columns, $"{r.Width} > {columns}: {r}"));
            Assert.All(rows, r => Assert.Equal(TextWidth.Of(r.PlainText()), r.Width));
            Assert.Equal(Inked([row]), Inked(rows));
            if (row.Width <= columns)
            {
                Assert.Same(row, Assert.Single(rows));
                continue;
            }

            var shown = Math.Min(indent, columns / 2);
            Assert.All(rows.Skip(1), r => Assert.True(shown == 0 || r.PlainText().StartsWith(new string(' ', shown), StringComparison.Ordinal)));
            var text = row.PlainText();
            var at = 0;
            for (var i = 0; i + 1 < rows.Count; i++)
            {
                var ended = rows[i].PlainText()[(i == 0 ? 0 : shown)..];
                at = text.Length - text[at..].TrimStart(' ').Length + ended.TrimStart(' ').Length;
                var next = text[at..].TrimStart(' ');
                var word = next.Split(' ')[0];
                if (text[at] == ' ')
                {
                    // Greedy: the next word did not fit behind these.
                    Assert.True(rows[i].Width + (text.Length - at - next.Length) + TextWidth.Of(word) > columns, $"\"{word}\" fits behind \"{rows[i]}\" in {columns}");
                }
                else
                {
                    // Only a word that fits into no row is broken.
                    var begin = text.LastIndexOf(' ', at) + 1;
                    Assert.True(TextWidth.Of(text[begin..].Split(' ')[0]) > columns - Math.Max(shown, columns / 2), $"\"{word}\" was broken in {columns}");
                }
            }
        }
    }

    [Fact]
    public void A_word_as_wide_as_the_row_behind_an_indent_of_its_own_is_broken_and_not_too_wide()
    {
        var rows = Row.Of("    " + new string('x', 20)).Wrap(20, 4);
        Assert.Equal(["    " + new string('x', 16), "    xxxx"], rows.Select(r => r.PlainText()));
        Assert.Equal(["x", "y"], Row.Of(new string(' ', 30) + "x" + new string(' ', 30) + "y").Wrap(20, 0).Select(r => r.PlainText()));
    }

    [Theory]
    [InlineData("Kept in /var/lib/opensre/sessions/20261121-093000-ab12.jsonl", 40, 0, "Kept in /var/lib/opensre/sessions/|20261121-093000-ab12.jsonl")]
    [InlineData("  folder    /tmp/a-build/checkout-service/source/main", 40, 12, "  folder    /tmp/a-build/checkout-|            service/source/main")]
    [InlineData("https://shop.example/api/v2/alerts?active=true&silenced=false", 30, 0, "https://shop.example/api/v2/|alerts?active=true&|silenced=false")]
    [InlineData("a/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", 20, 0, "a/xxxxxxxxxxxxxxxxxx|xxxxxxxxxxxxxxxxxxx")]
    [InlineData("an 8f3a1c0de55e7711d20c94aa01b2c3d4e5f60718 of it", 24, 0, "an|8f3a1c0de55e7711d20c94aa|01b2c3d4e5f60718 of it")]
    public void A_path_or_address_longer_than_a_row_is_broken_behind_a_mark_and_other_words_where_the_row_ends(string text, int columns, int indent, string rows) =>
        Assert.Equal(rows.Split('|'), Row.Of(text).Wrap(columns, indent).Select(r => r.PlainText()));

    /// <summary>Every character but spaces, with its look.</summary>
    private static List<(char, Ink)> Inked(IEnumerable<Row> rows) => [.. rows.SelectMany(r => r.Pieces).SelectMany(p => p.Text.Where(c => c != ' ').Select(c => (c, p.Ink)))];
}
