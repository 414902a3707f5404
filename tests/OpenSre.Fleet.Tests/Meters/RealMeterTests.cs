using System.Diagnostics;
using OpenSre.Fleet;

namespace OpenSre.Tests.Fleet;

/// <summary>
/// The real claude, codex, gemini, qwen and opencode, driven by a stand-in of their providers: what our meters count is what
/// the stand-in sent.
/// </summary>
public sealed class RealMeterTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Claude_uses_what_the_stand_in_counted()
    {
        AgentPrograms.Need(AgentPrograms.Claude, "@anthropic-ai/claude-code@2.1.197");
        var note = _folder.Write("note.txt", "a line\n");
        using var api = new ModelApi(r =>
            !r.Tools.Contains("Read") ? new ModelReply(new Say("a title"))
            : r.Results.Count < 2 ? new ModelReply(new Think("Hm."), new Say("I read it. "), new Call("Read", $$"""{"file_path":"{{note}}"}""")) { Input = 5_000 + r.Number, Cached = 700, Output = 40 }
            : new ModelReply(new Say("Read.")) { Input = 6_000, Cached = 800, Output = 9 });
        await RunAsync(AgentPrograms.ClaudeStart(_folder.Path, api), "-p", "read note.txt twice");

        // What it asks beside its own work (a title, a summary) is in no transcript.
        var own = api.Requests.Where(r => r.Tools.Contains("Read")).ToList();
        Assert.Equal(3, own.Count);
        var meter = new AgentMeter(Prices.Of);
        Dictionary<string, TokenUse> counted = new(StringComparer.Ordinal);
        foreach (var log in Directory.EnumerateFiles(Path.Combine(_folder.Path, ".claude", "projects"), "*.jsonl", SearchOption.AllDirectories))
        {
            Add(meter, new ClaudeLog(log, counted));
        }

        var expected = own.Select(r => r.Results.Count < 2 ? new TokenUse(5_000 + r.Number - 700, 40, 700) : new TokenUse(6_000 - 800, 9, 800)).Aggregate((a, b) => a + b);
        Assert.Equal(expected, meter.Total);
        Assert.Equal(2, meter.CallsSince(DateTimeOffset.MinValue));
    }

    [Fact]
    public async Task Codex_uses_what_the_stand_in_counted()
    {
        AgentPrograms.Need(AgentPrograms.Codex, "@openai/codex@0.169.0");
        using var api = new ModelApi(r => r.Results.Count == 0 && r.Tools.FirstOrDefault(t => t is "exec_command" or "shell_command" or "shell") is { } shell
            ? new ModelReply(new Say("I look. "), new Call(shell, shell == "exec_command" ? """{"cmd":"true"}""" : """{"command":"true"}""")) { Input = 3_000, Cached = 1_000, Output = 20 }
            : new ModelReply(new Say("Seen.")) { Input = 3_500, Cached = 2_000, Output = 7 });
        await RunAsync(AgentPrograms.CodexStart(_folder.Path, api), "exec", "--skip-git-repo-check", "look once");
        Assert.NotEmpty(api.Requests);
        var meter = new AgentMeter(Prices.Of);
        foreach (var log in Directory.EnumerateFiles(Path.Combine(_folder.Path, "codex", "sessions"), "rollout-*.jsonl", SearchOption.AllDirectories))
        {
            Add(meter, new CodexLog(log));
        }

        var expected = api.Requests.Select(r => r.Results.Count == 0 && r.Tools.Any(t => t is "exec_command" or "shell_command" or "shell") ? new TokenUse(2_000, 20, 1_000) : new TokenUse(1_500, 7, 2_000)).Aggregate((a, b) => a + b);
        Assert.Equal(expected, meter.Total);
    }

    [Fact]
    public async Task Gemini_uses_what_the_stand_in_counted()
    {
        AgentPrograms.Need(AgentPrograms.Gemini, "@google/gemini-cli@0.61.0");
        var begun = DateTimeOffset.UtcNow;
        using var api = new ModelApi(r => Scripted(r, "read_file", "write_file", "file_path"));
        await RunAsync(AgentPrograms.GeminiStart(Home, api), "-m", "gemini-2.5-flash", "-y", "-p", "read note.txt, then write out.txt");
        Check("gemini-cli", begun, api.Requests.Where(r => r.Tools.Contains("read_file")));
    }

    [Fact]
    public async Task Qwen_uses_what_the_stand_in_counted()
    {
        AgentPrograms.Need(AgentPrograms.Qwen, "@qwen-code/qwen-code@0.15.10");
        var begun = DateTimeOffset.UtcNow;
        using var api = new ModelApi(r => Scripted(r, "read_file", "write_file", "file_path"));
        await RunAsync(AgentPrograms.QwenStart(Home, api), "--auth-type", "openai", "-y", "-p", "read note.txt, then write out.txt");
        Check("qwen", begun, api.Requests);
    }

    [Fact]
    public async Task OpenCode_uses_what_the_stand_in_counted()
    {
        AgentPrograms.Need(AgentPrograms.OpenCode, "opencode-linux-x64@1.18.33");
        var begun = DateTimeOffset.UtcNow;
        using var api = new ModelApi(r => Scripted(r, "read", "write", "filePath"));
        await RunAsync(AgentPrograms.OpenCodeStart(Home, api), "run", "read note.txt, then write out.txt");

        // What it asks beside its own work (a title) is in no message.
        Check("opencode", begun, api.Requests.Where(r => r.Tools.Contains("read")));
    }

    private string Home => Directory.CreateDirectory(_folder.File("home")).FullName;

    /// <summary>Reads a file, writes another, and says that it is done; each with numbers of its own.</summary>
    private ModelReply Scripted(ModelRequest request, string read, string write, string path)
    {
        var note = _folder.Write("note.txt", "a line\n");
        var reply = !request.Tools.Contains(read) ? new ModelReply(new Say("a title"))
            : request.Results.Count == 0 ? new ModelReply(new Say("I read. "), new Call(read, $$"""{"{{path}}":"{{note}}"}"""))
            : request.Results.Count == 1 ? new ModelReply(new Say("I write. "), new Call(write, $$"""{"{{path}}":"{{_folder.File("out.txt")}}","content":"written\n"}"""))
            : new ModelReply(new Say("Done."));
        return reply with { Input = 5_000 + request.Number, Cached = 700 + request.Number, Output = 40 + request.Number, Thoughts = 10 + request.Number };
    }

    /// <summary>The records are found from the process's folder and home alone, and tell tokens, calls, the written file and the end.</summary>
    private void Check(string tool, DateTimeOffset begun, IEnumerable<ModelRequest> requests)
    {
        var own = requests.ToList();
        Assert.Equal(3, own.Count(r => r.Results.Count < 3 && r.Tools.Count > 0));
        var agent = new AgentProcess(tool, new ProcessFacts(new ProcessIdentity(1, 1), 0, [tool], "", 'S', begun, TimeSpan.Zero, 0), [], _folder.Path, null, "");
        var logs = new AgentLogs(new HomeTable(Home)).Of(agent, [], [], new HashSet<string>());
        var meter = new AgentMeter(Prices.Of);
        Add(meter, Assert.Single(logs));

        var expected = own.Select(r => new TokenUse(4_300, (40 + r.Number) + (10 + r.Number), 700 + r.Number)).Aggregate((a, b) => a + b);
        Assert.Equal(expected, meter.Total);
        Assert.Equal(2, meter.CallsSince(DateTimeOffset.MinValue));
        Assert.Equal([_folder.File("out.txt")], meter.Writes.Select(w => w.Path));
        Assert.Equal((false, null, 0), (meter.InTurn, meter.Current, meter.ErrorsSince(DateTimeOffset.MinValue)));

        // A second look adds nothing.
        Add(meter, logs[0]);
        Assert.Equal(expected, meter.Total);
    }

    private static void Add(AgentMeter meter, IAgentLog log)
    {
        foreach (var activity in log.Read())
        {
            meter.Add(activity, DateTimeOffset.UtcNow);
        }
    }

    private async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _folder.Path })!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        try
        {
            await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(240), TestContext.Current.CancellationToken);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }

        Assert.True(process.ExitCode == 0, await output + await errors);
    }

    /// <summary>Knows of a process nothing but its home.</summary>
    private sealed class HomeTable(string home) : IProcessTable
    {
        public IReadOnlyList<ProcessFacts> Find(ProcessFilter wanted) => [];

        public ProcessFacts? Get(int pid) => null;

        public IReadOnlyList<int> Children(int pid) => [];

        public string? WorkingDirectory(int pid) => null;

        public string? Variable(int pid, string name) => name == "HOME" ? home : null;

        public IReadOnlyList<string> OpenFiles(int pid) => [];

        public bool Writes(int pid, string path) => false;
    }
}
