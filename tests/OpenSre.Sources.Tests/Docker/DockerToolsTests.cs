using OpenSre.Core;
using OpenSre.Sources;

namespace OpenSre.Tests.Sources.Docker;

/// <summary>The tools against answers made by hand: failures, old and odd engines, hostile text.</summary>
public sealed class DockerToolsTests
{
    private static readonly CommandResult NoSocket = new(CommandStatus.NotFound, -1, "", "there is no Docker engine here: /var/run/docker.sock does not exist", 0);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> Tools => [.. DockerTools.All(FakeRunner.Returning(NoSocket), new DockerOptions()).Select(t => t.Description.Name)];

    [Theory]
    [MemberData(nameof(Tools))]
    public async Task Without_an_engine_and_without_the_program_docker_is_missing(string tool)
    {
        var runner = FakeRunner.Returning(new CommandResult(CommandStatus.NotFound, -1, "", "docker: not found", 0));

        var result = await RunAsync(runner, tool);

        Assert.Equal(new ToolResult(ToolStatus.Missing, "", "There is no Docker engine to look at: its socket is not there and the docker program is not installed."), result);
        Assert.Equal(["opensre:docker", tool == "docker.logs" ? "sh" : "docker"], runner.Requests.Select(r => r.Program));
    }

    [Theory]
    [MemberData(nameof(Tools))]
    public async Task Every_way_to_fail_has_its_status_and_sentence(string tool)
    {
        await AssertAsync(new CommandResult(CommandStatus.Refused, -1, "", "the Docker engine's socket is closed to this user (EACCES): add the user to its group", 0), ToolStatus.Refused, "", "The Docker engine's socket is closed to this user (EACCES): add the user to its group.");
        await AssertAsync(new CommandResult(CommandStatus.TimedOut, -1, "", "", 0), ToolStatus.TimedOut, "engine state=silent text=no answer in time", "The Docker engine did not answer in time; it may hang: see systemctl status docker.");
        await AssertAsync(FakeRunner.Exit(DockerProbe.NoAnswer, "", "nobody listens on the Docker engine's socket /x (ECONNREFUSED)"), ToolStatus.Failed, "engine state=unreachable text=nobody listens on the Docker engine's socket /x (ECONNREFUSED)", "Nobody listens on the Docker engine's socket /x (ECONNREFUSED).");
        await AssertAsync(FakeRunner.Exit(DockerProbe.ErrorReply, "", "the engine answered 500: layer does not exist"), ToolStatus.Failed, "", "The engine answered 500: layer does not exist.");

        async Task AssertAsync(CommandResult answer, ToolStatus status, string text, string note) =>
            Assert.Equal(new ToolResult(status, text, note), await RunAsync(FakeRunner.Returning(answer), tool));
    }

    [Theory]
    [InlineData("permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock", ToolStatus.Refused, "The Docker engine's socket is closed to this user: add the user to the docker group (sudo usermod -aG docker $USER) and log in again, or run as root.")]
    [InlineData("Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?", ToolStatus.Missing, "There is no Docker engine to look at: the docker program says: Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?")]
    [InlineData("error during connect: dial tcp 10.0.0.1:2376: connect: connection refused", ToolStatus.Failed, "Error during connect: dial tcp 10.0.0.1:2376: connect: connection refused.")]
    [InlineData("unknown shorthand flag: 'x' in -x", ToolStatus.Failed, "Unknown shorthand flag: 'x' in -x.")]
    public async Task What_the_program_says_is_understood(string error, ToolStatus status, string note)
    {
        var runner = new FakeRunner(r => r.Program == "opensre:docker" ? NoSocket : FakeRunner.Exit(1, "", error));

        var result = await RunAsync(runner, "docker.containers");

        Assert.Equal((status, note), (result.Status, result.Note));
    }

    [Fact]
    public async Task What_was_not_recorded_is_not_missing()
    {
        Assert.Equal(ToolStatus.NotRecorded, (await RunAsync(FakeRunner.Returning(new CommandResult(CommandStatus.NotRecorded, -1, "", "", 0)), "docker.info")).Status);
    }

