using OpenSre.Terminal;

namespace OpenSre.Tests.Terminal;

public sealed class MarkdownPrinterTests
{
    private const string Report = """
        **Root cause (93 %):** the filesystem /srv is full, and nothing that writes to it can go on until room is made [e3]

        ## Why

        - one `a ** b  c` two
        - a longer line that has to be wrapped because it is wider than the terminal, and `a quote of words` in it
        10. a *starred* item

        ```sh
        # not a heading
        du -xh /srv | sort -h
        ```

        last ``x ` y`` line
        """;

    [Fact]
    public void Words_are_wrapped_with_a_hanging_indent_and_marks_are_left_out()
    {
        Assert.Equal("""
            Root cause (93 %): the filesystem /srv
            is full, and nothing that writes to it
            can go on until room is made [e3]

            Why
            - one a ** b  c two
            - a longer line that has to be wrapped
              because it is wider than the
              terminal, and a quote of words in it
            10. a *starred* item

            # not a heading
            du -xh /srv | sort -h

            last x ` y line
            """.Split('\n'), Screen.Of(Print(new Look(true, true, 40), [Report]), 40));
    }

    [Fact]
    public void Without_a_terminal_the_text_goes_through_as_it_is()
    {
        Assert.Equal(Report + "\n", Print(Look.Plain, [Report]));
    }

    [Fact]
    public void Without_colours_the_marks_stay_and_no_escape_sequence_is_written()
    {
        var text = Print(new Look(false, true, 40), [Report]);
        Assert.DoesNotContain('\e', text);
        Assert.Equal(Report.Replace('\n', ' '), text.TrimEnd('\n').Replace("\n  ", " ").Replace('\n', ' '));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    public void The_pieces_it_comes_in_make_no_difference(int size)
    {
        var look = new Look(true, true, 40);
        Assert.Equal(Print(look, [Report]), Print(look, Report.Chunk(size).Select(c => new string(c))));
    }

    [Theory]
    [InlineData("`")]
    [InlineData("**")]
    [InlineData("```")]
    [InlineData("#")]
    [InlineData("-")]
    [InlineData("```sh\ncode")]
    [InlineData("``a")]
    [InlineData("")]
    public void Unfinished_markdown_ends_with_plain_style(string text)
    {
        var printed = Print(new Look(true, true, 40), [text]);
        Assert.True(!printed.Contains('\e') || printed.TrimEnd('\n').EndsWith("\e[0m", StringComparison.Ordinal), printed);
    }

    private static string Print(Look look, IEnumerable<string> pieces)
    {
        using var writer = new StringWriter();
        var printer = new MarkdownPrinter(new LineWriter(writer, look));
        foreach (var piece in pieces)
        {
            printer.Write(piece);
        }

        printer.End();
        return writer.ToString();
    }
}
