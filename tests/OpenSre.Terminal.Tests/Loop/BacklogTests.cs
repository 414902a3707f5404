using OpenSre.Core;
using OpenSre.Terminal;

namespace OpenSre.Tests.Terminal;

public sealed class BacklogTests : LiveHarness
{
    [Fact]
    public void A_long_text_comes_in_parts_and_everything_stays_in_order()
    {
        var backlog = new Backlog();
        Assert.Null(backlog.Next(10));
        object[] came = [Row.Of("one"), new MessageDelta(new string('a', 25)) { Author = "m" }, new MessageDelta(""), Row.Of("two"), "three"];
        foreach (var output in came)
        {
            backlog.Add(output);
        }

        List<string> given = [];
        while (backlog.Next(10) is { } output)
        {
            given.Add(output switch { MessageDelta e => $"{e.Author}:{e.Text}", _ => output.ToString()! });
        }

        Assert.Equal(["one", "m:aaaaaaaaaa", "m:aaaaaaaaaa", "m:aaaaa", ":", "two", "three"], given);
        Assert.True(backlog.IsEmpty);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void No_part_ends_in_the_middle_of_a_character(int characters)
    {
        var text = string.Concat(Enumerable.Repeat("a😀", 10));
        var backlog = new Backlog();
        backlog.Add(new MessageDelta(text));
        List<string> parts = [];
        while (backlog.Next(characters) is MessageDelta part)
        {
            parts.Add(part.Text);
        }

        Assert.Equal(text, string.Concat(parts));
        Assert.DoesNotContain(parts, p => char.IsHighSurrogate(p[^1]) || char.IsLowSurrogate(p[0]));
    }

    [Fact]
    public void A_megabyte_in_one_piece_is_drawn_in_many_frames_every_row_once_and_what_was_typed_meanwhile_stands_below_it()
    {
        const int Kilobytes = 1024;
        var text = string.Concat(Enumerable.Range(0, Kilobytes * 1024 / 64).Select(i => i % 7 == 0 ? $"## Part {i}\n\n" : $"- item **{i}** of a long list, whose words go on `for` a while {i}\n"));
        _investigate = (_, publish, _, _) =>
        {
            publish(new InvestigationStarted("disk full", "built-in engine"));
            publish(new MessageDelta(text));
            publish(new InvestigationFinished(1, 1, TimeSpan.Zero));
            return Task.FromResult(Case());
        };
        Start();
        Type("disk full on web-1\r");
        See("Part 0");
        Type("half a thought");
        See("› half a thought\n  built-in engine · idle");
        var expected = MarkdownStream.Render(text, 99).Select(r => r.PlainText()).Where(r => r.Length > 0).ToList();
        var rows = _terminal.Look(s => s.All()).Where(r => r.Length > 0).SkipWhile(r => r != expected[0]).Take(expected.Count).ToList();
        Assert.Equal(expected, rows);
        Assert.InRange(_terminal.LargestWrite, 1, 128 * 1024);
        Assert.Empty(_terminal.Look(s => s.Refused));
    }
}
