using System.Text.Json;
using OpenSre.Core;

namespace OpenSre.Tests.Cli;

/// <summary>The program as a script sees it.</summary>
public sealed class PipeTests : IDisposable
{
    private const string Firing = """{"version":"4","status":"firing","receiver":"x","alerts":[{"status":"firing","labels":{"alertname":"DiskFull","severity":"critical","mountpoint":"/"},"annotations":{"summary":"disk full on /"},"startsAt":"2026-05-04T10:00:00Z"}]}""";
    private static readonly string Resolved = Firing.Replace("firing", "resolved", StringComparison.Ordinal);
    private readonly Opensre _opensre = new();

    public void Dispose() => _opensre.Dispose();

    [Fact]
    public async Task An_alert_from_a_pipe_gives_a_report_and_exit_code_0()
    {
        var ended = await _opensre.RunAsync(Firing);
        Assert.Equal((0, ""), (ended.Code, ended.Errors));
        Assert.StartsWith("▸ DiskFull", ended.Output, StringComparison.Ordinal);
        Assert.Contains("host.disk", ended.Output, StringComparison.Ordinal);
        Assert.Matches(@"\n\*\*(Root cause \(.+\)|Healthy|Inconclusive):\*\* ", ended.Output);
        Assert.DoesNotContain('\u001b', ended.Output);
    }

    [Fact]
    public async Task With_json_every_line_is_an_event_and_they_are_numbered_without_holes()
    {
        var ended = await _opensre.RunAsync(Firing, "--json");
        Assert.Equal((0, ""), (ended.Code, ended.Errors));
        var events = ended.Output.TrimEnd('\n').Split('\n').Select(l => JsonSerializer.Deserialize(l, CoreJson.Default.InvestigationEvent)!).ToList();
        Assert.IsType<InvestigationStarted>(events[0]);
        Assert.IsType<InvestigationFinished>(events[^1]);
        Assert.Equal(Enumerable.Range(1, events.Count).Select(i => (long)i), events.Select(e => e.Seq));
        var report = events.OfType<ReportWritten>().Single().Markdown;
        Assert.Equal(report.TrimEnd('\n'), string.Concat(events.OfType<MessageDelta>().Select(e => e.Text)).TrimEnd('\n'));
    }

