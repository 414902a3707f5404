using OpenSre.Sources;
using OpenSre.Tests.Docker;
using OpenSre.Tests.Ssh;

namespace OpenSre.Home.Tests.Actions;

/// <summary>Plans carried out on a real Docker engine behind a real sshd, and proved by the probe itself.</summary>
public sealed class RealDockerTests(RealEngine engine) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("home-docker").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_container_is_restarted_stopped_and_started_after_approvals_and_each_is_proved()
    {
        using var host = await NeedAsync();
        var name = await engine.RunAsync("plan", [], "sh", "-c", "exec sleep 3600");
        await using var desk = new RemoteDesk(_folder, host);
        var began = await engine.InspectAsync(name, "{{.State.StartedAt}}");
        foreach (var (verb, state) in new[] { ("restart", "true"), ("stop", "false"), ("start", "true") })
        {
            var plan = await desk.CarryOutAsync(new TypedAction($"container.{verb}", "sagan", name));
            Assert.True(plan.State == PlanState.Fixed, plan.Result);
            Assert.Equal(state, await engine.InspectAsync(name, "{{.State.Running}}"));
        }

        Assert.NotEqual(began, await engine.InspectAsync(name, "{{.State.StartedAt}}"));
        Assert.Null(desk.Audit.Verify());
    }

    [Fact]
    public async Task An_unhealthy_container_counts_as_mended_once_its_own_health_check_passes()
    {
        using var host = await NeedAsync();
        string[] health = ["--health-interval=1s", "--health-timeout=20s", "--health-retries=1", "--health-start-period=0s", "--health-cmd", "test -e /tmp/second"];
        var name = await engine.RunAsync("mended", health, "sh", "-c", "if [ -e /tmp/first ]; then touch /tmp/second; fi; touch /tmp/first; exec sleep 3600");
        await using var desk = new RemoteDesk(_folder, host);
        await HomeBed.Until(() => desk.Health(name) == "unhealthy", 120);
        var plan = await desk.CarryOutAsync(new TypedAction("container.restart", "sagan", name));
        Assert.True(plan.State == PlanState.Fixed, plan.Result);
        Assert.Equal($"✅ {name} runs and is healthy.", plan.Result);
    }

    private async Task<SshServers> NeedAsync()
    {
        var servers = new SshServers();
        servers.Need();
        await engine.NeedAsync();
        servers.Start("sagan", environment: $"DOCKER_HOST=unix://{engine.Socket}");
        return servers;
    }

    /// <summary>The approval workflow against a host that is really there.</summary>
    private sealed class RemoteDesk : IAsyncDisposable
    {
        private readonly HostRunners _runners;
        private readonly HostReader _reader;
        private readonly PlanBook _book;
        private readonly PlanMaker _maker;
        private readonly PlanRunner _runner;
        private readonly ApprovalSkill _skill;
        private readonly MovedTime _time = new();

        public RemoteDesk(string folder, SshServers servers)
        {
            HostSettings[] hosts = [new("sagan", "sagan")];
            var options = new ActionOptions { Hosts = hosts, Protected = [], Grace = TimeSpan.Zero, ProofEvery = TimeSpan.FromSeconds(1), Settings = new ActionSettings(PerHostAndHour: 20) };
            _runners = new HostRunners(hosts, new SshOptions { ConfigFile = servers.Config });
            _reader = new HostReader(hosts, _runners, TimeSpan.FromSeconds(90));
            Audit = new OpenSre.Investigation.AuditLog(Path.Combine(folder, "audit.jsonl"));
            _book = new PlanBook(null, Audit, _time);
            _maker = new PlanMaker(_book, new CodeBook(null, _time), options, _reader.Latest, _time);
            _runner = new PlanRunner(_book, options, _reader, _runners, _time);
            _skill = new ApprovalSkill(_book, _runner, _reader.Latest, _ => true, "bot", _time);
        }

        public OpenSre.Investigation.AuditLog Audit { get; }

        public string? Health(string container)
        {
            var reading = _reader.ReadAsync("sagan", Stop).GetAwaiter().GetResult();
            return reading.Containers.FirstOrDefault(c => c.Name == container)?.Health;
        }

        public async Task<ActionPlan> CarryOutAsync(TypedAction action)
        {
            Assert.Null((await _reader.ReadAsync("sagan", Stop)).Problem);

            // A thing is acted on once in a quarter of an hour.
            _time.Ahead += TimeSpan.FromMinutes(20);
            var (plan, refusal) = _maker.Make("sagan", [action], "asked for", [], ["chat"]);
            Assert.True(plan is not null, refusal);
            var said = await LastWord.OfAsync(_skill.TryAnswer(new ChatMessage("chat", "owner", _time.GetUtcNow().ToUnixTimeMilliseconds() + 1, $"approve {plan!.Code}", ReceivedAt: _time.GetUtcNow())));
            Assert.True(plan.IsOver, said);
            await _skill.Running;
            return plan;
        }

        public async ValueTask DisposeAsync()
        {
            await _reader.DisposeAsync();
            _runners.Dispose();
        }
    }
}
