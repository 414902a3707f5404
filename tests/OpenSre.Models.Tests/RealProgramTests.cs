using OpenSre.Models;

namespace OpenSre.Tests.Models;

/// <summary>The real claude, codex and qwen (for the Agent Client Protocol), speaking to a stand-in of their providers.</summary>
public sealed class RealProgramTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("opensre-real-");

    public void Dispose()
    {
        try
        {
            _folder.Delete(recursive: true);
        }
        catch (IOException)
        {
            // A program that is just ending still writes there; the folder is a temporary one.
            TestContext.Current.SendDiagnosticMessage($"{_folder.FullName} was left behind");
        }
    }

    public static TheoryData<string> Programs() => ["claude", "codex"];

    public static TheoryData<string> AllPrograms() => ["claude", "codex", "qwen"];

    [Theory, MemberData(nameof(AllPrograms))]
    public async Task It_calls_our_tools_and_answers(string program)
    {
        using var api = new ModelApi(r => AgentPrograms.Finding(r, "host_disk") is { } find ? find : Ours(r) is not { } tool ? new ModelReply(new Say("a title"))
            : AgentPrograms.ResultsOf(r).Count == 0 ? new ModelReply(new Think("Hm."), new Say("I look. "), new Call(tool, """{"path":"/srv"}""")) : new ModelReply(new Say($"Seen: {r.Results[^1]}")));
        string? asked = null;
        var updates = await Open(program, api).RunAsync(Conversing.Task(Conversing.Tool("host_disk", a => { asked = a["path"]; return "the disk is full"; })) with { Permit = (_, _) => Task.FromResult(true) });
        Assert.Equal("", updates.End().Reason);
        Assert.Equal(AgentEnd.Completed, updates.End().End);
        Assert.Contains("the disk is full", updates.End().Text, StringComparison.Ordinal);
        Assert.Equal("/srv", asked);
        Assert.NotNull(updates.End().Session);
        Assert.True(updates.OfType<AgentSpent>().Sum(s => s.Usage.Input) > 0);
        Assert.Contains("I look.", updates.Text(), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Programs))]
    public async Task It_is_offered_nothing_but_our_tools(string program)
    {
        using var api = new ModelApi(_ => new ModelReply(new Say("nothing")));
        await Open(program, api).RunAsync(Conversing.Task(Conversing.Tool("host_disk", _ => "x")));
        var tools = api.Requests.SelectMany(r => r.Tools).Distinct().ToList();
        Assert.Contains(tools, t => t.EndsWith("host_disk", StringComparison.Ordinal));
        Assert.DoesNotContain(tools, t => t is "Bash" or "Write" or "Edit" or "Read" or "exec_command" or "shell" or "shell_command" or "apply_patch" or "write_stdin");
    }

    [Theory]
    [InlineData("claude", true)]
    [InlineData("claude", false)]
    [InlineData("codex", true)]
    [InlineData("codex", false)]
    [InlineData("qwen", true)]
    [InlineData("qwen", false)]
    public async Task A_command_of_its_own_runs_only_when_a_person_approves(string program, bool approve)
    {
        var mark = Path.Combine(_folder.FullName, "mark");
        using var api = new ModelApi(r => Shell(r) is not { } tool ? new ModelReply(new Say("a title"))
            : r.Results.Count == 0 ? new ModelReply(new Call(tool, Touch(tool, mark)))
            : new ModelReply(new Say("done")));
        List<AgentPermission> asked = [];
        var updates = await Open(program, api, ownTools: true).RunAsync(Conversing.Task() with
        {
            Permit = (permission, _) =>
            {
                asked.Add(permission);
                return Task.FromResult(approve);
            },
        });
        Assert.Equal("done", updates.End().Text);
        Assert.Contains($"touch {mark}", Assert.Single(asked).Command, StringComparison.Ordinal);
        Assert.Equal(approve, File.Exists(mark));
    }

    [Theory, MemberData(nameof(AllPrograms))]
    public async Task A_person_who_stops_it_while_it_asks_is_obeyed_and_nothing_ran(string program)
    {
        var mark = Path.Combine(_folder.FullName, "mark");
        using var stop = new CancellationTokenSource();
        using var api = new ModelApi(r => Shell(r) is { } tool ? new ModelReply(new Call(tool, Touch(tool, mark))) : new ModelReply(new Say("a title")));
        await using var agent = Open(program, api, ownTools: true);
        var task = Conversing.Task() with
        {
            Permit = async (_, cancellation) =>
            {
                await stop.CancelAsync();
                await Task.Delay(Timeout.Infinite, cancellation);
                return true;
            },
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in agent.RunAsync(task, stop.Token))
            {
            }
        });
        Assert.False(File.Exists(mark));
    }

    [Theory, MemberData(nameof(Programs))]
    public async Task Its_session_can_be_resumed(string program)
    {
        using var api = new ModelApi(r => new ModelReply(new Say($"I know {r.Said.Count(s => s.Contains("The disk is full.", StringComparison.Ordinal))}")));
        var first = (await Open(program, api).RunAsync(Conversing.Task())).End();
        Assert.Equal(AgentEnd.Completed, first.End);
        var second = (await Open(program, api).RunAsync(Conversing.Task() with { Prompt = "And now?", Resume = first.Session })).End();
        Assert.Equal("I know 1", second.Text);
        Assert.Equal(first.Session, second.Session);
    }

    [Theory, MemberData(nameof(Programs))]
    public async Task A_wrong_key_is_said_in_a_sentence(string program)
    {
        using var api = new ModelApi(_ => ModelReply.Fails(401, "authentication_error", "invalid key"));
        var end = (await Open(program, api).RunAsync(Conversing.Task() with { Budget = new AgentBudget(Time: TimeSpan.FromSeconds(60)) })).End();
        Assert.NotEqual(AgentEnd.Completed, end.End);
        Assert.NotEqual("", end.Reason);
    }

    [Fact]
    public async Task A_program_that_does_not_exist_is_a_sentence()
    {
        var agent = new CodexAgent("codex", ["/no/such/codex"], "", ownTools: false);
        var end = (await agent.RunAsync(Conversing.Task())).End();
        Assert.Equal(AgentEnd.Failed, end.End);
        Assert.Contains("/no/such/codex", end.Reason, StringComparison.Ordinal);
    }

    private static string? Ours(ModelRequest request) => request.Tools.FirstOrDefault(t => t.EndsWith("host_disk", StringComparison.Ordinal));

    private static string? Shell(ModelRequest request) => request.Tools.FirstOrDefault(t => t is "Bash" or "exec_command" or "run_shell_command");

    /// <summary>The arguments with which a program's own tool makes a file.</summary>
    private static string Touch(string tool, string path) => tool switch
    {
        "exec_command" => $$"""{"cmd":"touch {{path}}","sandbox_permissions":"require_escalated","justification":"mark"}""",
        "Bash" => $$"""{"command":"touch {{path}}","description":"mark"}""",
        _ => $$"""{"command":"touch {{path}}","description":"mark","is_background":false}""",
    };

    private IAgent Open(string program, ModelApi api, bool ownTools = false)
    {
        if (program == "claude")
        {
            AgentPrograms.Need(AgentPrograms.Claude, "@anthropic-ai/claude-code@2.1.197");
            return new ClaudeCodeAgent("claude", [AgentPrograms.ClaudeStart(_folder.FullName, api)], "claude-sonnet-4-5", ownTools, Path.Combine(_folder.FullName, "work"));
        }

        if (program == "qwen")
        {
            AgentPrograms.Need(AgentPrograms.Qwen, "@qwen-code/qwen-code@0.15.10");
            return new AcpAgent("qwen", [AgentPrograms.QwenStart(_folder.FullName, api), "--acp", "--auth-type", "openai"], ownTools, AgentPrograms.Bridge);
        }

        AgentPrograms.Need(AgentPrograms.Codex, "@openai/codex@0.169.0");
        return new CodexAgent("codex", [AgentPrograms.CodexStart(_folder.FullName, api)], "", ownTools);
    }
}