    [Fact]
    public async Task Words_and_files_on_the_command_line_work_without_a_terminal()
    {
        var file = Path.Combine(_opensre.Home, "alert.json");
        await File.WriteAllTextAsync(file, Firing, TestContext.Current.CancellationToken);
        Assert.Contains("▸ DiskFull", (await _opensre.RunAsync("", "alert.json")).Output, StringComparison.Ordinal);
        Assert.Contains("▸ disk full on /", (await _opensre.RunAsync("", "disk", "full", "on", "/")).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"status\": \"firing\",", "malformed")]
    [InlineData("hello", "")]
    [InlineData("", "")]
    public async Task Unusable_input_is_one_sentence_and_exit_code_2(string input, string says)
    {
        var ended = await _opensre.RunAsync(input);
        Assert.Equal((2, ""), (ended.Code, ended.Output));
        Assert.Equal(1, ended.Errors.Count(c => c == '\n'));
        Assert.StartsWith("opensre: ", ended.Errors, StringComparison.Ordinal);
        Assert.Contains(says, ended.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_resolved_alert_is_said_plainly_and_is_no_failure()
    {
        var plain = await _opensre.RunAsync(Resolved);
        Assert.Equal((0, ""), (plain.Code, plain.Errors));
        Assert.Contains("resolved", plain.Output, StringComparison.Ordinal);

        var json = await _opensre.RunAsync(Resolved, "--json");
        Assert.Equal((0, ""), (json.Code, json.Output));
        Assert.Contains("resolved", json.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_of_the_session_is_answered_and_not_investigated()
    {
        var ended = await _opensre.RunAsync("/status\n");
        Assert.Equal((0, ""), (ended.Code, ended.Errors));
        Assert.StartsWith("  engine    built-in engine\n", ended.Output, StringComparison.Ordinal);
        Assert.Contains("\n  running   nothing\n", ended.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("▸", ended.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lines_that_begin_with_a_command_are_inputs_one_after_the_other()
    {
        var recording = RepositoryRoot.File("examples", "incidents", "case-001.bundle.gz");
        var ended = await _opensre.RunAsync($"/replay {recording}\n\nwhy?\n/hypotheses\n/timeline\n");
        Assert.Equal((0, ""), (ended.Code, ended.Errors));
        Assert.Equal([$"> /replay {recording}", "> why?", "> /hypotheses", "> /timeline"], ended.Output.Split('\n').Where(l => l.StartsWith("> ", StringComparison.Ordinal)));
        Assert.Contains("tool calls", ended.Output, StringComparison.Ordinal);
        Assert.Contains("  taken as a question about", ended.Output, StringComparison.Ordinal);
        Assert.Matches(@"\n  [█░]+ +\d+ %", ended.Output);
        Assert.Contains(" UTC\n", ended.Output, StringComparison.Ordinal);
        Assert.StartsWith("Kept in ", ended.Output.TrimEnd('\n').Split('\n')[^1], StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', ended.Output);
    }

    /// <summary>Whoever wrote what is piped may not be the person who pipes it: what does more than look is refused before anything is done.</summary>
    [Theory]
    [InlineData("/trust on")]
    [InlineData("/clear")]
    [InlineData("/watch pid 1")]
    [InlineData("/background disk full")]
    [InlineData("/alerts listen")]
    [InlineData("/save report.md")]
    [InlineData("/record disk full")]
    [InlineData("/fix SHOP-1A")]
    [InlineData("/model pick none")]
    [InlineData("/memory forget 1")]
    [InlineData("/agents kill 1")]
    [InlineData("/staus")]
    [InlineData("/status\n!touch made")]
    [InlineData("/status\n/trust on")]
    public async Task A_command_that_does_more_than_look_is_one_sentence_and_exit_code_2(string input)
    {
        var ended = await _opensre.RunAsync(input + "\n");
        Assert.Equal((2, ""), (ended.Code, ended.Output));
        Assert.Equal(1, ended.Errors.Count(c => c == '\n'));
        Assert.StartsWith("opensre: ", ended.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_opensre.Home, "made")));
    }

    [Fact]
    public async Task Words_that_only_begin_with_a_slash_are_investigated_and_commands_give_no_events()
    {
        Assert.StartsWith("▸ /srv is full", (await _opensre.RunAsync("/srv is full\n/status\n")).Output, StringComparison.Ordinal);
        var json = await _opensre.RunAsync("/status\n", "--json");
        Assert.Equal((2, "", "opensre: /status gives no events; leave --json out.\n"), (json.Code, json.Output, json.Errors));
    }

    [Fact]
    public async Task A_command_that_fails_says_so_and_the_exit_code_is_1()
    {
        var broken = Path.Combine(_opensre.Home, "broken.bundle");
        await File.WriteAllTextAsync(broken, "nothing of that kind", TestContext.Current.CancellationToken);
        var ended = await _opensre.RunAsync($"/replay {broken}\n");
        Assert.Equal((1, ""), (ended.Code, ended.Errors));
        Assert.StartsWith("That did not work: ", ended.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("The session goes on", ended.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--what")]
    [InlineData("record")]
    [InlineData("record", "a", "b")]
    [InlineData("record", "x", "-o")]
    [InlineData("replay")]
    [InlineData("replay", "no-such.bundle")]
    [InlineData("doctor", "now")]
    [InlineData("no-such-file.json")]
    [InlineData("record", "no-such-file.json")]
    [InlineData("record", "disk full", "-o", "/proc/no/such/place.bundle")]
    public async Task What_cannot_be_done_is_one_sentence_and_exit_code_2(params string[] arguments)
    {
        var ended = await _opensre.RunAsync("", arguments);
        Assert.Equal((2, ""), (ended.Code, ended.Output));
        Assert.Equal(1, ended.Errors.Count(c => c == '\n'));
        Assert.DoesNotContain("   at ", ended.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reader_that_has_enough_ends_it_quietly()
    {
        using var process = _opensre.Start();
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.StandardInput.WriteAsync(Firing);
        process.StandardInput.Close();
        await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        process.StandardOutput.Close();
        var ended = await Opensre.EndAsync(process, Task.FromResult(""), errors);
        Assert.Equal("", ended.Errors);
        Assert.InRange(ended.Code, 0, 1);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(15)]
    public async Task A_signal_stops_the_investigation_and_the_last_line_says_so(int signal)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Signals are for Unix.");
        using var process = _opensre.Start("everything is slow on this host");
        var first = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        Assert.StartsWith("▸", first, StringComparison.Ordinal);
        Opensre.Signal(process, signal);
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var ended = await Opensre.EndAsync(process, output, process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        Assert.Equal((1, ""), (ended.Code, ended.Errors));
        Assert.Contains("Stopped.", ended.Output, StringComparison.Ordinal);
        Assert.Matches(@"tool calls? · \d+ facts? · ", ended.Output.TrimEnd('\n').Split('\n')[^1]);
    }

    [Fact]
    public async Task A_signal_while_it_waits_for_input_ends_it()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Signals are for Unix.");
        using var process = _opensre.Start();
        await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
        Opensre.Signal(process, 15);
        var ended = await Opensre.EndAsync(process, process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        Assert.NotEqual(0, ended.Code);
        Assert.DoesNotContain("   at ", ended.Errors, StringComparison.Ordinal);
    }
}
