using System.Diagnostics;
using System.Text;
using OpenSre.Fleet;

namespace OpenSre.Tests.Fleet;

public sealed class TraceTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly Started _started = new();

    [Theory]
    [InlineData("exec cat >/dev/null", "stdout is /dev/null; nothing to tail")]
    [InlineData("exec cat", "stdout is a pipe; live tail not supported")]
    [InlineData("exec sleep 600 >&-", "stdout is closed")]
    [InlineData("exec 1<>/dev/zero; exec cat", "stdout is not a regular file (got c")]
    public void What_cannot_be_followed_is_refused_with_its_reason(string script, string reason)
    {
        SkipElsewhere();
        var process = Shell(script);
        Started.Until(() => TraceTarget.Resolve(process.Id).Refusal?.StartsWith(reason, StringComparison.Ordinal) == true, () => TraceTarget.Resolve(process.Id).Refusal);
    }

    [Fact]
    public void Nobody_and_nonsense_are_refused()
    {
        SkipElsewhere();
        Assert.Equal("invalid pid 0 (must be positive)", TraceTarget.Resolve(0).Refusal);
        Assert.Equal("no such pid 4194300", TraceTarget.Resolve(4194300).Refusal);
    }

    [Fact]
    public async Task A_deleted_target_is_refused_unless_it_is_wanted()
    {
        SkipElsewhere();
        var log = _folder.File("log");
        var process = Shell($"exec >>'{log}'; while read -r l; do echo \"$l\"; done");
        Started.Until(() => File.Exists(log), () => "no log");
        Started.Until(() => TraceTarget.Resolve(process.Id).Refusal is null, () => TraceTarget.Resolve(process.Id).Refusal);
        File.Delete(log);

        Assert.Equal($"stdout target {log} no longer exists", TraceTarget.Resolve(process.Id).Refusal);
        using var session = Attach(process, allowDeleted: true);
        await process.StandardInput.WriteLineAsync("still here");
        await process.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
        Assert.Equal("still here\n", await UntilAsync(session, "still here\n"));
    }

    [Fact]
    public async Task Only_what_comes_after_attaching_is_shown_and_the_end_is_told()
    {
        SkipElsewhere();
        var log = _folder.Write("log", "one\ntwo\nthree\n");
        var process = Shell($"exec >>'{log}'; while read -r l; do echo \"$l\"; done");
        Started.Until(() => TraceTarget.Resolve(process.Id).Refusal is null, () => TraceTarget.Resolve(process.Id).Refusal);
        using var session = Attach(process);
        using var withBacklog = Attach(process, backlog: 2);
        await process.StandardInput.WriteLineAsync("four");
        process.StandardInput.Close();

        Assert.Equal("four\n", await UntilAsync(session, null));
        Assert.Equal("two\nthree\nfour\n", await UntilAsync(withBacklog, null));
    }

    [Fact]
    public async Task Truncation_and_a_reopened_file_are_followed()
    {
        SkipElsewhere();
        var (log, other) = (_folder.Write("log", "a long line that was there before\n"), _folder.File("other"));
        var process = Shell($"exec >>'{log}'; while read -r l; do echo \"$l\"; [ \"$l\" = move ] && exec >>'{other}'; done");
        Started.Until(() => TraceTarget.Resolve(process.Id).Refusal is null, () => TraceTarget.Resolve(process.Id).Refusal);
        using var session = Attach(process);
        var events = session.EventsAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        File.WriteAllText(log, "");
        await process.StandardInput.WriteLineAsync("short");
        await process.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
        Assert.IsType<TraceTruncated>(await NextAsync(events));
        Assert.Equal("short\n", Text(await NextAsync(events)));
        await process.StandardInput.WriteLineAsync("move");
        await process.StandardInput.WriteLineAsync("there");
        await process.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
        Assert.Equal("move\n", Text(await NextAsync(events)));
        Assert.Equal(other, Assert.IsType<TraceMoved>(await NextAsync(events)).Path);
        Assert.Equal("there\n", Text(await NextAsync(events)));
    }

    [Fact]
    public async Task A_burst_ends_with_its_newest_output_and_says_what_was_skipped()
    {
        SkipElsewhere();
        var log = _folder.File("log");
        var process = Shell($"exec >>'{log}'; read -r l; seq 1 3000000; echo end");
        Started.Until(() => TraceTarget.Resolve(process.Id).Refusal is null, () => TraceTarget.Resolve(process.Id).Refusal);
        using var session = Attach(process);
        await process.StandardInput.WriteLineAsync("go");
        process.StandardInput.Close();
        long told = 0, skipped = 0;
        await foreach (var happening in session.EventsAsync(TestContext.Current.CancellationToken))
        {
            told += happening is TraceOutput { Bytes.Length: var length } ? length : 0;
            skipped += happening is TraceSkipped { Bytes: var bytes } ? bytes : 0;
        }

        var all = await File.ReadAllBytesAsync(log, TestContext.Current.CancellationToken);
        var tail = session.Tail();
        Assert.Equal(all.Length, told + skipped);
        Assert.InRange(tail.Length, 4 * 1024 * 1024 - 4096, 4 * 1024 * 1024);
        Assert.True(all.AsSpan().EndsWith(tail));
    }

    [Fact]
    public void The_ring_drops_whole_chunks_from_its_head_and_keeps_one()
    {
        var ring = new TraceRing(10);
        ring.Add("aaaa"u8.ToArray());
        ring.Add("bbbb"u8.ToArray());
        ring.Add("cccc"u8.ToArray());
        Assert.Equal("bbbbcccc", Encoding.ASCII.GetString(ring.Tail()));
        Assert.Equal("bcccc", Encoding.ASCII.GetString(ring.Tail(5)));
        ring.Add("dddddddddddddddddd"u8.ToArray());
        Assert.Equal("dddddddddddddddddd", Encoding.ASCII.GetString(ring.Tail()));
        Assert.Equal(12, ring.Dropped);
    }

    [Fact]
    public void Shown_text_holds_no_control_sequence_no_secret_and_no_half_character()
    {
        var text = new TraceText();
        var bytes = Encoding.UTF8.GetBytes("grün \e[31mred\e[0m\r\npassword=hunter22\n-----BEGIN RSA PRIVATE KEY-----\nAAAA\nBBBB\n-----END RSA PRIVATE KEY-----\nafter\nno end");
        var shown = string.Concat(bytes.Select(b => text.Add([b])));

        Assert.StartsWith("grün red\npassword=[redacted]\n", shown);
        Assert.EndsWith("after\n", shown);
        Assert.DoesNotContain("AAAA", shown);
        Assert.DoesNotContain("BBBB", shown);
        Assert.Equal("no end", text.TakeOpen());
    }

    [Fact]
    public void What_lsof_tells_on_macOS_is_read()
    {
        const string Text = "p42\nfcwd\ntDIR\nn/Users/u\nf1\ntREG\nn/Users/u/log\nf2\ntCHR\nn/dev/ttys001\n";
        Assert.Equal(new TraceTarget("/Users/u/log", null), MacTarget.Read(Text, 1, "stdout"));
        Assert.Equal("stderr is on a terminal; live tail not supported", MacTarget.Read(Text, 2, "stderr")!.Refusal);
        Assert.Null(MacTarget.Read(Text, 0, "stdin"));
    }

    public void Dispose()
    {
        _started.Dispose();
        _folder.Dispose();
    }

    private static void SkipElsewhere() => Assert.SkipUnless(OperatingSystem.IsLinux(), "This needs /proc.");

    private static string Text(TraceEvent happening) => Encoding.UTF8.GetString(Assert.IsType<TraceOutput>(happening).Bytes);

    private static async Task<TraceEvent> NextAsync(IAsyncEnumerator<TraceEvent> events)
    {
        Assert.True(await events.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(120), TestContext.Current.CancellationToken));
        return events.Current;
    }

    /// <summary>The output until it is as wanted, or to the end of the process.</summary>
    private static async Task<string> UntilAsync(TraceSession session, string? wanted)
    {
        var text = "";
        await foreach (var happening in session.EventsAsync(TestContext.Current.CancellationToken))
        {
            text += happening is TraceOutput output ? Text(output) : "";
            if (text == wanted)
            {
                break;
            }
        }

        return text;
    }

    private static TraceSession Attach(Process process, int backlog = 0, bool allowDeleted = false)
    {
        var (session, refusal) = TraceSession.Attach(new ProcTable(), process.Id, 1, backlog, allowDeleted);
        Assert.Null(refusal);
        return session!;
    }

    private Process Shell(string script) =>
        _started.Add(Process.Start(new ProcessStartInfo("/bin/sh", ["-c", script]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true })!);
}