    [Fact]
    public async Task Another_host_is_reached_through_the_program()
    {
        var runner = FakeRunner.Returning(FakeRunner.Exit(0, ""));

        await RunAsync(runner, "docker.containers", new DockerOptions("ssh://nas"));
        await RunAsync(runner, "docker.logs", new DockerOptions("ssh://nas"));

        Assert.Equal(["-H", "ssh://nas", "ps", "-a", "--no-trunc"], runner.Requests[0].Arguments.Take(5));
        Assert.Equal(["-s", "--", "docker", "web", "200", "-H", "ssh://nas"], runner.Requests[1].Arguments);
        Assert.DoesNotContain("ssh://nas", runner.Requests[1].Input, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "/var/run/docker.sock")]
    [InlineData("", "/var/run/docker.sock")]
    [InlineData("unix:///run/user/1000/docker.sock", "/run/user/1000/docker.sock")]
    [InlineData("tcp://10.0.0.1:2376", null)]
    public void The_socket_is_taken_from_the_host(string? host, string? socket) => Assert.Equal(socket, new DockerOptions(host).Socket);

    [Fact]
    public async Task An_exited_container_keeps_no_health()
    {
        var text = await ContainersAsync("""{"Id":"c1","Name":"/old","RestartCount":0,"State":{"Status":"exited","Running":false,"ExitCode":1,"OOMKilled":false,"Error":"exec: \"serve\": not found","StartedAt":"2026-05-04T10:00:00.5Z","FinishedAt":"2026-05-04T10:00:01Z","Health":{"Status":"unhealthy","Log":[{"Start":"2026-05-04T10:00:00Z","ExitCode":1,"Output":"no"}]}},"Config":{"Image":"a:1"},"HostConfig":{"RestartPolicy":{"Name":"on-failure","MaximumRetryCount":3}}}""", "exited");

        Assert.Contains("state=exited health=- stale_health=unhealthy restarts=0 exit_code=1 oom_killed=false started=2026-05-04T10:00:00Z finished=2026-05-04T10:00:01Z restart_policy=on-failure:3 ", text, StringComparison.Ordinal);
        Assert.Contains("unhealthy=0\n", text, StringComparison.Ordinal);
        Assert.Contains("container_error name=old text=exec: \"serve\": not found\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Use_is_read_from_both_versions_of_cgroups()
    {
        const string Running = """{"Id":"c1","Name":"/web","State":{"Status":"running","Running":true,"StartedAt":"0001-01-01T00:00:00Z"},"Config":{"Image":"a:1"},"HostConfig":{"Memory":1000000,"PidsLimit":-1,"NetworkMode":"bridge"},"NetworkSettings":{"Ports":{"80/tcp":[{"HostIp":"","HostPort":"8080"},{"HostIp":"::","HostPort":"8080"}],"443/tcp":null}}}""";
        var v2 = await ContainersAsync(Running, "running", """{"memory_stats":{"usage":900000,"limit":1000000,"stats":{"inactive_file":100000}},"pids_stats":{"current":7},"cpu_stats":{"throttling_data":{"periods":100,"throttled_periods":40}}}""");
        var v1 = await ContainersAsync(Running, "running", """{"memory_stats":{"usage":900000,"max_usage":990000,"stats":{"total_inactive_file":300000}},"pids_stats":{"current":7}}""");
        var none = await ContainersAsync(Running, "running", "{}");

        Assert.Contains(" started=- finished=- restart_policy=no memory=800000 memory_limit=1000000 memory_max=- pids=7 pids_limit=- cpu_throttled=40/100 network=bridge ports=0.0.0.0:8080->80/tcp,[::]:8080->80/tcp text=", v2, StringComparison.Ordinal);
        Assert.Contains(" memory=600000 memory_limit=1000000 memory_max=990000 pids=7 ", v1, StringComparison.Ordinal);
        Assert.Contains(" memory=- memory_limit=1000000 memory_max=- pids=- ", none, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_container_that_is_gone_by_then_is_listed_all_the_same()
    {
        var runner = new FakeRunner(r => r.Arguments[1].StartsWith("/containers/json", StringComparison.Ordinal)
            ? FakeRunner.Exit(0, """[{"Id":"c1234567890abcdef","Names":["/brief"],"Image":"a:1","State":"created","Status":"Created"}]""")
            : FakeRunner.Exit(DockerProbe.ErrorReply, "", "the engine answered 404: No such container: c1"));

        var result = await RunAsync(runner, "docker.containers");

        Assert.Equal((ToolStatus.Ok, ""), (result.Status, result.Note));
        Assert.EndsWith("container name=brief id=c1234567890a image=a:1 state=created text=Created\n", result.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_engine_that_falls_silent_half_way_is_said_and_does_not_take_for_ever()
    {
        var runner = new FakeRunner(r => r.Arguments[1].StartsWith("/containers/json", StringComparison.Ordinal)
            ? FakeRunner.Exit(0, """[{"Id":"c1","Names":["/a"],"State":"running"},{"Id":"c2","Names":["/b"],"State":"running"}]""")
            : new CommandResult(CommandStatus.TimedOut, -1, "", "", 0));

        var result = await RunAsync(runner, "docker.containers");

        Assert.Equal((ToolStatus.Ok, "The engine did not answer in time about 2 containers."), (result.Status, result.Note));
    }

    [Theory]
    [InlineData("docker.containers")]
    [InlineData("docker.inspect")]
    [InlineData("docker.images")]
    [InlineData("docker.info")]
    public async Task Text_that_is_no_JSON_is_a_failure(string tool)
    {
        foreach (var text in new[] { "", "<html>", "42", "\"x\"" })
        {
            var result = await RunAsync(FakeRunner.Returning(FakeRunner.Exit(0, text)), tool);
            Assert.Equal(ToolStatus.Failed, result.Status);
            Assert.EndsWith("cannot be read: it is no JSON.", result.Note, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Half_a_JSON_text_is_not_read()
    {
        Assert.Equal(new ToolResult(ToolStatus.Failed, "", "Docker's answer is longer than 8000000 characters and was not read."), await RunAsync(FakeRunner.Returning(new CommandResult(CommandStatus.Exited, 0, "[", "", 7)), "docker.images"));
    }

    [Fact]
    public async Task Foreign_text_cannot_make_a_line_of_its_own()
    {
        var text = await ContainersAsync("""{"Id":"c1","Name":"/web","State":{"Status":"running","Running":true,"Health":{"Status":"unhealthy","FailingStreak":2,"Log":[{"Start":"2026-05-04T10:00:00Z","ExitCode":1,"Output":"x\ncontainer name=fake state=dead\u001b[31m\n"}]}},"Config":{"Image":"a b=c"},"HostConfig":{}}""", "running", "{}");

        Assert.Contains("image=a_b=c ", text, StringComparison.Ordinal);
        Assert.Contains("health name=web at=2026-05-04T10:00:00Z exit_code=1 failing_streak=2 text=x container name=fake state=dead\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\ncontainer name=fake", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_log_that_was_cut_says_so_and_one_that_broke_off_is_kept()
    {
        var cut = await RunAsync(FakeRunner.Returning(new CommandResult(CommandStatus.Exited, 0, "a\n[… 5 characters cut …]\nb\n", "", 5)), "docker.logs");
        var broken = await RunAsync(FakeRunner.Returning(FakeRunner.Exit(DockerProbe.ReplyBrokeOff, "a password=hunter22\n", "the engine's reply broke off")), "docker.logs");
        var empty = await RunAsync(FakeRunner.Returning(FakeRunner.Exit(0, "")), "docker.logs");

        Assert.Equal(new ToolResult(ToolStatus.Ok, "a\n[… 5 characters cut …]\nb\n", "5 characters from the middle of the output were cut."), cut);
        Assert.Equal(new ToolResult(ToolStatus.Ok, "a password=[redacted]\n", "The engine's reply broke off."), broken);
        Assert.Equal(new ToolResult(ToolStatus.Ok, "", "The container has written nothing."), empty);
    }

    [Fact]
    public async Task Disk_usage_tells_what_nothing_uses()
    {
        var runner = new FakeRunner(r => FakeRunner.Exit(0, r.Arguments[1] switch
        {
            "/info" => """{"ServerVersion":"28.2.2","Containers":2,"Driver":"overlay2","DockerRootDir":"/var/lib/docker","Warnings":["No swap limit support"]}""",
            "/version" => """{"ApiVersion":"1.50"}""",
            _ => """{"LayersSize":1000,"Images":[{"Size":700,"SharedSize":100,"Containers":0},{"Size":400,"SharedSize":100,"Containers":1}],"Containers":[{"SizeRw":5,"State":"running"},{"SizeRw":6,"State":"exited"}],"Volumes":[{"UsageData":{"Size":50,"RefCount":0}},{"UsageData":{"Size":-1,"RefCount":1}}],"BuildCache":[{"Size":9,"InUse":false},{"Size":2,"InUse":true}]}""",
        }));

        var text = (await RunAsync(runner, "docker.info")).Text;

        Assert.Contains("warning text=No swap limit support\n", text, StringComparison.Ordinal);
        Assert.EndsWith(
            """
            disk_usage kind=images count=2 in_use=1 size=1000 reclaimable=600
            disk_usage kind=containers count=2 in_use=1 size=11 reclaimable=6
            disk_usage kind=volumes count=2 in_use=1 size=50 reclaimable=50
            disk_usage kind=build_cache count=2 in_use=1 size=11 reclaimable=9

            """,
            text,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("31.2MiB", 32715571L)]
    [InlineData("2.1MB", 2100000L)]
    [InlineData("2.1kB", 2100L)]
    [InlineData("0B", 0L)]
    [InlineData("1.5 GiB", 1610612736L)]
    [InlineData("--", null)]
    [InlineData("12", null)]
    [InlineData("", null)]
    [InlineData("5 apples", null)]
    public void Sizes_of_the_program_are_read(string text, long? bytes) => Assert.Equal(bytes, HumanSize.Parse(text));

    [Theory]
    [InlineData("docker.logs", "name", "-f")]
    [InlineData("docker.logs", "name", "a b")]
    [InlineData("docker.logs", "name", "../info")]
    [InlineData("docker.logs", "name", "web\n")]
    [InlineData("docker.logs", "lines", "0")]
    [InlineData("docker.logs", "lines", "99999")]
    [InlineData("docker.inspect", "name", "$(id)")]
    [InlineData("docker.events", "minutes", "1h")]
    public async Task Arguments_from_outside_are_judged_before_anything_runs(string tool, string name, string value)
    {
        var runner = FakeRunner.Returning(FakeRunner.Exit(0, ""));
        var arguments = new Dictionary<string, string> { ["name"] = "web", [name] = value };

        var result = await Find(runner, tool, new DockerOptions()).RunAsync(arguments, Token);

        Assert.Equal((ToolStatus.Failed, ""), (result.Status, result.Text));
        Assert.StartsWith(name + " must be ", result.Note, StringComparison.Ordinal);
        Assert.Empty(runner.Requests);
    }

    [Fact]
    public void Every_tool_describes_itself()
    {
        var tools = DockerTools.All(FakeRunner.Returning(NoSocket), new DockerOptions()).Concat(NetworkTools.All(FakeRunner.Returning(NoSocket))).Concat(GitTools.All(FakeRunner.Returning(NoSocket))).ToList();

        Assert.Equal(tools.Count, tools.Select(t => t.Description.Name).Distinct().Count());
        Assert.All(tools, t =>
        {
            Assert.Matches(@"^[a-z]+\.[a-z]+$", t.Description.Name);
            Assert.EndsWith(".", t.Description.Summary, StringComparison.Ordinal);
            Assert.InRange(t.Description.Cost, 1, 5);
            Assert.Contains("\"additionalProperties\":false", t.Description.JsonSchema(), StringComparison.Ordinal);
        });
    }

    private static async Task<string> ContainersAsync(string inspected, string state, string stats = "{}")
    {
        var runner = new FakeRunner(r => FakeRunner.Exit(0, r.Arguments[1] switch
        {
            "/containers/json?all=1" => $$"""[{"Id":"c1","Names":["/x"],"State":"{{state}}","Status":"words"}]""",
            "/containers/c1/json" => inspected,
            _ => stats,
        }));
        var result = await RunAsync(runner, "docker.containers");
        Assert.Equal((ToolStatus.Ok, ""), (result.Status, result.Note));
        return result.Text;
    }

    private static IEvidenceTool Find(ICommandRunner runner, string tool, DockerOptions options) =>
        DockerTools.All(runner, options).Single(t => t.Description.Name == tool);

    private static Task<ToolResult> RunAsync(ICommandRunner runner, string tool, DockerOptions? options = null) =>
        Find(runner, tool, options ?? new DockerOptions()).RunAsync(new Dictionary<string, string> { ["name"] = "web" }, Token);
}
