using System.Diagnostics;
using OpenSre.Fleet;

namespace OpenSre.Tests.Fleet;

public sealed class ControlTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly Started _started = new();
    private readonly AgentDiscovery _discovery = new(AgentDiscovery.LocalTable(), new AgentClassifier());

    [Fact]
    public async Task An_agent_is_paused_resumed_and_stopped_and_all_of_it_is_written_down()
    {
        SkipElsewhere();
        var process = Start("exec -a claude sleep 600");
        var agent = Target(process.Id);
        Assert.True((await Control.DoAsync(agent, ControlAction.Pause, false, TestContext.Current.CancellationToken)).Done);
        Started.Until(() => _discovery.Table.Get(process.Id)!.State == 'T');
        Assert.True((await Control.DoAsync(agent, ControlAction.Resume, false, TestContext.Current.CancellationToken)).Done);
        Started.Until(() => _discovery.Table.Get(process.Id)!.State == 'S');
        var result = await Control.DoAsync(agent, ControlAction.Stop, false, TestContext.Current.CancellationToken);

        Assert.True(result.Done, result.Text);
        Assert.StartsWith("Sent SIGTERM. Process exited after ", result.Text);
        Started.Until(() => process.HasExited);
        var audit = await File.ReadAllTextAsync(_folder.File(AuditLog.FileName), TestContext.Current.CancellationToken);
        Assert.Equal(["SIGSTOP", "SIGCONT", "SIGTERM"], new[] { "SIGSTOP", "SIGCONT", "SIGTERM" }.Where(s => audit.Contains($"\"action\":\"{s}\"", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task One_that_ignores_the_request_is_killed_with_its_children()
    {
        SkipElsewhere();
        var script = _folder.Write("codex", "trap '' TERM\nsleep 601 &\nwhile :; do sleep 0.2; done\n");
        var process = Start($"exec bash '{script}'");
        Started.Until(() => _discovery.Descendants(process.Id).Count > 0);
        var result = await Control.DoAsync(Target(process.Id), ControlAction.Stop, force: true, TestContext.Current.CancellationToken);

        Assert.True(result.Done, result.Text);
        Assert.Contains("SIGKILL", result.Text);
    }

    [Fact]
    public async Task Nothing_is_done_to_others_to_ourselves_or_to_a_later_process_of_the_same_number()
    {
        SkipElsewhere();
        var other = Start("exec -a editor sleep 600");
        Assert.Contains("it is no AI agent", Control.Target(other.Id).Refusal);
        Assert.Contains("OpenSRE itself", Control.Target(Environment.ProcessId).Refusal);
        Assert.Contains("must be positive", Control.Target(-1).Refusal);

        var agent = Target(Start("exec -a claude sleep 600").Id);
        var earlier = agent with { Facts = agent.Facts with { Identity = agent.Identity with { Start = agent.Identity.Start - 1 } } };
        Assert.False((await Control.DoAsync(earlier, ControlAction.Stop, false, TestContext.Current.CancellationToken)).Done);
        Assert.NotNull(_discovery.Get(agent.Pid));
    }

    public void Dispose()
    {
        _started.Dispose();
        _folder.Dispose();
    }

    private AgentControl Control => new(_discovery, new AuditLog(new FleetHome([_folder.Path]), TimeProvider.System));

    private static void SkipElsewhere() => Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/bin/bash"), "This needs /proc and bash.");

    private AgentProcess Target(int pid)
    {
        var (agent, refusal) = Control.Target(pid);
        Assert.Null(refusal);
        return agent!;
    }

    private Process Start(string script)
    {
        var process = _started.Add(Process.Start(new ProcessStartInfo("/bin/bash", ["-c", script]) { UseShellExecute = false })!);
        Started.Until(() => _discovery.Table.Get(process.Id)?.Arguments is [_, not "-c", ..]);
        return process;
    }
}
