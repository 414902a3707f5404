using System.Diagnostics;
using OpenSre.Models;

namespace OpenSre.Tests.Models;

/// <summary>One codex app-server for many conversations: what it said once (recorded from 0.169), and the real one.</summary>
public sealed class CodexServerTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("opensre-codex-tests-");

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

    [Theory]
    [InlineData(true, "accept")]
    [InlineData(false, "decline")]
    public async Task The_recorded_wire_of_a_command_asks_once_and_tells_of_it(bool approve, string answer)
    {
        List<AgentPermission> asked = [];
        var updates = await Recorded("escalate").RunAsync(Conversing.Task() with { Permit = (p, _) => { asked.Add(p); return Task.FromResult(approve); } });
        Assert.Equal(AgentEnd.Completed, updates.End().End);
        Assert.StartsWith("Command finished.", updates.End().Text, StringComparison.Ordinal);
        Assert.Equal("/bin/bash -lc 'touch /home/sre/q1'", Assert.Single(asked).Command);
        Assert.Equal("Needs to write outside the workspace", asked[0].Reason);
        Assert.Equal("command", Assert.Single(updates.OfType<AgentActStarted>()).Action);
        Assert.Equal(0, Assert.Single(updates.OfType<AgentActEnded>()).ExitCode);
        Assert.Contains("I will run a command.", Assert.Single(updates.OfType<AgentThought>()).Text, StringComparison.Ordinal);
        Assert.Equal(2400, updates.OfType<AgentSpent>().Sum(s => s.Usage.Input));
        Assert.Contains($$$"""{"id":0,"result":{"decision":"{{{answer}}}"}}""", await WrittenAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_recorded_wire_of_a_change_of_files_shows_the_change_in_the_question()
    {
        List<AgentPermission> asked = [];
        var updates = await Recorded("patch").RunAsync(Conversing.Task() with { Permit = (p, _) => { asked.Add(p); return Task.FromResult(true); } });
        Assert.Equal(AgentEnd.Completed, updates.End().End);
        Assert.Equal("file change", Assert.Single(asked).Action);
        Assert.Contains("notes.txt", asked[0].Command, StringComparison.Ordinal);
        Assert.Contains("line two", asked[0].Command, StringComparison.Ordinal);
        Assert.Contains("line two", Assert.Single(updates.OfType<AgentActEnded>()).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_recorded_wire_of_a_retry_goes_on()
    {
        var updates = await Recorded("retry").RunAsync(Conversing.Task());
        Assert.Equal(AgentEnd.Completed, updates.End().End);
        Assert.Contains(updates.OfType<AgentNotice>(), n => n.Sentence.Contains("it tries again", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_wider_sandbox_than_asked_for_ends_it_before_anything_runs()
    {
        var updates = await Recorded("escalate", w => w.Replace("\"type\":\"workspaceWrite\"", "\"type\":\"dangerFullAccess\"", StringComparison.Ordinal)).RunAsync(Conversing.Task());
        Assert.Equal(AgentEnd.Failed, updates.End().End);
        Assert.Contains("dangerFullAccess", updates.End().Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("turn/start", await WrittenAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_policy_that_asks_less_than_was_asked_for_ends_it_before_anything_runs()
    {
        var updates = await Recorded("escalate", w => w.Replace("\"approvalPolicy\":\"untrusted\"", "\"approvalPolicy\":\"never\"", StringComparison.Ordinal)).RunAsync(Conversing.Task());
        Assert.Contains("never", updates.End().Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("turn/start", await WrittenAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unknown_requests_and_requests_of_nobody_are_refused()
    {
        var updates = await Recorded("escalate", w => w.Replace("\"method\":\"item/commandExecution/requestApproval\"", "\"method\":\"novel/thing\"", StringComparison.Ordinal)
            .Replace("{\"method\":\"configWarning\"", "{\"method\":\"attestation/generate\",\"id\":\"a-1\"", StringComparison.Ordinal)).RunAsync(Conversing.Task());
        Assert.Equal(AgentEnd.Completed, updates.End().End);
        var written = await WrittenAsync();
        Assert.Contains("""{"id":0,"error":{"code":-32601""", written, StringComparison.Ordinal);
        Assert.Contains("""{"id":"a-1","error":{"code":-32601""", written, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_configuration_it_cannot_use_is_a_sentence()
    {
        var updates = await Recorded("escalate", w => w.Replace("Codex could not find bubblewrap", "Invalid configuration; using defaults. Codex", StringComparison.Ordinal)).RunAsync(Conversing.Task());
        Assert.Equal(AgentEnd.Failed, updates.End().End);
        Assert.Contains("cannot use its configuration", updates.End().Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_says_nothing_is_given_up_in_time()
    {
        var silent = Script("cat > /dev/null");
        await using var server = new CodexServer("codex", [silent], new CodexLimits(Patience: TimeSpan.FromMilliseconds(300)));
        var end = (await new CodexAgent("codex", server, "", ownTools: true).RunAsync(Conversing.Task())).End();
        Assert.Equal(AgentEnd.Failed, end.End);
        Assert.Contains("did not answer initialize", end.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_ends_again_and_again_is_left_alone()
    {
        await using var server = new CodexServer("codex", [Script("echo no such luck >&2; exit 3")], new CodexLimits(StartsPerMinute: 3));
        var reason = "";
        for (var i = 0; i < 5; i++)
        {
            reason = (await new CodexAgent("codex", server, "", ownTools: true).RunAsync(Conversing.Task())).End().Reason;
        }

        Assert.Contains("left alone", reason, StringComparison.Ordinal);
        Assert.Equal(3, server.Starts);
    }

    [Fact]
    public async Task Many_conversations_share_one_process_and_none_waits_for_anothers_question()
    {
        AgentPrograms.Need(AgentPrograms.Codex, "@openai/codex@0.169.0");
        using var api = new ModelApi(r => r.Said.Any(s => s.Contains("ASK", StringComparison.Ordinal)) && r.Results.Count == 0
            ? new ModelReply(new Call("exec_command", """{"cmd":"touch here"}"""))
            : new ModelReply(new Say($"done {r.Said.Count(s => s.Contains("number", StringComparison.Ordinal))}")));
        await using var server = new CodexServer("codex", [AgentPrograms.CodexStart(_folder.FullName, api)]);
        var go = new TaskCompletionSource<bool>();
        var waiting = new TaskCompletionSource();
        var asks = new CodexAgent("codex", server, "", ownTools: true, writes: true).RunAsync(Conversing.Task() with
        {
            Prompt = "ASK",
            Permit = (_, _) =>
            {
                waiting.SetResult();
                return go.Task;
            },
        });
        await waiting.Task.WaitAsync(TimeSpan.FromSeconds(120), TestContext.Current.CancellationToken);
        var others = await Task.WhenAll(Enumerable.Range(0, 8).Select(n => new CodexAgent("codex", server, "", ownTools: true).RunAsync(Conversing.Task() with { Prompt = $"number {n}" })));
        Assert.All(others, o => Assert.Equal("done 1", o.End().Text));
        Assert.False(asks.IsCompleted);
        go.SetResult(true);
        Assert.Equal("done 0", (await asks).End().Text);
        Assert.Equal(0, Assert.Single((await asks).OfType<AgentActEnded>()).ExitCode);
        Assert.Equal(1, server.Starts);
    }

    [Fact]
    public async Task A_killed_process_is_started_again_and_the_conversation_goes_on()
    {
        AgentPrograms.Need(AgentPrograms.Codex, "@openai/codex@0.169.0");
        CodexProcess? process = null;
        var killed = false;
        using var api = new ModelApi(r => !killed || r.Said.Count == 0
            ? new ModelReply(new Call(r.Tools.First(t => t.EndsWith("host_disk", StringComparison.Ordinal)), """{"path":"/srv"}"""))
            : new ModelReply(new Say($"I know {r.Said.Count(s => s.Contains("The disk is full.", StringComparison.Ordinal))}, tools {r.Tools.Count(t => t.EndsWith("host_disk", StringComparison.Ordinal))}")));
        await using var server = new CodexServer("codex", [AgentPrograms.CodexStart(_folder.FullName, api)]);
        process = await server.ReadyAsync(TestContext.Current.CancellationToken);
        var updates = await new CodexAgent("codex", server, "", ownTools: false).RunAsync(Conversing.Task(Conversing.Tool("host_disk", _ =>
        {
            killed = true;
            Process.GetProcessById(process.ProcessId).Kill();
            return "x";
        })));
        Assert.Equal("I know 1, tools 1", updates.End().Text);
        Assert.Contains(updates.OfType<AgentNotice>(), n => n.Sentence.Contains("started again", StringComparison.Ordinal));
        Assert.Equal(2, server.Starts);
    }

    [Fact]
    public async Task Nothing_is_left_when_the_server_ends()
    {
        AgentPrograms.Need(AgentPrograms.Codex, "@openai/codex@0.169.0");
        using var api = new ModelApi(_ => new ModelReply(new Say("done")));
        int id;
        await using (var server = new CodexServer("codex", [AgentPrograms.CodexStart(_folder.FullName, api)]))
        {
            id = (await server.ReadyAsync(TestContext.Current.CancellationToken)).ProcessId;
            Assert.False(Process.GetProcessById(id).HasExited);
        }

        Assert.Throws<ArgumentException>(() => Process.GetProcessById(id));
    }

    /// <summary>A program that says what codex said, waiting for a line wherever codex had waited for one.</summary>
    private CodexAgent Recorded(string name, Func<string, string>? change = null)
    {
        var wire = Path.Combine(_folder.FullName, "wire");
        var text = File.ReadAllText(RepositoryRoot.File("tests", "OpenSre.Models.Tests", "CodexWire", name + ".jsonl"));
        File.WriteAllText(wire, change?.Invoke(text) ?? text);
        var program = Script($"""
            while IFS= read -r record <&3; do
              case "$record" in
                '<') while :; do
                  IFS= read -r line || exit 0; printf '%s\n' "$line" >> '{_folder.FullName}/written'
                  # The answer to what no recording asks is none of its lines, whenever it comes.
                  case "$line" in *'"id":"a-1"'*) ;; *) break ;; esac
                done ;;
                *) printf '%s\n' "$record" ;;
              esac
            done 3< '{wire}'
            while IFS= read -r line; do printf '%s\n' "$line" >> '{_folder.FullName}/written'; done
            """);
        var server = new CodexServer("codex", [program], new CodexLimits(Patience: TimeSpan.FromSeconds(20)));
        return new CodexAgent("codex", server, "", ownTools: true, writes: true, ownsServer: true);
    }

    private Task<string> WrittenAsync() => File.ReadAllTextAsync(Path.Combine(_folder.FullName, "written"), TestContext.Current.CancellationToken);

    private string Script(string body)
    {
        var path = Path.Combine(_folder.FullName, "program");
        File.WriteAllText(path, "#!/bin/sh\n" + body + "\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return path;
    }
}
