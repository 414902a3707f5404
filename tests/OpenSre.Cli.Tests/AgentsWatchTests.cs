using System.Diagnostics;
using OpenSre.Cli;
using OpenSre.Fleet;
using OpenSre.Terminal;

namespace OpenSre.Tests.Cli;

/// <summary><c>agents list --watch</c> where a table cannot be drawn over itself: what changes is said, once.</summary>
public sealed class AgentsWatchTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private static readonly DateTimeOffset Now = new(2026, 5, 4, 10, 0, 0, TimeSpan.Zero);
    private readonly Opensre _opensre = new();

    public void Dispose() => _opensre.Dispose();

    [Fact]
    public void Each_change_is_one_sentence_and_what_stays_is_none()
    {
        var changes = new FleetChanges(Look.Plain);
        Assert.Empty(Take(View(1, AgentState.Active)));
        Assert.Empty(Take(View(1, AgentState.Active)));
        Assert.Equal(["claude-code (pid 2) came: idle, because"], Take(View(1, AgentState.Active), View(2, AgentState.Idle)));
        Assert.Empty(Take(View(1, AgentState.Looping), View(2, AgentState.Idle)));
        Assert.Equal(["claude-code (pid 1) is looping, no longer active: because · agents investigate 1 says why"], Take(View(1, AgentState.Looping), View(2, AgentState.Idle)));
        Assert.Empty(Take(View(1, AgentState.Looping), View(2, AgentState.Idle)));
        Assert.Equal(["claude-code (pid 1) has gone"], Take(View(2, AgentState.Idle)));
        Assert.Empty(Take(View(2, AgentState.Idle)));

        IReadOnlyList<string> Take(params AgentView[] fleet) => changes.Take(fleet, []);
    }

    [Fact]
    public void A_state_that_goes_to_and_fro_is_not_told_each_time()
    {
        var changes = new FleetChanges(Look.Plain);
        for (var i = 0; i < 10; i++)
        {
            Assert.Empty(changes.Take([View(1, i % 2 == 0 ? AgentState.Active : AgentState.Idle)], []));
        }
    }

    [Fact]
    public void A_trouble_is_told_when_it_begins_and_when_it_ends_whatever_its_figures_do_meanwhile()
    {
        var changes = new FleetChanges(Look.Plain);
        Assert.Equal(["codex spent $5.10"], changes.Take([], [("budget codex", "codex spent $5.10")]));
        Assert.Empty(changes.Take([], [("budget codex", "codex spent $5.20")]));
        Assert.Equal(["no longer: codex spent $5.20"], changes.Take([], []));
        Assert.Empty(changes.Take([], []));
    }

    [Fact]
    public async Task In_a_pipe_the_table_is_printed_once_and_an_agent_that_comes_and_goes_is_a_sentence_each()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "This needs /proc.");
        Directory.CreateDirectory(_opensre.Bin);
        var program = Path.Combine(_opensre.Bin, "claude");
        File.Copy("/bin/sleep", program);
        using var watch = _opensre.Start("agents", "list", "--watch", "--filter", Path.GetFileName(_opensre.Home));
        try
        {
            List<string> lines = [];
            await UntilAsync(l => l.StartsWith("What changes is said", StringComparison.Ordinal));
            using var agent = Process.Start(new ProcessStartInfo(program, "600") { UseShellExecute = false, WorkingDirectory = _opensre.Home })!;
            try
            {
                await UntilAsync(l => l.StartsWith($"claude-code (pid {agent.Id}) came: ", StringComparison.Ordinal));
            }
            finally
            {
                agent.Kill();
            }

            await agent.WaitForExitAsync(TestContext.Current.CancellationToken);
            await UntilAsync(l => l == $"claude-code (pid {agent.Id}) has gone");
            Assert.Single(lines, l => l == "no agents discovered or registered yet");
            Assert.DoesNotContain(lines, l => l.StartsWith("agent ", StringComparison.Ordinal) || l.Contains('\u001b', StringComparison.Ordinal));

            async Task UntilAsync(Func<string, bool> isIt)
            {
                using var patience = new CancellationTokenSource(Patience);
                do
                {
                    lines.Add(await watch.StandardOutput.ReadLineAsync(patience.Token) ?? throw new InvalidOperationException($"It ended after:\n{string.Join('\n', lines)}"));
                }
                while (!isIt(lines[^1]));
            }
        }
        finally
        {
            watch.Kill();
            await watch.WaitForExitAsync(CancellationToken.None);
        }
    }

    private static AgentView View(int pid, AgentState state) => new("claude-code", pid, null, new AgentStatus(state, "because"), new AgentMeter(Prices.Of), null, 0, null, 0, 0, Now);
}
