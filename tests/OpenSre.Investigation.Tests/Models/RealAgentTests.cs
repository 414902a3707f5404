using OpenSre.Core;
using OpenSre.Models;

namespace OpenSre.Tests.Investigation;

/// <summary>
/// A whole investigation with the real claude, codex and qwen (for the Agent Client Protocol) behind the engine: they look with
/// our tools, and what they want to do by themselves is asked of a person who agrees, declines, or stops it all.
/// </summary>
public sealed class RealAgentTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("opensre-agent-");

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

    public static TheoryData<string, string> Cases() => new(from program in new[] { "claude", "codex", "qwen" } from answer in new[] { "accepted", "declined", "interrupted" } select (program, answer));

    [Theory, MemberData(nameof(Cases))]
    public async Task It_looks_asks_and_obeys(string program, string answer)
    {
        var (path, package) = Installed(program);
        AgentPrograms.Need(path, package);
        var mark = Path.Combine(_folder.FullName, "mark");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        List<ApprovalRequest> asked = [];
        using var run = new ModelCase(request => Reply(request, mark))
        {
            Program = api => Open(program, api),
            Budget = new AgentBudget(Steps: 12, Time: TimeSpan.FromMinutes(5)),
            Approve = async (request, cancellation) =>
            {
                // An agent of the protocol asks before our own tools as well; those only read.
                var own = request.Command.Contains("touch ", StringComparison.Ordinal);
                if (own)
                {
                    asked.Add(request);
                    if (answer == "interrupted")
                    {
                        await stop.CancelAsync();
                        await Task.Delay(Timeout.Infinite, cancellation);
                    }
                }

                return new ApprovalDecision(request.Id, !own || answer == "accepted" ? ApprovalOutcome.Approved : ApprovalOutcome.Declined, "test", request.ActionHash, DateTimeOffset.UtcNow);
            },
        };
        var file = await run.RunAsync(cancellation: stop.Token);

        Assert.Contains($"touch {mark}", Assert.Single(asked).Command, StringComparison.Ordinal);
        Assert.Equal(answer == "accepted", File.Exists(mark));
        Assert.Contains(file.Ledger.Outputs, o => o.Tool == "host.temperature");
        Assert.Equal(("disk.space_exhausted", "/srv/data"), (file.Diagnosis!.Top!.FaultType, file.Diagnosis.Top.Entity.Name));
        Assert.Equal(answer == "interrupted", file.Cancelled);
        if (answer != "interrupted")
        {
            Assert.Contains(run.Events, e => e is ApprovalResolved resolved && resolved.Decision.RequestId == asked[0].Id);
            Assert.Contains(file.Review!.Claims, c => c.Validated && c.Text.Contains("41", StringComparison.Ordinal));
        }
    }

    private static ModelReply Reply(ModelRequest request, string mark)
    {
        var shell = request.Tools.FirstOrDefault(t => t is "Bash" or "exec_command" or "run_shell_command");
        var ours = request.Tools.FirstOrDefault(t => t.EndsWith("host_temperature", StringComparison.Ordinal));
        if (AgentPrograms.Finding(request, "host_temperature") is { } find)
        {
            return find;
        }

        if (shell is null || ours is null)
        {
            return new ModelReply(new Say("a title"));
        }

        var results = AgentPrograms.ResultsOf(request);
        return results.Count switch
        {
            0 => new ModelReply(new Say("I look. "), new Call(ours, "{}")),
            1 => new ModelReply(new Call(shell, shell switch
            {
                "exec_command" => $$"""{"cmd":"touch {{mark}}","sandbox_permissions":"require_escalated","justification":"mark"}""",
                "Bash" => $$"""{"command":"touch {{mark}}","description":"mark"}""",
                _ => $$"""{"command":"touch {{mark}}","description":"mark","is_background":false}""",
            })),
            _ => new ModelReply(new Say($"Zone z is at 41 degrees. [{Id(results[0])}]")),
        };
    }

    /// <summary>The id of the output, at the head of what our tools answer.</summary>
    private static string Id(string result) => System.Text.RegularExpressions.Regex.Match(result, @"\bo\d+(?=:)").Value;

    private static (string Path, string Package) Installed(string program) => program switch
    {
        "claude" => (AgentPrograms.Claude, "@anthropic-ai/claude-code@2.1.197"),
        "codex" => (AgentPrograms.Codex, "@openai/codex@0.169.0"),
        _ => (AgentPrograms.Qwen, "@qwen-code/qwen-code@0.15.10"),
    };

    private IAgent Open(string program, ModelApi api)
    {
        var (provider, command) = program switch
        {
            "claude" => ("claude-code", $"[\"{AgentPrograms.ClaudeStart(_folder.FullName, api)}\"]"),
            "codex" => ("codex", $"[\"{AgentPrograms.CodexStart(_folder.FullName, api)}\"]"),
            _ => ("acp", $"[\"{AgentPrograms.QwenStart(_folder.FullName, api)}\", --acp, --auth-type, openai]"),
        };
        var catalogue = new ModelCatalogue(_folder.FullName, ModelConfiguration.Parse($"models: {{ helper: {{ provider: {provider}, command: {command}, own_tools: true }} }}"), _ => null) { Bridge = AgentPrograms.Bridge };
        return catalogue.Open(catalogue.Find("helper"), new Masking());
    }
}
