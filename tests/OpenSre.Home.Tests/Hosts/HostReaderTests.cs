using System.Net;
using System.Net.Sockets;
using OpenSre.Core;
using OpenSre.Sources;
using OpenSre.Tests;
using OpenSre.Tests.Ssh;

namespace OpenSre.Home.Tests.Hosts;

/// <summary>Looks at real hosts over ssh, in every state a host can be in.</summary>
public sealed class HostReaderTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task This_machine_is_read_without_ssh()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the probe of these tests reads /proc");
        using var folder = new Folder();
        File.WriteAllText(folder.Path + "/dump.sql", "12345");
        HostSettings[] hosts = [new("atom", null, [new BackupSettings("db", folder.Path, TimeSpan.FromDays(1))], [], [], [], [], [])];
        using var runners = new HostRunners(hosts, new SshOptions());
        await using var reader = new HostReader(hosts, runners, TimeSpan.FromSeconds(60));
        var r = await reader.ReadAsync("atom", Stop);
        Assert.Null(r.Problem);
        Assert.False(r.Missing.ContainsKey("probe"));
        Assert.InRange(r.CpuPercent!.Value, 0, 100);
        Assert.InRange(r.MemoryAvailable!.Value, 1, r.MemoryTotal!.Value);
        Assert.Equal(Environment.ProcessorCount, r.Processors);
        Assert.InRange((r.Uptime!.Value - TimeSpan.FromMilliseconds(Environment.TickCount64)).TotalSeconds, -120, 120);
        Assert.NotEmpty(r.Filesystems);
        Assert.NotEmpty(r.TopProcesses);
        Assert.Equal(5, Assert.Single(r.Backups).Size);
        Assert.Same(r, reader.Latest("atom"));
        await Assert.ThrowsAsync<ArgumentException>(() => reader.ReadAsync("voyager", Stop));
    }

    [Fact]
    public async Task Hosts_are_read_beside_each_other_and_each_says_its_own_trouble()
    {
        using var servers = new SshServers();
        servers.Need();
        servers.Start("sagan");
        servers.Start("broken", force: "sh -c \"$SSH_ORIGINAL_COMMAND\" | head -c 700");
        servers.Start("slow", force: "sleep 60");
        servers.Start("stranger", known: false);
        servers.Start("changed", known: null);
        servers.Start("mute", force: "true");
        servers.Name("refusing", SshServers.FreePort());
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        servers.Name("hanging", ((IPEndPoint)silent.LocalEndpoint).Port);
        string[] names = ["sagan", "broken", "slow", "stranger", "changed", "mute", "refusing", "hanging"];
        HostSettings[] hosts = [.. names.Select(n => new HostSettings(n, n))];
        using var runners = new HostRunners(hosts, new SshOptions { ConfigFile = servers.Config, ControlFolder = servers.Control, KeepOpen = TimeSpan.FromSeconds(10) });
        await using var reader = new HostReader(hosts, runners, TimeSpan.FromSeconds(12));

        var readings = (await Task.WhenAll(names.Select(n => reader.ReadAsync(n, Stop)))).ToDictionary(r => r.Host);

        Assert.Null(readings["sagan"].Problem);
        Assert.NotNull(readings["sagan"].CpuPercent);
        Assert.Null(readings["broken"].Problem);
        Assert.NotNull(readings["broken"].Uptime);
        Assert.Null(readings["broken"].CpuPercent);
        Assert.Contains("broke off", readings["broken"].Missing["probe"], StringComparison.Ordinal);
        Assert.Equal("slow: no answer within 12 s", readings["slow"].Problem);
        Assert.Contains("opensre hosts trust stranger", readings["stranger"].Problem, StringComparison.Ordinal);
        Assert.Contains("not the one known here", readings["changed"].Problem, StringComparison.Ordinal);
        Assert.Contains("mute: ", readings["mute"].Problem, StringComparison.Ordinal);
        Assert.Contains("connection refused", readings["refusing"].Problem, StringComparison.Ordinal);
        Assert.Contains("hanging: no answer", readings["hanging"].Problem, StringComparison.Ordinal);
        Assert.All(readings.Values, r => Assert.Null(r.Problem is null ? null : r.CpuPercent));
    }

    [Fact]
    public async Task A_host_that_goes_away_keeps_its_last_answer_apart_from_its_trouble_and_comes_back()
    {
        using var servers = new SshServers();
        servers.Need();
        servers.Start("sagan");
        HostSettings[] hosts = [new("sagan", "sagan")];
        using var runners = new HostRunners(hosts, new SshOptions { ConfigFile = servers.Config, ControlFolder = servers.Control, KeepOpen = TimeSpan.FromSeconds(10) });
        await using var reader = new HostReader(hosts, runners, TimeSpan.FromSeconds(15));
        var good = await reader.ReadAsync("sagan", Stop);
        Assert.Null(good.Problem);
        servers.Stop("sagan");
        var gone = await reader.ReadAsync("sagan", Stop);
        Assert.NotNull(gone.Problem);
        Assert.Same(gone, reader.Latest("sagan"));
        Assert.Same(good, reader.LatestAnswer("sagan"));
    }

    [Fact]
    public async Task Who_asks_while_a_host_is_looked_at_gets_that_look_and_one_who_gives_up_does_not_end_it()
    {
        var go = new TaskCompletionSource();
        var runner = new AnsweringRunner(async (_, _) =>
        {
            await go.Task;
            return new CommandResult(CommandStatus.Exited, 0, Printed.All(Printed.Server), "", 0);
        });
        await using var reader = Reader(runner);
        using var impatient = new CancellationTokenSource();
        var first = reader.ReadAsync("sagan", impatient.Token);
        var second = reader.ReadAsync("sagan", Stop);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        go.SetResult();
        Assert.Null((await second).Problem);
        Assert.Equal(1, runner.Count);
        Assert.Null((await reader.ReadAsync("sagan", Stop)).Problem);
        Assert.Equal(2, runner.Count);
    }

    [Fact]
    public async Task What_takes_long_is_looked_at_once_and_stands_in_every_reading_after()
    {
        var slow = 0;
        var time = new ManualTime(DateTimeOffset.FromUnixTimeSeconds(1002));
        var runner = new AnsweringRunner((request, _) =>
        {
            if (request.Operation == "home.slow")
            {
                slow++;
                return Task.FromResult(new CommandResult(CommandStatus.Exited, 0, Printed.All(("updates", "12"), ("smart", "/dev/sda 0\n/dev/sdb 8\n/dev/sdc 2")), "", 0));
            }

            return Task.FromResult(new CommandResult(CommandStatus.Exited, 0, Printed.All(Printed.Server), "", 0));
        });
        await using var reader = Reader(runner, time);
        Assert.Null((await reader.ReadAsync("sagan", Stop)).UpdatesPending);
        var full = await reader.ReadFullyAsync("sagan", Stop);
        Assert.Equal(12, full.UpdatesPending);
        Assert.Equal(["/dev/sdb says that it is failing"], full.FailingDisks);
        Assert.Equal(12, (await reader.ReadAsync("sagan", Stop)).UpdatesPending);
        Assert.Equal(12, reader.Latest("sagan")!.UpdatesPending);
        await reader.ReadFullyAsync("sagan", Stop);
        Assert.Equal(1, slow);
        time.Advance(HostReader.SlowEvery + TimeSpan.FromMinutes(1));
        await reader.ReadFullyAsync("sagan", Stop);
        Assert.Equal(2, slow);
    }

    [Fact]
    public async Task An_answer_that_is_none_is_a_problem()
    {
        await using var reader = Reader(AnsweringRunner.With("Welcome to this router\n", "sh: syntax error", 2));
        Assert.Equal("sagan: sh: syntax error", (await reader.ReadAsync("sagan", Stop)).Problem);
    }

    private static HostReader Reader(ICommandRunner runner, TimeProvider? time = null) =>
        new([new HostSettings("sagan", "sagan")], new RunnerTable(new Dictionary<string, ICommandRunner> { ["sagan"] = runner }), TimeSpan.FromSeconds(8), time);

    private sealed class Folder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("opensre-home-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
