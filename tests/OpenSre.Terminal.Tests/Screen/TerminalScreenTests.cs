using System.Text;
using OpenSre.Terminal;

namespace OpenSre.Tests.Terminal;

public sealed class TerminalScreenTests
{
    private static readonly Theme Dark = Theme.Named("dark", hyperlinks: false)!;

    [Fact]
    public void Finished_rows_stay_once_and_in_order_and_there_is_one_live_region()
    {
        using var terminal = new FakeTerminal(60, 12);
        var screen = new TerminalScreen(terminal, Dark);
        for (var i = 0; i < 1000; i++)
        {
            screen.Finish(Row.Of($"row {i}", i % 2 == 0 ? Ink.Bold : Ink.None));
            screen.Draw(Live($"tail {i}", "", "› typed", "  status"));
        }

        Assert.Equal([.. Enumerable.Range(0, 1000).Select(i => $"row {i}"), "tail 999", "", "› typed", "  status"], terminal.Screen.All());
        Assert.Equal((2, 7), (terminal.Screen.CursorRow - (terminal.Screen.Visible().Count - 4), terminal.Screen.CursorColumn));
        Assert.Empty(terminal.Screen.Refused);
        Assert.Equal(0, terminal.Screen.OpenFrames);
    }

    [Fact]
    public void A_letter_typed_at_the_end_is_one_byte()
    {
        using var terminal = new FakeTerminal();
        var screen = new TerminalScreen(terminal, Dark);
        screen.Draw(Live("", "› ab", "  status"));
        var before = terminal.Log.Length;
        screen.Draw(Live("", "› abc", "  status"));
        Assert.Equal(1, terminal.Log.Length - before);
        screen.Draw(Live("", "› abc", "  status"));
        Assert.Equal(1, terminal.Log.Length - before);
    }

    [Fact]
    public void A_region_taller_than_the_screen_is_cut_so_that_nothing_of_it_scrolls_away()
    {
        using var terminal = new FakeTerminal(40, 10);
        var screen = new TerminalScreen(terminal, Dark);
        for (var i = 0; i < 20; i++)
        {
            screen.Draw(new LiveRegion([.. Enumerable.Range(0, 40).Select(r => Row.Of($"live {r} {i}"))], 39, 3));
        }

        Assert.Equal(9, terminal.Screen.All().Count);
    }

    [Fact]
    public void Rows_wider_than_the_screen_are_left_for_the_terminal_to_wrap()
    {
        using var terminal = new FakeTerminal(20, 10);
        var screen = new TerminalScreen(terminal, Dark);
        screen.Draw(Live("old tail that is long", "› a", "  status"));
        var wide = new string('x', 20) + new string('y', 20) + "zz";
        foreach (var row in new[] { "before", wide, new string('w', 20), "after" })
        {
            screen.Finish(Row.Of(row));
        }

        screen.Draw(Live("", "› a", "  status"));
        Assert.Equal(["before", wide, new string('w', 20), "after", "", "› a", "  status"], terminal.Screen.Logical());
    }

    [Fact]
    public void Clearing_moves_all_rows_into_the_scrollback()
    {
        using var terminal = new FakeTerminal(40, 8);
        var screen = new TerminalScreen(terminal, Dark);
        screen.Finish(Row.Of("kept"));
        screen.Draw(Live("", "› a", "  status"));
        screen.ClearVisible();
        screen.Draw(Live("", "› a", "  status"));
        Assert.Equal(["", "› a", "  status"], terminal.Screen.Visible());
        Assert.Equal("kept", terminal.Screen.All()[0]);

        // The region stands at the top now, where clearing below the cursor clears all: it leaves no copies of itself.
        foreach (var columns in new[] { 30, 40, 20 })
        {
            terminal.Resize(columns, 8);
            screen.Draw(Live("", "› a", "  status"));
        }

        screen.ClearVisible();
        screen.Draw(Live("", "› a", "  status"));
        Assert.Single(terminal.Screen.All(), r => r == "› a");
        Assert.Equal(["", "› a", "  status"], terminal.Screen.Visible());
        screen.Close();
        Assert.DoesNotContain("› a", terminal.Screen.All());
        Assert.Equal("kept", terminal.Screen.All()[0]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Over_a_thousand_random_resizes_no_row_is_lost_or_doubled(int seed)
    {
        var random = new Random(seed);
        using var terminal = new FakeTerminal(80, 24);
        var screen = new TerminalScreen(terminal, Dark);
        List<string> finished = [];
        var typed = new StringBuilder();
        for (var i = 0; i < 3000; i++)
        {
            if (random.Next(3) == 0)
            {
                terminal.Resize(random.Next(40, 140), random.Next(16, 50));
            }

            for (var n = random.Next(4); n > 0; n--)
            {
                var row = $"row {finished.Count} " + string.Concat("磁盘 full|🚀 of| data|👨‍👩‍👧|é🇩🇪".Split('|').Take(random.Next(6)));
                finished.Add(row.TrimEnd());
                screen.Finish(Row.Of(row));
            }

            if (random.Next(2) == 0)
            {
                typed.Append("ab漢 "[random.Next(4)]);
                if (typed.Length > 90)
                {
                    typed.Clear();
                }
            }

            var region = Region(random, typed.ToString(), terminal.Size.Columns - 1);
            var (writes, at) = (terminal.Writes, (int)terminal.Log.Length);
            screen.Draw(region);

            // One write a frame, whole; at rest the real cursor is seen at the edit point.
            Assert.InRange(terminal.Writes - writes, 0, 1);
            var frame = Encoding.UTF8.GetString(terminal.Log.GetBuffer(), at, (int)terminal.Log.Length - at);
            Assert.True(frame.Length <= 32 || (frame.StartsWith("\u001b[?2026h", StringComparison.Ordinal) && frame.EndsWith("\u001b[?2026l", StringComparison.Ordinal)), frame);
            Assert.Equal((true, 0, region.CursorColumn), (terminal.Screen.IsCursorVisible, terminal.Screen.OpenFrames, terminal.Screen.CursorColumn));
            Assert.Equal(region.Rows[region.CursorRow].PlainText().TrimEnd(), terminal.Screen.Visible()[terminal.Screen.CursorRow]);
            if (i % 50 == 0)
            {
                Check();
            }
        }

        Check();

        void Check()
        {
            var rows = terminal.Screen.Logical();
            Assert.Equal(finished, rows.Where(r => r.StartsWith("row ", StringComparison.Ordinal)));
            Assert.Single(rows, r => r.StartsWith("› ", StringComparison.Ordinal) || r == "›");
            Assert.Single(rows, r => r == "  status");
            Assert.True(rows.Count(r => r.StartsWith("tail", StringComparison.Ordinal)) <= 1);
            Assert.Empty(terminal.Screen.Refused);
        }
    }

    private static LiveRegion Live(params string[] rows) => new([.. rows.Select(r => Row.Of(r))], rows.Length - 2, TextWidth.Of(rows[^2]));

    private static LiveRegion Region(Random random, string typed, int columns)
    {
        List<Row> rows = [];
        if (random.Next(2) == 0)
        {
            rows.Add(Row.Of("tail " + new string('t', random.Next(columns - 5)), Ink.Dim));
        }

        rows.Add(Row.Empty);
        var editor = new LineEditor();
        editor.Set(typed);
        var (input, row, column) = InputView.Layout(Row.Of("› "), editor, columns, 5);
        var first = rows.Count;
        rows.AddRange(input);
        rows.Add(Row.Of("  status"));
        return new LiveRegion(rows, first + row, column);
    }
}
