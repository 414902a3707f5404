using OpenSre.Core;
using OpenSre.Sources;

namespace OpenSre.Tests.Sources.Recording;

public sealed class RecordingTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 4, 10, 0, 0, TimeSpan.Zero);
    private static readonly BundleHeader Header = new(Bundle.FormatName, Bundle.Version, Now, "web-1", "Linux");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("a.bundle")]
    [InlineData("a.bundle.gz")]
    public async Task A_replay_answers_what_was_recorded(string name)
    {
        using var folder = new TempFolder();
        var answers = new Queue<CommandResult>([
            FakeRunner.Exit(0, "first ü\n"),
            FakeRunner.Exit(0, "second\n"),
            new CommandResult(CommandStatus.TimedOut, -1, "part", "slow", 12),
            new CommandResult(CommandStatus.NotFound, -1, "", "x: not found", 0)]);
        CommandRequest[] asked = [Request("host.load", "cat", "/proc/loadavg"), Request("host.load", "cat", "/proc/loadavg"), Request("host.disk", "df", "-P"), Request("x.y", "x")];
        CommandResult[] live;
        using (var writer = BundleWriter.Create(folder.File(name), "Disk is full on wéb-1", Header))
        {
            var runner = new RecordingRunner(new FakeRunner(_ => answers.Dequeue()), writer, new ManualTime(Now));
            live = [.. await Task.WhenAll(asked.Select(a => runner.RunAsync(a, Token)))];
            Assert.Null(writer.Failure);
        }

        var bundle = Bundle.Load(folder.File(name));
        var replay = new ReplayRunner(bundle);
        List<CommandResult> replayed = [];
        foreach (var request in asked)
        {
            replayed.Add(await replay.RunAsync(request, Token));
        }

        Assert.Equal(Header, bundle.Header);
        Assert.Equal("Disk is full on wéb-1", bundle.Input);
        Assert.Equal("", bundle.Note);
        Assert.Equal(4, bundle.Exchanges.Count);
        Assert.Equal(live, replayed);
        Assert.Equal("second\n", (await replay.RunAsync(asked[0], Token)).Output);
        Assert.Equal("second\n", (await replay.RunAsync(asked[0] with { Input = "another probe", Timeout = TimeSpan.FromDays(1), OutputLimit = 1 }, Token)).Output);
    }

    [Fact]
    public async Task What_was_not_recorded_says_so()
    {
        var replay = new ReplayRunner(new Bundle(Header, "", []));

        var result = await replay.RunAsync(Request("host.load", "cat", "/proc/loadavg"), Token);

        Assert.Equal(new CommandResult(CommandStatus.NotRecorded, -1, "", "not recorded: host.load: cat /proc/loadavg", 0), result);
    }

    [Fact]
    public async Task Operation_program_and_arguments_tell_calls_apart()
    {
        var recording = new MemoryRecording(Header);
        var runner = new RecordingRunner(new FakeRunner(r => FakeRunner.Exit(0, RecordedRequest.Of(r).Key)), recording);
        CommandRequest[] asked = [Request("a", "p", "x y"), Request("a", "p", "x", "y"), Request("b", "p", "x y"), Request("a", "q", "x y")];
        foreach (var request in asked)
        {
            await runner.RunAsync(request, Token);
        }

        var replay = new ReplayRunner(recording.ToBundle());
        foreach (var request in asked)
        {
            Assert.Equal(RecordedRequest.Of(request).Key, (await replay.RunAsync(request, Token)).Output);
        }
    }

    [Fact]
    public async Task Secrets_do_not_reach_the_file_and_the_call_is_found_all_the_same()
    {
        using var folder = new TempFolder();
        var file = folder.File("a.bundle");
        var request = Request("db.query", "psql", "postgres://app:hunter2pw@db/x");
        const string Json = """[{"Name":"api","Config":{"Env":["PATH=/bin","DB_PASS=hunter2pw","A=http://h:80","B=me@example.com"],"Labels":{"password":"hunter2pw"}},"n":1.50,"env":[{"name":"API_TOKEN","value":"hunter2pw"}]}]""";
        using (var writer = BundleWriter.Create(file, "alert with password=hunter2pw", Header))
        {
            var runner = new RecordingRunner(FakeRunner.Returning(FakeRunner.Exit(0, Json, "api_key=hunter2pw")), writer);
            Assert.Equal(Json, (await runner.RunAsync(request, Token)).Output);
        }

        var text = await File.ReadAllTextAsync(file, Token);
        Assert.DoesNotContain("hunter2pw", text, StringComparison.Ordinal);
        var replayed = await new ReplayRunner(Bundle.Load(file)).RunAsync(request, Token);
        Assert.Equal("""[{"Name":"api","Config":{"Env":["PATH=/bin","DB_PASS=[redacted]","A=http://h:80","B=me@example.com"],"Labels":{"password":"[redacted]"}},"n":1.50,"env":[{"name":"API_TOKEN","value":"[redacted]"}]}]""", replayed.Output);
    }

    [Fact]
    public void Json_lines_are_cleaned_line_by_line_and_clean_text_stays_untouched()
    {
        Assert.Equal("{\"a\": 1}\nplain token=x\n{\"secret\":\"[redacted]\"}\n", BundleRedaction.Clean("{\"a\": 1}\nplain token=x\n{\"secret\": \"abc\"}\n"));
        Assert.Equal("[truncated {\"a\": ", BundleRedaction.Clean("[truncated {\"a\": "));
    }

    [Theory]
    [InlineData("a.bundle")]
    [InlineData("a.bundle.gz")]
    public async Task A_recording_cut_off_anywhere_is_read_up_to_there(string name)
    {
        using var folder = new TempFolder();
        var file = folder.File(name);
        using (var writer = BundleWriter.Create(file, "in", Header))
        {
            var runner = new RecordingRunner(new FakeRunner(r => FakeRunner.Exit(0, r.Arguments[0])), writer);
            for (var i = 0; i < 5; i++)
            {
                await runner.RunAsync(Request("a", "p", $"{i}"), Token);
            }
        }

        var bytes = await File.ReadAllBytesAsync(file, Token);
        var most = 0;
        for (var length = bytes.Length; length > bytes.Length / 2; length--)
        {
            await File.WriteAllBytesAsync(file, bytes[..length], Token);
            var bundle = Bundle.Load(file);
            Assert.Equal(Enumerable.Range(0, bundle.Exchanges.Count).Select(i => $"{i}"), bundle.Exchanges.Select(e => e.Result.Output));
            Assert.True(bundle.Note.Length == 0 || bundle.Note == "The recording ends in the middle of a line, which was left out.");
            most = Math.Max(most, bundle.Exchanges.Count);
        }

        Assert.Equal(5, most);
    }

    [Fact]
    public void Lines_of_a_newer_version_that_are_not_known_are_skipped()
    {
        using var folder = new TempFolder();
        var file = folder.Write("a.bundle", """
            {"format":"opensre.bundle","v":1,"recordedAt":"2026-05-04T10:00:00+00:00","host":"web-1","os":"Linux","extra":true}
            {"type":"picture","data":"x"}
            {"type":"input","text":"why"}
            {"type":"exchange","at":"2026-05-04T10:00:00+00:00","request":{"operation":"a","program":"p","arguments":[]},"result":{"status":"Exited","exitCode":0,"output":"o","error":"","cutCharacters":0},"durationMs":1}

            """);

        var bundle = Bundle.Load(file);

        Assert.Equal(("why", 1, ""), (bundle.Input, bundle.Exchanges.Count, bundle.Note));
    }

    [Theory]
    [InlineData("", "is no recording of OpenSRE: its first line is not an opensre.bundle header.")]
    [InlineData("hello\n", "is no recording of OpenSRE: its first line is not an opensre.bundle header.")]
    [InlineData("{\"format\":\"other\",\"v\":1}\n", "is no recording of OpenSRE: its first line is not an opensre.bundle header.")]
    [InlineData("{\"format\":\"opensre.bundle\",\"v\":2,\"recordedAt\":\"2026-05-04T10:00:00+00:00\",\"host\":\"h\",\"os\":\"o\"}\n", "was recorded in version 2 of the format, but this program reads version 1; update OpenSRE.")]
    [InlineData("{\"format\":\"opensre.bundle\",\"v\":1,\"recordedAt\":\"2026-05-04T10:00:00+00:00\",\"host\":\"h\",\"os\":\"o\"}\nnope\n{\"type\":\"input\",\"text\":\"\"}\n", "is damaged: line 2 cannot be read.")]
    [InlineData("{\"format\":\"opensre.bundle\",\"v\":1,\"recordedAt\":\"2026-05-04T10:00:00+00:00\",\"host\":\"h\",\"os\":\"o\"}\n{\"type\":\"exchange\"}\n", "is damaged: line 2 cannot be read.")]
    public void A_wrong_file_gives_one_clear_sentence(string text, string sentence)
    {
        using var folder = new TempFolder();
        var file = folder.Write("a.bundle", text);

        Assert.Equal($"{file} {sentence}", Assert.Throws<BundleException>(() => Bundle.Load(file)).Message);
    }

    [Fact]
    public void A_file_that_is_not_there_or_cannot_be_written_gives_a_sentence()
    {
        Assert.StartsWith("The recording /nowhere/a.bundle cannot be read: ", Assert.Throws<BundleException>(() => Bundle.Load("/nowhere/a.bundle")).Message, StringComparison.Ordinal);
        Assert.StartsWith("The recording /nowhere/a.bundle cannot be written: ", Assert.Throws<BundleException>(() => BundleWriter.Create("/nowhere/a.bundle", "")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_disk_ends_the_recording_but_not_the_investigation()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "needs /dev/full");
        using var writer = BundleWriter.Create("/dev/full", "in", Header);
        var runner = new RecordingRunner(FakeRunner.Returning(FakeRunner.Exit(0, "fine")), writer);

        var result = await runner.RunAsync(Request("a", "p"), Token);

        Assert.Equal("fine", result.Output);
        Assert.StartsWith("The recording /dev/full is not complete: ", writer.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public void A_recording_is_readable_by_its_owner_only()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("file modes are a Unix matter");
            return;
        }

        using var folder = new TempFolder();
        using (BundleWriter.Create(folder.File("a.bundle"), ""))
        {
        }

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder.File("a.bundle")));
    }

    [Fact]
    public async Task Cancelling_reaches_the_command_and_records_nothing()
    {
        var recording = new MemoryRecording(Header);
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new RecordingRunner(FakeRunner.Returning(FakeRunner.Exit(0, "")), recording).RunAsync(Request("a", "p"), cancelled.Token));

        Assert.Empty(recording.ToBundle().Exchanges);
    }

    private static CommandRequest Request(string operation, string program, params string[] arguments) =>
        new(operation, program, arguments, "probe", TimeSpan.FromSeconds(5), 1000);
}
