using OpenSre.Fleet;

namespace OpenSre.Tests.Fleet;

public class ConflictTests
{
    private static readonly DateTimeOffset Start = new(2026, 5, 9, 15, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Races_are_found_and_clean_runs_raise_no_alarm()
    {
        var random = new Random(7);
        for (var run = 0; run < 20; run++)
        {
            // Three agents, each in files of its own, and one file that they write one after the other with time between.
            var clean = Enumerable.Range(0, 60).Select(i => Write($"a{i % 3}:{i % 3}", $"/r/{i % 3}/{random.Next(5)}", random.Next(3600)))
                .Concat(Enumerable.Range(0, 5).Select(i => Write($"a{i % 3}:{i % 3}", "/r/shared", i * 11))).ToList();
            Assert.Empty(WriteConflicts.Among(clean));

            var at = random.Next(3600);
            var conflict = Assert.Single(WriteConflicts.Among([.. clean, Write("a0:0", "/r/raced", at), Write("a1:1", "/r/raced", at + random.Next(11))]));
            Assert.Equal("/r/raced", conflict.Path);
            Assert.Equal(["a0:0", "a1:1"], conflict.Agents);
        }
    }

    [Fact]
    public void The_end_of_the_window_counts_ours_do_not_and_the_newest_comes_first()
    {
        Assert.Single(WriteConflicts.Among([Write("a:1", "/x", 0), Write("b:2", "/x", 10)]));
        Assert.Empty(WriteConflicts.Among([Write("a:1", "/x", 0), Write("b:2", "/x", 10.1)]));
        Assert.Empty(WriteConflicts.Among([Write("a:1", "/x", 0), Write("opensre:2", "/x", 1)]));
        Assert.Equal(["/late", "/a", "/b"], WriteConflicts.Among([Write("a:1", "/b", 0), Write("b:2", "/b", 1), Write("a:1", "/a", 0), Write("b:2", "/a", 1), Write("a:1", "/late", 5), Write("b:2", "/late", 6)]).Select(c => c.Path));
    }

    [Fact]
    public void Overlapping_changes_are_told_from_changes_side_by_side()
    {
        Assert.True(Assert.Single(WriteConflicts.Among([Write("a:1", "/x", 0, "int total = 1;"), Write("b:2", "/x", 1, "  int total = 1;\nmore")])).Overlaps);
        Assert.False(Assert.Single(WriteConflicts.Among([Write("a:1", "/x", 0, "int total = 1;"), Write("b:2", "/x", 1, "something else")])).Overlaps);
    }

    private static WriteEvent Write(string agent, string path, double second, string change = "") => new(agent, path, Start.AddSeconds(second), change);
}
