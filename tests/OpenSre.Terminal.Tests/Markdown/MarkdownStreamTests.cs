using System.Text;
using OpenSre.Terminal;

namespace OpenSre.Tests.Terminal;

public sealed class MarkdownStreamTests
{
    internal const string Sample = """
        # Root cause

        The service **checkout** wrote its *own* log until `/srv/data` was full; see [the runbook](https://example.org/disk) or https://example.org/x?y=1.
        磁盘已满, 日誌は 10:04 以降 空 🚀 and a snake_case_name, 2 * 3 * 4, an unclosed ** mark, `an unclosed code and *.log files in a long line.

        1. first with a long text that certainly has to be broken into more than one row of the terminal, as **bold words that go on** do
        2. second
           - nested • item
        - [x] done
        > quoted *text* of somebody

        | service | errors | what it said |
        |---|---:|---|
        | checkout | 1,204 | `No space left | on device` and more of this so that it has to shrink |
        | 结账 | 0 | |

        ```sh
        $ df -h /srv   # **not bold**, a very long line in a fence that the terminal may break wherever it wants to break it
          | not | a table |

        ```
        ---
        ## The end
        last words
        """;

    [Theory]
    [InlineData(100)]
    [InlineData(60)]
    [InlineData(39)]
    public void However_the_text_is_cut_the_finished_rows_are_the_same(int columns)
    {
        var whole = Rows(MarkdownStream.Render(Sample, columns));
        var random = new Random(columns);
        for (var run = 0; run < 400; run++)
        {
            var stream = new MarkdownStream(columns);
            List<Row> rows = [];
            for (var at = 0; at < Sample.Length;)
            {
                var length = Math.Min(Sample.Length - at, 1 + random.Next(random.Next(2) == 0 ? 4 : 60));
                stream.Write(Sample.Substring(at, length));
                at += length;
                if (random.Next(3) > 0)
                {
                    rows.AddRange(stream.TakeFinal());
                    Assert.InRange(stream.Tail(5).Count, 0, 5);
                }
            }

            stream.End();
            rows.AddRange(stream.TakeFinal());
            Assert.Equal(whole, Rows(rows));
        }
    }

    [Fact]
    public void Marks_become_looks_and_what_is_no_mark_stays()
    {
        Assert.Equal(
            ["[Heading]Title", "• a [Bold]bold[/] and [Code]code[/] word", "2 * 3 * 4, snake_case_name, *.log", "[Italic]leaning"],
            Styled("# Title\n- a **bold** and `code` word\n2 * 3 * 4, snake_case_name, *.log\n_leaning_\n"));
    }

    [Fact]
    public void A_table_is_aligned_and_too_narrow_a_screen_gets_records()
    {
        const string Table = "| service | errors |\n|---|---:|\n| 结账 | 7 |\n| cart | 1,204 |\n";
        Assert.Equal(["service │ errors", "────────┼───────", "结账    │      7", "cart    │  1,204"], Texts(MarkdownStream.Render(Table, 80)));
        Assert.Equal(["service: 结账", "errors: 7", "", "service: cart", "errors: 1,204", ""], Texts(MarkdownStream.Render(Table, 30)));
    }

    [Fact]
    public void A_fence_is_printed_character_for_character_behind_two_spaces()
    {
        Assert.Equal(["  if (a*b) { `x` }   ", "  	".Replace("\t", "    ", StringComparison.Ordinal) + "y"], Texts(MarkdownStream.Render("```c\nif (a*b) { `x` }   \n\ty\n```\n", 20)));
    }

    [Fact]
    public void A_link_shows_where_it_leads_and_only_web_addresses_can_be_clicked()
    {
        var rows = MarkdownStream.Render("[docs](https://example.org/a) [x](javascript:alert) https://example.org/b.\n", 100);
        Assert.Equal(["docs (https://example.org/a) x (javascript:alert) https://example.org/b."], Texts(rows));
        Assert.Equal(["https://example.org/a", "https://example.org/b"], rows[0].Pieces.Select(p => p.Link).OfType<string>());
    }

    [Fact]
    public void The_tail_shows_what_is_being_written_before_it_is_final()
    {
        var stream = new MarkdownStream(40);
        stream.Write("The **check");
        Assert.Empty(stream.TakeFinal());
        Assert.Equal("The check", stream.Tail(3).Single().PlainText());
        stream.Write("out** service");
        Assert.Equal("The checkout service", stream.Tail(3).Single().PlainText());
        stream.Write("\n");
        Assert.Empty(stream.Tail(3));
        Assert.Equal("The checkout service", stream.TakeFinal().Single().PlainText());
    }

    [Fact]
    public void A_line_that_never_ends_is_broken_and_a_huge_table_is_drawn_before_it_ends()
    {
        var stream = new MarkdownStream(80);
        stream.Write(string.Concat(Enumerable.Repeat("word ", 10_000)));
        Assert.True(stream.TakeFinal().Count > 400);
        var table = new MarkdownStream(80);
        table.Write("| a | b |\n|---|---|\n" + string.Concat(Enumerable.Repeat("| 1 | 2 |\n", 100)));
        Assert.True(table.TakeFinal().Count > 90);
    }

    private static IEnumerable<string> Texts(IEnumerable<Row> rows) => rows.Select(r => r.PlainText());

    private static List<string> Styled(string markdown) => [.. MarkdownStream.Render(markdown, 80).Select(r => string.Concat(r.Pieces.Select(p => p.Ink == Ink.None ? p.Text : $"[{p.Ink}]{p.Text}{(r.Pieces[^1] == p ? "" : "[/]")}")))];

    private static List<string> Rows(IEnumerable<Row> rows)
    {
        var look = Theme.Named("dark", hyperlinks: true)!;
        return [.. rows.Select(r => { var text = new StringBuilder(); r.Write(text, look); return text.ToString(); })];
    }
}
