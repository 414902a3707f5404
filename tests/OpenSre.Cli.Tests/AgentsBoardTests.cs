using System.Diagnostics;
using OpenSre.Cli;
using OpenSre.Fleet;
using OpenSre.Terminal;

namespace OpenSre.Tests.Cli;

/// <summary><c>/agents</c>: the agents as a board in the session.</summary>
public sealed class AgentsBoardTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private static readonly DateTimeOffset Now = new(2026, 5, 4, 10, 0, 0, TimeSpan.Zero);
    private readonly Opensre _opensre = new();

    public void Dispose() => _opensre.Dispose();

    [Theory]
    [InlineData(40, "agents-narrow")]
    [InlineData(140, "agents-wide")]
    public void The_board_fits_and_what_is_cut_is_said_to_be(int columns, string golden)
    {
        var board = new Board { Title = "agents", Orders = ["name", "cpu"], Keys = [new('i', "looks into it"), new('\r', "all of it")], Look = _ => throw new InvalidOperationException("It is shown what it shows.") };
        var panel = new BoardPanel(board);
        panel.Show(AgentsBoard.Frame(new BoardRequest(columns - 3, "name", ""), Fleet(), FleetSettings.Read(new FleetHome([_opensre.Home])), new Look(Colour: true, Cursor: false, columns)));
        var rows = panel.Rows(columns - 1, 40);
        Assert.All(rows, r => Assert.InRange(r.Width, 0, columns - 1));
        GoldenScreen.Check(golden, [.. rows.Select(r => r.PlainText().Replace(Prices.AsOf, "DATE", StringComparison.Ordinal))]);
    }

    [Fact]
    public void In_a_pipe_nothing_is_cut()
    {
        var text = FleetTable.Text(Fleet(), Look.Plain);
        Assert.Contains("~/work/very-long-name-of-a-project", text);
        Assert.Contains("looping · the same tool call more than four times among the last twenty", text);
        Assert.Equal(1 + (2 * 4) + 1, text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Theory]
    [InlineData(6, 5, 3)]
    [InlineData(1, 5, 3)]
    [InlineData(10, 10, 0)]
    public void On_a_low_screen_the_headings_stay_and_what_has_no_room_is_counted(int rows, int lines, int more)
    {
        var text = FleetTable.Text(Fleet(), Look.Plain, rows).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(lines, text.Length);
        Assert.Equal(FleetTable.Text(Fleet(), Look.Plain).Split('\n')[..3], text[..3]);
        Assert.Equal(more > 0, text[^2].StartsWith($"{more} more", StringComparison.Ordinal));
    }

    [Fact]
    public void What_an_agent_without_records_costs_is_not_taken_for_nothing()
    {
        Assert.Equal(">$0.36 in all", FleetTable.Cost([.. Fleet()]));
        Assert.Equal("$0.36 in all", FleetTable.Cost([.. Fleet().Where(v => v.Name == "claude-code")]));
        Assert.Equal("cost not known", FleetTable.Cost([.. Fleet().Where(v => !v.Meter.HasRecords)]));
    }

    /// <summary>One key, whether something is wrong with it or not; what comes of it belongs to the session.</summary>
    [Fact]
    public void One_key_looks_into_the_agent_chosen()
    {
        Assert.SkipUnless(PseudoTerminal.IsSupported, "This needs /proc and a pseudo-terminal.");
        Directory.CreateDirectory(_opensre.Bin);
        var program = Path.Combine(_opensre.Bin, "claude");
        File.Copy("/bin/sleep", program);
        using var agent = Process.Start(new ProcessStartInfo(program, "600") { UseShellExecute = false, WorkingDirectory = _opensre.Home })!;
        try
        {
            using var terminal = PseudoTerminal.Start([Path.Combine(AppContext.BaseDirectory, "opensre")], _opensre.OnTerminal(), columns: 140);
            void See(string text) => Assert.True(terminal.See(text, Patience), $"Waited in vain for: {text}\n{string.Join('\n', terminal.Look(s => s.All()))}");
            See("· idle");
            terminal.Type("/agents\r");
            See("▸ agents · by name");
            terminal.Type($"/{Path.GetFileName(_opensre.Home)}\r");
            See($"· only {Path.GetFileName(_opensre.Home)}");
            See("› claude-code");
            Assert.True(terminal.Wait(s => s.Visible().Exists(r => r.StartsWith("› claude-code", StringComparison.Ordinal) && r.Contains($" {agent.Id} ", StringComparison.Ordinal)), Patience));
            terminal.Type("i");
            See($"▸ claude-code (pid {agent.Id})");
            See("agent.status");
            See(" tool calls, ");
            Assert.DoesNotContain(terminal.Look(s => s.All()), r => r.Contains("complains of cpu", StringComparison.Ordinal));
            terminal.Type("/evidence\r");
            See("› /evidence");
            terminal.Type("/status\r");
            See("1 investigation");
            Assert.Empty(terminal.Look(s => s.Refused));
            terminal.Type("\u0004");
            Assert.Equal(0, terminal.WaitForExit(Patience));
        }
        finally
        {
            agent.Kill();
            agent.WaitForExit();
        }
    }

    private static List<AgentView> Fleet()
    {
        var busy = Meter(new TurnStarted(Now.AddMinutes(-9)), new TokensUsed(Now.AddMinutes(-8), "claude-sonnet-4-5", new TokenUse(12_000, 900)), new TokensUsed(Now.AddMinutes(-3), "claude-sonnet-4-5", new TokenUse(48_000, 3_100)), new TokensUsed(Now.AddSeconds(-20), "claude-sonnet-4-5", new TokenUse(31_000, 2_100)),
            new ContextSeen(Now, 91_000, 200_000), new OpenSre.Fleet.ToolStarted(Now.AddSeconds(-5), "t1", "Bash", "dotnet test --project tests/OpenSre.Terminal.Tests --no-build", [], "", "f"));
        var looping = Meter(new TurnStarted(Now.AddMinutes(-9)), new TokensUsed(Now.AddMinutes(-1), "a-model-nobody-has-a-price-for", new TokenUse(1_000, 90)), new RequestFailed(Now.AddSeconds(-3), "500", IsLimit: false));
        return
        [
            View("claude-code", 4121, busy, new AgentStatus(AgentState.Active, "uses Bash"), 37.25, "/home/ada/src/checkout", "feature/a-branch-with-a-long-name", new AgentBudget(Hourly: 5)),
            View("codex", 918_273, looping, new AgentStatus(AgentState.Looping, "the same tool call more than four times among the last twenty"), 0.4, "~/work/very-long-name-of-a-project", "main", null),
            View("aider", 77, Meter(), new AgentStatus(AgentState.Idle, "CPU 0 %; no record of its own is known"), 0, "/data/結賬服務", null, null),
            new AgentView("builder", 5150, null, new AgentStatus(AgentState.Crashed, "it is registered, and its process is gone"), Meter(), null, 0, null, 0, 0, Now),
        ];
    }

    private static AgentMeter Meter(params OpenSre.Fleet.Activity[] activities)
    {
        var meter = new AgentMeter(Prices.Of);
        foreach (var activity in activities)
        {
            meter.Add(activity, Now);
        }

        return meter;
    }

    private static AgentView View(string name, int pid, AgentMeter meter, AgentStatus status, double cpu, string folder, string? branch, AgentBudget? budget) =>
        new(name, pid, new AgentProcess(name, new ProcessFacts(new ProcessIdentity(pid, 1), 1, [name], name, 'S', Now.AddHours(-3).AddMinutes(-25), TimeSpan.Zero, 0), [], folder, branch is null ? null : new GitTree(folder, branch, folder, folder), ""), status, meter, cpu, 512L * 1024 * 1024, budget, meter.Cost, meter.Cost, Now);
}
