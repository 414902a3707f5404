using System.Text;
using OpenSre.Diagnostics;

namespace OpenSre.Tests.Diagnosis;

public sealed class LogTemplateMinerTests
{
    [Fact]
    public void Numbers_addresses_paths_and_dates_vary()
    {
        var templates = Mine(
            "connection from 10.0.0.1 (host-7.example.com) at Fri Jun 17 07:07:00 2005",
            "connection from 10.0.0.250 () at Mon Jul 1 23:59:59 2006",
            "cannot open /etc/app/one: denied",
            "cannot open /srv/two: denied");

        Assert.Equal(
            [("connection from <*> at <*>", 2L), ("cannot open <*> denied", 2L)],
            templates.Select(t => (t.Text, t.Count)));
    }

    [Fact]
    public void A_number_and_its_unit_are_one_thing()
    {
        var templates = Mine("sent 403 bytes, received 12 bytes", "sent 1190 bytes (1.16 KB), received 2 GB", "sent 3 MB, received 4 ms");
        Assert.Equal(3, Assert.Single(templates).Count);
    }

    [Fact]
    public void A_name_before_a_colon_stays()
    {
        var templates = Mine("onExtend:1514038673000 1 0 4", "onClose:15140 1 0 4", "onExtend:7 9");
        Assert.Equal(["onExtend:<*>", "onClose:<*>"], templates.Select(t => t.Text));
    }

    [Fact]
    public void Different_words_stay_apart()
    {
        var templates = Mine("[instance: 1a] VM Started (Lifecycle Event)", "[instance: 2b] VM Stopped (Lifecycle Event)", "[instance: 3c] VM Paused (Lifecycle Event)");
        Assert.Equal(3, templates.Count);
    }

    [Fact]
    public void Words_become_variable_once_there_are_enough_and_what_was_apart_becomes_one()
    {
        var miner = new LogTemplateMiner();
        var users = new[] { "anna", "bert", "cleo", "dora", "emil", "fritz" };
        var ids = users.Select(u => miner.Add($"session opened for user {u} by root")).ToList();

        Assert.Single(ids.Select(miner.Resolve).Distinct());
        var template = Assert.Single(miner.Templates());
        Assert.Equal(("session opened for user <*> by root", 6L), (template.Text, template.Count));
    }

    [Fact]
    public void A_number_seen_later_takes_in_the_words_seen_before()
    {
        var miner = new LogTemplateMiner();
        var word = miner.Add("invalid user webmaster from 10.0.0.1");
        var number = miner.Add("invalid user 0101 from 10.0.0.1");
        Assert.Equal(miner.Resolve(number), miner.Resolve(word));
    }

    [Fact]
    public void The_first_word_says_what_a_line_is_about()
    {
        var templates = Mine([.. "boot wait halt stop sync fail".Split(' ').Select(w => w + " (command 3837)")]);
        Assert.Equal(6, templates.Count);
    }

    [Fact]
    public void Lines_of_a_text_and_single_lines_give_the_same()
    {
        var text = string.Concat(Some(400));
        var single = new LogTemplateMiner();
        foreach (var line in text.TrimEnd('\n').Split('\n'))
        {
            single.Add(line);
        }

        foreach (var whole in new[] { text, text.TrimEnd('\n') })
        {
            var miner = new LogTemplateMiner();
            miner.AddLines(Encoding.UTF8.GetBytes(whole));
            Assert.Equal(single.Templates(), miner.Templates());
            Assert.Equal(400, miner.Lines);
        }
    }

    [Fact]
    public void The_sink_sees_every_line_where_it_stands()
    {
        var text = string.Concat(Some(300)) + "\n\nthe end";
        var bytes = Encoding.UTF8.GetBytes(text);
        foreach (var scalar in new[] { false, true })
        {
            var sink = new Collect { Lines = [] };
            new LogTemplateMiner(scalar: scalar).AddLines(bytes, ref sink);
            Assert.Equal(text.Split('\n'), sink.Lines.Select(l => Encoding.UTF8.GetString(bytes, l.Start, l.Length)));
        }
    }

    [Fact]
    public void Numbers_of_any_length_give_no_new_shape()
    {
        var miner = new LogTemplateMiner();
        for (var i = 0; i < 64; i++)
        {
            // At every offset within a block.
            miner.AddLines(Encoding.UTF8.GetBytes($"value {new string('7', i + 1)} of node4{new string('x', 70 - i)} is set\n"));
        }

        Assert.Equal(1, miner.NewShapes);
    }

