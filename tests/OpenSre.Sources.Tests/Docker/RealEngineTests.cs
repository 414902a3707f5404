using OpenSre.Core;
using OpenSre.Sources;
using OpenSre.Tests.Docker;

namespace OpenSre.Tests.Sources.Docker;

/// <summary>The tools against a real engine, through its socket and through the docker program.</summary>
public sealed class RealEngineTests(RealEngine engine)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_state_of_a_container_is_told(bool byProgram)
    {
        var result = await RunAsync(byProgram, "docker.containers");

        Assert.Equal((ToolStatus.Ok, ""), (result.Status, result.Note));
        Assert.Matches(@"(?m)^containers total=\d+ running=\d+ paused=\d+ restarting=\d+ exited=\d+ created=\d+ dead=\d+ unhealthy=1$", result.Text);
        Assert.Matches($@"(?m)^container name={engine.Prefix}web id=[0-9a-f]{{12}} image=opensre-test/busybox:1 state=running health=healthy restarts=0 exit_code=- oom_killed=false started=\S+Z finished=- restart_policy=no memory=\d+ memory_limit=- memory_max=\S+ pids=\d+ pids_limit=- network=none ports=- compose=shop/web depends_on=api,db text=Up .*\(healthy\)$", result.Text);
        Assert.Matches($@"(?m)^container name={engine.Prefix}api .*state=running health=unhealthy .*memory_limit=67108864 .*pids_limit=50 .*text=Up .*\(unhealthy\)$", result.Text);
        Assert.Matches($@"(?m)^health name={engine.Prefix}api at=\S+Z exit_code=1 failing_streak=\d+ text=GET /health -> 500 db pool exhausted$", result.Text);
        Assert.Matches($@"(?m)^container name={engine.Prefix}leaky .*state=exited health=- restarts=0 exit_code=137 oom_killed=(true|false) started=\S+Z finished=\S+Z .*memory=- memory_limit=33554432 ", result.Text);
        Assert.Matches($@"(?m)^container name={engine.Prefix}flappy .*state=(restarting|running) health=- restarts=[1-9]\d* .*restart_policy=always ", result.Text);
        Assert.Matches($@"(?m)^container name={engine.Prefix}job .*state=exited health=- restarts=0 exit_code=3 oom_killed=false ", result.Text);
        Assert.Matches($@"(?m)^container name={engine.Prefix}cron .*state=paused ", result.Text);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_container_is_inspected_without_its_secrets(bool byProgram)
    {
        var result = await RunAsync(byProgram, "docker.inspect", ("name", engine.Prefix + "api"));

        Assert.Equal((ToolStatus.Ok, ""), (result.Status, result.Note));
        Assert.Contains("\nenv name=DB_PASS text=[redacted]\n", result.Text, StringComparison.Ordinal);
        Assert.Contains("\nenv name=MODE text=prod\n", result.Text, StringComparison.Ordinal);
        Assert.Contains("\nmount type=bind name=- source=/tmp target=/host access=read-only\n", result.Text, StringComparison.Ordinal);
        Assert.Contains("\nlimits memory=67108864 ", result.Text, StringComparison.Ordinal);
        Assert.Contains("\nnetwork_mode mode=none ", result.Text, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^command user=- directory=- cmd=sh -c 'echo 'api: started'", result.Text);
        Assert.Matches($@"(?m)^health name={engine.Prefix}api at=\S+Z exit_code=1 ", result.Text);
        Assert.DoesNotContain("hunter22", result.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Both_streams_of_a_log_come_with_their_times(bool byProgram)
    {
        var result = await RunAsync(byProgram, "docker.logs", ("name", engine.Prefix + "api"), ("lines", "10"));

        Assert.Equal((ToolStatus.Ok, ""), (result.Status, result.Note));
        Assert.Matches(@"(?m)^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z api: started$", result.Text);
        Assert.Matches(@"(?m)^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z ERROR \[db\] connection pool exhausted$", result.Text);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_happened_to_containers_is_counted(bool byProgram)
    {
        var result = await RunAsync(byProgram, "docker.events", ("minutes", "10"));

        Assert.Equal(ToolStatus.Ok, result.Status);
        Assert.Matches($@"(?m)^event_count name={engine.Prefix}flappy action=die count=\d+ first=\S+Z last=\S+Z exit_code=1$", result.Text);
        Assert.DoesNotContain("exec_", result.Text, StringComparison.Ordinal);
        Assert.InRange(result.Text.Split('\n').Count(l => l.StartsWith("event ", StringComparison.Ordinal)), 1, 50);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_engine_and_its_images_are_described(bool byProgram)
    {
        var info = await RunAsync(byProgram, "docker.info");
        var images = await RunAsync(byProgram, "docker.images");

        Assert.Equal((ToolStatus.Ok, ""), (info.Status, info.Note));
        Assert.Matches(@"(?m)^engine state=running version=\S+ api=\d\S+ host=\S+ os=\S+ kernel=\S+ cpus=\d+ memory=\d+ live_restore=false$", info.Text);
        Assert.Matches(@"(?m)^storage driver=\S+ folder=/\S+ cgroup_driver=\S+ cgroup_version=\d ", info.Text);
        Assert.Matches(@"(?m)^disk_usage kind=images count=\d+ in_use=\d+ size=\d+ reclaimable=\d+$", info.Text);
        Assert.Matches(@"(?m)^image id=[0-9a-f]{12} tags=opensre-test/busybox:1 size=\d+ created=\S+Z$", images.Text);
    }

    [Fact]
    public async Task A_container_that_does_not_exist_is_said()
    {
        foreach (var byProgram in new[] { false, true })
        {
            foreach (var tool in new[] { "docker.inspect", "docker.logs" })
            {
                var result = await RunAsync(byProgram, tool, ("name", "no-such-container"));
                Assert.Equal((ToolStatus.Failed, ""), (result.Status, result.Text));
                Assert.Contains("no such container: no-such-container", result.Note, StringComparison.OrdinalIgnoreCase);
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_was_recorded_is_replayed_to_the_letter(bool byProgram)
    {
        await engine.NeedAsync();
        (string Tool, string? Name)[] asked = [("docker.containers", null), ("docker.inspect", engine.Prefix + "api"), ("docker.logs", engine.Prefix + "job"), ("docker.events", null), ("docker.images", null), ("docker.info", null)];
        var recording = new MemoryRecording(new BundleHeader(Bundle.FormatName, Bundle.Version, DateTimeOffset.UnixEpoch, "h", "o"));
        var live = await RunAllAsync(new RecordingRunner(Runner(byProgram), recording), Options(byProgram), asked);

        var replayed = await RunAllAsync(new ReplayRunner(recording.ToBundle()), Options(byProgram), asked);

        Assert.Equal(live, replayed);
        Assert.All(live, r => Assert.Equal(ToolStatus.Ok, r.Status));
    }

    private static async Task<List<ToolResult>> RunAllAsync(ICommandRunner runner, DockerOptions options, (string Tool, string? Name)[] asked)
    {
        List<ToolResult> results = [];
        foreach (var (tool, name) in asked)
        {
            results.Add(await DockerTools.All(runner, options).Single(t => t.Description.Name == tool)
                .RunAsync(name is null ? new Dictionary<string, string>() : new Dictionary<string, string> { ["name"] = name }, Token));
        }

        return results;
    }

    private CompositeRunner Runner(bool byProgram) =>
        CompositeRunner.Local(new ProbeOptions { DockerSocket = byProgram ? "/nowhere/docker.sock" : engine.Socket });

    private DockerOptions Options(bool byProgram) => new(Program: byProgram ? engine.Program : "docker");

    private async Task<ToolResult> RunAsync(bool byProgram, string tool, params (string Name, string Value)[] arguments)
    {
        await engine.NeedAsync();
        var found = DockerTools.All(Runner(byProgram), Options(byProgram)).Single(t => t.Description.Name == tool);
        var result = await found.RunAsync(arguments.ToDictionary(a => a.Name, a => a.Value, StringComparer.Ordinal), Token);
        TestContext.Current.TestOutputHelper?.WriteLine(result.Text + "\n" + result.Note);
        return result;
    }
}
