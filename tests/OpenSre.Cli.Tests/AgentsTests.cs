using System.Diagnostics;
using System.Text.Json.Nodes;
using OpenSre.Fleet;
using OpenSre.Tests.Fleet;

namespace OpenSre.Tests.Cli;

/// <summary><c>opensre agents</c> as a program, also beside an independent implementation of the bus in Python.</summary>
public class AgentsTests
{
    [Fact]
    public async Task Our_broker_is_killed_Python_is_elected_and_we_attach_to_it()
    {
        PythonPeer.SkipWithoutPython();
        using var opensre = new Opensre();
        var socket = Path.Combine(opensre.Home, "home", "agents-bus.sock");
        using var broker = opensre.Start("agents", "broker");
        Assert.StartsWith("the bus is open at", await LineAsync(broker));
        using var listener = opensre.Start("agents", "bus", "--json");
        Assert.Equal("""{"event":"attached","again":false,"broker":false}""", await LineAsync(listener));
        broker.Kill();
        await broker.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal("""{"event":"detached"}""", await LineAsync(listener));
        Assert.Contains("\"again\":true", await LineAsync(listener));

        // The listener is the broker now; it is killed too, and a Python process finds nobody alive.
        listener.Kill();
        await listener.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(File.Exists(socket));
        var (python, role) = await PythonPeer.AttendAsync(socket);
        using var attending = python;
        Assert.Equal("broker", role);
        var published = await opensre.RunAsync("", "agents", "publish", "null deref", "--agent", "claude-code:8421", "--path", "services/auth.py:42");
        Assert.Equal(0, published.Code);
        Assert.Contains("\"summary\":\"null deref\",\"source\":\"\",\"path\":\"services/auth.py:42\"", await python.LineAsync());
    }

    [Fact]
    public async Task Many_that_start_at_once_elect_exactly_one_broker()
    {
        PythonPeer.SkipWithoutPython();
        using var opensre = new Opensre();
        var socket = Path.Combine(opensre.Home, "home", "agents-bus.sock");
        var all = Enumerable.Range(0, 20).Select(i => i % 5 == 0 ? opensre.Start("agents", "bus", "--json") : PythonPeer.Start("attend", socket).Process).ToList();
        try
        {
            var first = await Task.WhenAll(all.Select(LineAsync));
            Assert.Single(first, line => line == "ready broker" || line.EndsWith("\"broker\":true}", StringComparison.Ordinal));
            await opensre.RunAsync("", "agents", "publish", "to all");
            Assert.All(await Task.WhenAll(all.Select(LineAsync)), line => Assert.Contains("to all", line));
        }
        finally
        {
            foreach (var process in all)
            {
                process.Kill();
                process.Dispose();
            }
        }
    }

    [Fact]
    public async Task What_is_said_on_the_bus_meanwhile_stands_in_the_report_as_unverified_and_weighs_nothing()
    {
        using var opensre = new Opensre();
        using var broker = opensre.Start("agents", "broker");
        Assert.StartsWith("the bus is open at", await LineAsync(broker));
        using var investigation = opensre.Start("--json");
        var output = investigation.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = investigation.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await investigation.StandardInput.WriteAsync("disk full on /");
        investigation.StandardInput.Close();
        using (var publisher = new BusPublisher(new FleetHome([Path.Combine(opensre.Home, "home")]).Bus, TimeProvider.System))
        {
            while (!investigation.HasExited)
            {
                publisher.Publish(BusMessage.Create("claude-code:8421", "the disk is full of cores \e[31m", DateTimeOffset.UtcNow, path: "/var/crash"));
                await Task.Delay(50, TestContext.Current.CancellationToken);
            }
        }

        var ended = await Opensre.EndAsync(investigation, output, errors);
        broker.Kill();
        await broker.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(ended.Code == 0, ended.Errors);
        var events = ended.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonNode.Parse(l)!).ToList();
        var report = (string)events.Last(e => (string?)e["type"] == "report.written")["markdown"]!;
        Assert.Contains("Unverified leads of other agents (no evidence)", report);
        Assert.Contains("claude-code:8421 says: the disk is full of cores", report);
        Assert.DoesNotContain('\e', report);
        Assert.DoesNotContain(events, e => (string?)e["type"] == "evidence.found" && e.ToJsonString().Contains("cores", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_the_commands_say_is_what_the_original_says()
    {
        using var opensre = new Opensre();
        Assert.Equal("cannot trace pid 4194300: no such pid 4194300\n", (await opensre.RunAsync("", "agents", "trace", "4194300")).Output);
        Assert.Equal("no registered agent for pid 4194300\n", (await opensre.RunAsync("", "agents", "forget", "4194300")).Output);
        Assert.StartsWith("updated claude-code: $5.00/hr -> ", (await opensre.RunAsync("", "agents", "budget", "claude-code", "5")).Output);
        Assert.Equal("feat/x is not currently held by any agent.\n", (await opensre.RunAsync("", "agents", "release", "feat/x")).Output);
        var unknown = await opensre.RunAsync("", "agents", "dance");
        Assert.Equal(2, unknown.Code);
        Assert.Contains("unknown subcommand: dance  (try list", unknown.Errors);
    }

    private static async Task<string> LineAsync(Process process) =>
        await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(120), TestContext.Current.CancellationToken)
        ?? throw new EndOfStreamException(await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
}