    [Theory]
    [InlineData("user=", "user=7")]
    [InlineData("a  b", "a 1 b")]
    [InlineData("x1y", "x1,y")]
    public void Shapes_differ_where_a_number_is_missing(string one, string other)
    {
        var miner = new LogTemplateMiner();
        miner.Add(one);
        miner.Add(other);
        Assert.Equal(2, miner.NewShapes);
    }

    [Fact]
    public void Known_lines_allocate_nothing()
    {
        var text = Encoding.UTF8.GetBytes(string.Concat(Some(2000)));
        var miner = new LogTemplateMiner();
        miner.AddLines(text);
        miner.AddLines(text);
        var before = GC.GetAllocatedBytesForCurrentThread();
        miner.AddLines(text);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void New_shapes_of_known_templates_allocate_nothing_once_the_cache_has_its_size()
    {
        var miner = new LogTemplateMiner();
        var lines = Enumerable.Range(0, 2000).Select(i => Encoding.UTF8.GetBytes($"got /srv/{(char)('a' + (i % 26))}{(char)('a' + (i / 26 % 26))}{(char)('a' + (i / 676))} done")).ToList();
        foreach (var line in lines[..1100])
        {
            miner.Add(line);
        }

        // 1100 shapes: the cache grew beyond 1024 and has room for the rest.
        var (shapes, before) = (miner.NewShapes, GC.GetAllocatedBytesForCurrentThread());
        for (var i = 1100; i < 1900; i++)
        {
            miner.Add(lines[i]);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(800, miner.NewShapes - shapes);
        Assert.Single(miner.Templates());
    }

    [Fact]
    public void Lines_beyond_the_capacity_share_a_template()
    {
        var miner = new LogTemplateMiner(capacity: 3);
        foreach (var word in "alpha beta gamma delta epsilon".Split(' '))
        {
            miner.Add(word + " happened");
        }

        Assert.Equal(["alpha happened", "beta happened", "gamma happened", "<*>"], miner.Templates().Select(t => t.Text));
        Assert.Equal(2, miner.Templates()[^1].Count);
    }

    [Fact]
    public void Very_long_lines_and_strange_bytes_are_read_alike_with_and_without_vectors()
    {
        var random = new Random(7);
        var bytes = new byte[300_000];
        random.NextBytes(bytes);
        // Few line feeds, so that some lines are longer than what is kept of one.
        foreach (ref var b in bytes.AsSpan())
        {
            b = b == (byte)'\n' && random.Next(100) > 0 ? (byte)'n' : b;
        }

        Assert.Equal(Templates(bytes, false), Templates(bytes, true));
    }

    [Fact]
    public void Vectors_and_single_bytes_see_the_same_shapes()
    {
        var random = new Random(11);
        const string Alphabet = "ab 17=:/()[],.x-_\n\"é9";
        for (var round = 0; round < 300; round++)
        {
            var text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, random.Next(1, 400)).Select(_ => Alphabet[random.Next(Alphabet.Length)])));
            Assert.Equal(Shapes(text, false), Shapes(text, true));
        }
    }

    private static List<(ulong, int, int)> Shapes(byte[] text, bool scalar)
    {
        var lines = new CollectShapes { Lines = [] };
        new LineShape().Read(text, ref lines, scalar);
        return lines.Lines;
    }

    private static (int, long, long) Templates(byte[] text, bool scalar)
    {
        var miner = new LogTemplateMiner(scalar: scalar);
        miner.AddLines(text);
        return (miner.Templates().Count, miner.Lines, miner.NewShapes);
    }

    private static IReadOnlyList<LogTemplate> Mine(params string[] lines)
    {
        var miner = new LogTemplateMiner();
        foreach (var line in lines)
        {
            miner.Add(line);
        }

        return miner.Templates();
    }

    private static IEnumerable<string> Some(int lines)
    {
        var random = new Random(3);
        var words = new[] { "GET", "POST", "cache", "worker", "timeout", "connected", "größe", "release" };
        return Enumerable.Range(0, lines).Select(_ => $"2026-01-02 03:04:{random.Next(60):00} {words[random.Next(8)]} {words[random.Next(4)]} took {random.NextInt64()} ms, id={random.Next():x} {new string('.', random.Next(90))}\n");
    }

    private struct Collect : ILogLineSink
    {
        public List<(int Start, int Length)> Lines;

        public readonly void Line(int start, int length, int template) => Lines.Add((start, length));
    }

    private struct CollectShapes : IShapedLines
    {
        public List<(ulong, int, int)> Lines;

        public readonly void Line(ulong shape, int start, int length) => Lines.Add((shape, start, length));
    }
}
