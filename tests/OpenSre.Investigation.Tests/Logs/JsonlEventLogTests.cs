using System.Diagnostics;
using OpenSre.Core;
using OpenSre.Investigation;

namespace OpenSre.Tests.Investigation;

public sealed class JsonlEventLogTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("opensre-log-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void What_was_appended_is_read_back_in_order_and_by_investigation()
    {
        using var log = new JsonlEventLog(File("a.jsonl"));
        log.Append(Said("i1", 1, "one\ntwo"));
        log.Append(Said("i2", 1, "other"));
        log.Append(Said("i1", 2, "é \u001b[31m"));

        Assert.Equal(["one\ntwo", "é \u001b[31m"], log.Read("i1").Cast<MessageDelta>().Select(e => e.Text));
        Assert.Equal(3, log.ReadAll().Count());
        Assert.Equal(0, log.BrokenLines);
    }

    [Fact]
    public void A_file_that_is_not_there_is_an_empty_log_and_reading_makes_none()
    {
        using var log = new JsonlEventLog(File("none", "a.jsonl"));
        Assert.Empty(log.ReadAll());
        Assert.False(Directory.Exists(File("none")));
    }

    [Fact]
    public void Only_the_owner_may_read_the_file_and_its_folder()
    {
        using var log = new JsonlEventLog(File("home", "sessions", "a.jsonl"));
        log.Append(Said("i", 1, "x"));

        Assert.Equal("600", Mode(log.Path));
        Assert.Equal("700", Mode(File("home")));
        Assert.Equal("700", Mode(File("home", "sessions")));
    }

    [Fact]
    public void A_torn_last_line_is_skipped_wherever_it_was_torn_and_does_not_swallow_what_is_written_next()
    {
        var whole = Lines(Said("i", 1, "first"), Said("i", 2, "sécond"));
        var firstLine = Array.IndexOf(whole, (byte)'\n') + 1;
        for (var cut = firstLine + 1; cut < whole.Length - 1; cut++)
        {
            System.IO.File.WriteAllBytes(File("torn.jsonl"), whole[..cut]);
            using var log = new JsonlEventLog(File("torn.jsonl"));
            Assert.Equal("first", Assert.IsType<MessageDelta>(Assert.Single(log.ReadAll())).Text);
            Assert.Equal(1, log.BrokenLines);

            log.Append(Said("i", 3, "third"));
            Assert.Equal(["first", "third"], log.ReadAll().Cast<MessageDelta>().Select(e => e.Text));
        }
    }

    [Fact]
    public void A_whole_line_without_its_line_end_still_counts()
    {
        var whole = Lines(Said("i", 1, "first"), Said("i", 2, "second"));
        System.IO.File.WriteAllBytes(File("torn.jsonl"), whole[..^1]);
        using var log = new JsonlEventLog(File("torn.jsonl"));
        log.Append(Said("i", 3, "third"));
        Assert.Equal(["first", "second", "third"], log.ReadAll().Cast<MessageDelta>().Select(e => e.Text));
    }

    [Fact]
    public void An_event_only_a_newer_version_knows_is_counted_and_the_rest_is_read()
    {
        System.IO.File.WriteAllText(File("new.jsonl"), """{"type":"mind.read","seq":1}""" + "\n");
        using var log = new JsonlEventLog(File("new.jsonl"));
        log.Append(Said("i", 2, "known"));
        Assert.Single(log.ReadAll());
        Assert.Equal(1, log.BrokenLines);
    }

    [Fact]
    public void Each_event_is_with_the_operating_system_when_append_returns()
    {
        using var log = new JsonlEventLog(File("a.jsonl"));
        for (var i = 1; i <= 20; i++)
        {
            log.Append(Said("i", i, "x"));
            using var other = new JsonlEventLog(File("a.jsonl"));
            Assert.Equal(i, other.ReadAll().Count());
        }
    }

    private static string Mode(string path)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no file modes.");
        return OperatingSystem.IsWindows() ? "" : Convert.ToString((int)System.IO.File.GetUnixFileMode(path), 8);
    }

    private static MessageDelta Said(string id, long seq, string text) => new(text) { InvestigationId = id, Seq = seq };

    private byte[] Lines(params InvestigationEvent[] events)
    {
        var path = File($"{Stopwatch.GetTimestamp()}.jsonl");
        using (var log = new JsonlEventLog(path))
        {
            foreach (var e in events)
            {
                log.Append(e);
            }
        }

        return System.IO.File.ReadAllBytes(path);
    }

    private string File(params string[] parts) => Path.Combine([_folder, .. parts]);
}
