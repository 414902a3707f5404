using System.Diagnostics;
using System.Globalization;
using OpenSre.Core;
using OpenSre.Sources;

namespace OpenSre.Tests.Sources.Execution;

public sealed class LocalCommandRunnerTests
{
    /// <summary>Seconds; the programs sleep 100, so that even a very busy machine tells the difference.</summary>
    private const double LongBeforeTheSleep = 60;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Output_error_and_exit_code_come_back()
    {
        var result = await RunAsync("sh", ["-c", "echo out; echo bad >&2; exit 3"]);

        Assert.Equal(new CommandResult(CommandStatus.Exited, 3, "out\n", "bad\n", 0), result);
    }

    [Fact]
    public async Task Arguments_reach_the_program_as_they_are()
    {
        var result = await RunAsync("printf", ["%s|", "a b", "$HOME", "`id`", "'\"", "-x", ""]);

        Assert.Equal("a b|$HOME|`id`|'\"|-x||", result.Output);
    }

    [Fact]
    public async Task Messages_are_in_the_C_locale_and_there_is_no_terminal()
    {
        var result = await RunAsync("sh", ["-c", "echo $LC_ALL $TERM; ls /nowhere/at/all; (: < /dev/tty) 2>/dev/null && echo tty || echo no tty"]);

        Assert.Equal("C dumb\nno tty\n", result.Output);
        Assert.Contains("No such file or directory", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_large_input_and_a_large_output_do_not_wait_for_each_other()
    {
        var input = string.Concat(Enumerable.Repeat("0123456789abcde\n", 200_000));

        var result = await RunAsync("cat", [], input, limit: 4_000_000);

        Assert.Equal(input, result.Output);
        Assert.Equal(0, result.CutCharacters);
    }

    [Fact]
    public async Task Input_nobody_reads_is_no_error()
    {
        var result = await RunAsync("true", [], new string('x', 1_000_000));

        Assert.Equal(new CommandResult(CommandStatus.Exited, 0, "", "", 0), result);
    }

    [Fact]
    public async Task Without_input_standard_input_is_at_its_end()
    {
        var result = await RunAsync("cat", []);

        Assert.Equal((CommandStatus.Exited, ""), (result.Status, result.Output));
    }

    [Fact]
    public async Task Bytes_that_are_no_text_are_replaced()
    {
        var result = await RunAsync("printf", [@"a\377\303\n\303\244"]);

        Assert.Equal("a\uFFFD\uFFFD\nä", result.Output);
    }

    [Fact]
    public async Task A_long_output_keeps_its_ends_and_says_what_was_cut()
    {
        var result = await RunAsync("seq", ["1", "100000"], limit: 200);

        Assert.StartsWith("1\n2\n3\n", result.Output, StringComparison.Ordinal);
        Assert.EndsWith("\n99999\n100000\n", result.Output, StringComparison.Ordinal);
        Assert.Contains($"\n[… {result.CutCharacters} characters cut …]\n", result.Output, StringComparison.Ordinal);
        Assert.Equal(588_895, result.CutCharacters + result.Output.Length - $"[… {result.CutCharacters} characters cut …]\n".Length);
    }

    [Fact]
    public async Task Standard_error_is_capped()
    {
        var result = await RunAsync("sh", ["-c", "seq 1 100000 >&2"]);

        Assert.InRange(result.Error.Length, 4_000, 9_000);
        Assert.EndsWith("100000\n", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_does_not_exist_is_not_found()
    {
        Assert.Equal(CommandStatus.NotFound, (await RunAsync("no-such-program-here", [])).Status);
        Assert.Equal(CommandStatus.NotFound, (await RunAsync("/nowhere/at/all", [])).Status);
    }

    [Fact]
    public async Task A_file_that_may_not_be_executed_is_refused()
    {
        var file = Path.GetTempFileName();
        try
        {
            Assert.Equal(CommandStatus.Refused, (await RunAsync(file, [])).Status);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task A_timeout_keeps_what_was_said_and_ends_grandchildren()
    {
        var watch = Stopwatch.StartNew();

        var result = await RunAsync("sh", ["-c", "sh -c 'sleep 100 & echo $!; wait' & wait"], timeout: TimeSpan.FromSeconds(6));

        Assert.Equal(CommandStatus.TimedOut, result.Status);
        Assert.InRange(watch.Elapsed.TotalSeconds, 1.9, LongBeforeTheSleep);
        await AssertGoneAsync(result.Output);
    }

    [Fact]
    public async Task A_child_that_was_orphaned_is_ended_with_its_group()
    {
        // The inner shell ends at once, so that the sleep has no living ancestor but is still in the group.
        var result = await RunAsync("sh", ["-c", "sh -c 'sleep 100 & echo $!'; exec sleep 100"], timeout: TimeSpan.FromSeconds(6));

        Assert.Equal(CommandStatus.TimedOut, result.Status);
        await AssertGoneAsync(result.Output);
    }

    [Fact]
    public async Task A_program_that_leaves_something_running_does_not_hold_us_up()
    {
        var watch = Stopwatch.StartNew();

        var result = await RunAsync("sh", ["-c", "sleep 100 & echo $!"]);

        Assert.Equal((CommandStatus.Exited, 0), (result.Status, result.ExitCode));
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, LongBeforeTheSleep);
        await AssertGoneAsync(result.Output);
    }

    [Fact]
    public async Task Something_that_left_the_session_with_our_pipes_does_not_hold_us_up()
    {
        var watch = Stopwatch.StartNew();

        var result = await RunAsync("sh", ["-c", "setsid -f sh -c 'echo $$; exec sleep 100'; sleep 0.2"]);

        Assert.Equal((CommandStatus.Exited, 0), (result.Status, result.ExitCode));
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, LongBeforeTheSleep);
        using var left = Process.GetProcessById(int.Parse(result.Output.Trim(), CultureInfo.InvariantCulture));
        left.Kill();
    }

    [Fact]
    public async Task A_job_in_a_group_of_its_own_is_ended_too()
    {
        var result = await RunAsync("sh", ["-c", "set -m; sleep 100 & echo $!; wait"], timeout: TimeSpan.FromSeconds(6));

        Assert.Equal(CommandStatus.TimedOut, result.Status);
        await AssertGoneAsync(result.Output);
    }

    [Fact]
    public async Task Cancelling_throws_and_ends_grandchildren()
    {
        var file = Path.GetTempFileName();
        try
        {
            using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
            var run = RunAsync("sh", ["-c", $"sh -c 'sleep 100 & echo $! > {file}; wait' & wait"], cancellation: cancel.Token);
            while (!(await File.ReadAllTextAsync(file, Token)).EndsWith('\n'))
            {
                await Task.Delay(20, Token);
            }

            var watch = Stopwatch.StartNew();
            await cancel.CancelAsync();

            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
            Assert.InRange(watch.Elapsed.TotalSeconds, 0, LongBeforeTheSleep);
            await AssertGoneAsync(await File.ReadAllTextAsync(file, Token));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task Many_commands_at_once_do_not_mix()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 30).Select(i => RunAsync("sh", ["-c", $"cat; echo {i}"], $"in {i}\n")));

        Assert.Equal(Enumerable.Range(0, 30).Select(i => $"in {i}\n{i}\n"), results.Select(r => r.Output));
    }

    private static Task<CommandResult> RunAsync(
        string program, string[] arguments, string? input = null, int limit = 100_000, TimeSpan? timeout = null, CancellationToken? cancellation = null)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "these tests start Linux programs");
        return new LocalCommandRunner().RunAsync(
            new CommandRequest("test", program, arguments, input, timeout ?? TimeSpan.FromSeconds(20), limit), cancellation ?? Token);
    }

    private static async Task AssertGoneAsync(string idText)
    {
        var id = int.Parse(idText.Trim(), CultureInfo.InvariantCulture);
        for (var i = 0; i < 500 && IsRunning(id); i++)
        {
            await Task.Delay(20, Token);
        }

        Assert.False(IsRunning(id), $"process {id} still runs");
    }

    private static bool IsRunning(int id)
    {
        try
        {
            // A zombie has ended; only whoever adopted it has not looked yet.
            var stat = File.ReadAllText($"/proc/{id}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..][0] != 'Z';
        }
        catch (IOException)
        {
            return false;
        }
    }
}
