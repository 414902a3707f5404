using System.Diagnostics;
using OpenSre.Fleet;

namespace OpenSre.Tests.Fleet;

/// <summary>Real processes with the argument vectors of agents and of things that merely look like them.</summary>
public sealed class ProcessTableTests : IDisposable
{
    private const string Modules = "/usr/lib/node_modules";

    private readonly TempFolder _folder = new();
    private readonly Started _started = new();

    /// <summary>Agents: the kind, then the arguments they run with.</summary>
    public static readonly (string Tool, string[] Arguments)[] Agents =
    [
        ("claude-code", ["claude"]),
        ("claude-code", ["claude", "--model", "opus"]),
        ("claude-code", ["claude", "--dangerously-skip-permissions"]),
        ("claude-code", ["/root/.local/bin/claude", "--resume", "x"]),
        ("claude-code", ["claude", "-p", "explain how aider works"]),
        ("claude-code", ["claude --continue"]),
        ("claude-code", ["node", Modules + "/@anthropic-ai/claude-code/cli.js"]),
        ("claude-code", ["node", "--max-old-space-size=8192", "--require", "/x/hook.js", Modules + "/@anthropic-ai/claude-code/cli.js", "-c"]),
        ("claude-code", ["/home/u/.cursor/extensions/anthropic.claude-code-2.0.1-linux-x64/resources/native-binary/claude", "--output-format", "stream-json"]),
        ("claude-code", ["/home/u/.npm/_npx/1/node_modules/@anthropic-ai/claude-code/bin/claude.exe"]),
        ("codex", ["codex"]),
        ("codex", ["codex", "exec", "--json", "fix it"]),
        ("codex", ["codex", "app-server"]),
        ("codex", ["node", Modules + "/@openai/codex/bin/codex.js"]),
        ("codex", ["node", "/opt/codex/bin/codex.js", "resume"]),
        ("codex", ["/opt/codex-x86_64-unknown-linux-musl", "-m", "gpt-5"]),
        ("cursor", ["cursor-agent", "--resume"]),
        ("cursor", ["cursor", "agent", "do it"]),
        ("cursor", ["/home/u/.local/share/cursor-agent/versions/2026.01/node", "--use-system-ca", "/home/u/.local/share/cursor-agent/versions/2026.01/index.js"]),
        ("cursor", ["Cursor Helper (Plugin): extension-host (agent-exec) [1-3]"]),
        ("aider", ["aider", "--model", "sonnet"]),
        ("aider", ["python3", "/usr/local/bin/aider"]),
        ("aider", ["/opt/venv/bin/python3.12", "-u", "-X", "dev", "-m", "aider", "--yes"]),
        ("gemini-cli", ["gemini"]),
        ("gemini-cli", ["node", "/usr/bin/gemini", "-m", "gemini-2.5-pro"]),
        ("gemini-cli", ["node", "--no-warnings=DEP0040", Modules + "/@google/gemini-cli/dist/index.js"]),
        ("opencode", ["opencode"]),
        ("opencode", ["/root/.opencode/bin/opencode", "run", "hello"]),
        ("qwen", ["qwen"]),
        ("qwen", ["node", Modules + "/@qwen-code/qwen-code/cli.js", "-p", "x"]),
        ("copilot", ["copilot", "--allow-all-tools"]),
        ("copilot", ["node", Modules + "/@github/copilot/index.js"]),
        ("kimi", ["kimi"]),
        ("kimi", ["python3.13", "-m", "kimi_cli"]),
        ("goose", ["goose", "session"]),
        ("goose", ["/root/.local/bin/goose", "run", "-t", "hi"]),
        ("my-bot", ["python3", "/srv/bots/my-bot.py", "--serve"]),
    ];

    /// <summary>No agents, whatever they say.</summary>
    public static readonly string[][] Decoys =
    [
        ["grep", "aider"],
        ["grep", "-r", "claude", "/src"],
        ["vim", "/src/my-gemini-notes"],
        ["tail", "-f", "/root/.claude/projects/x/claude.log"],
        ["bash", "-c", "sleep 5; claude --resume"],
        ["sh", "-lc", "codex exec hello"],
        ["python3", "-c", "import aider"],
        ["python3", "-m", "http.server", "--directory", "aider"],
        ["python3", "/srv/aider_metrics.py"],
        ["node", "/srv/gemini/server.js"],
        ["node", "-e", "claude"],
        ["node", "/srv/app/claude-proxy.js"],
        ["node", Modules + "/@anthropic-ai/claude-code/vendor/ripgrep/rg.js"],
        ["node", Modules + "/@anthropic-ai/claude-code/install.cjs"],
        ["node", Modules + "/@google/gemini-cli/node_modules/other/index.js"],
        ["node", Modules + "/@openai/codex-helper/index.js"],
        ["npm exec @openai/codex"],
        ["/usr/lib/claude-desktop/claude-desktop"],
        ["/usr/lib/claude-desktop/claude"],
        ["/opt/Claude/claude", "--type=gpu-process"],
        ["/usr/share/cursor/cursor", "/home/u/repo"],
        ["/usr/share/cursor/cursor", "--type=renderer"],
        ["claude-monitor"],
        ["codex-exporter", "--port", "9100"],
        ["geminid"],
        ["opencode-lsp"],
        ["claude", "mcp", "serve"],
        ["claude", "--version"],
        ["codex", "login"],
        ["copilot", "svc", "deploy"],
        ["copilot-language-server", "--stdio"],
        ["goose", "postgres", "up"],
        ["goose", "-dir", "migrations", "up"],
        ["sudo", "claude"],
        ["ssh", "host", "codex"],
        ["docker", "run", "claude"],
        ["git", "clone", "https://github.com/paul-gauthier/aider"],
        ["less", "/usr/bin/gemini"],
        ["ollama", "run", "qwen"],
        ["kubectl", "exec", "pod", "--", "claude"],
        ["sh", "/etc/init.d/goose", "start"],
        ["/usr/bin/python3", "/srv/bots/my-bot.py"],
    ];

    private static readonly ToolRule MyBot = new("my-bot", "my-bot.py") { Needs = ["--serve"] };

    [Fact]
    public void Every_agent_is_found_and_nothing_else()
    {
        SkipElsewhere();
        Assert.True(Agents.Length + Decoys.Length >= 60);
        var expected = Agents.ToDictionary(a => Start(a.Arguments, _folder.Path), a => a.Tool);
        var decoys = Decoys.Select(d => Start(d, _folder.Path)).ToHashSet();

        var found = new AgentDiscovery(new ProcTable(), new AgentClassifier([MyBot])).Find().ToDictionary(a => a.Pid, a => a.Tool);

        var missed = expected.Where(e => found.GetValueOrDefault(e.Key) != e.Value).Select(e => $"{e.Value}: {Command(e.Key)} seen as {found.GetValueOrDefault(e.Key, "nothing")}");
        var invented = decoys.Where(found.ContainsKey).Select(d => $"{found[d]}: {Command(d)}");
        Assert.Equal([], missed);
        Assert.Equal([], invented);
    }

    [Fact]
    public void A_program_is_known_by_its_file_under_any_name()
    {
        SkipElsewhere();
        var versions = Directory.CreateDirectory(Path.Combine(_folder.Path, "share", "claude", "versions")).FullName;
        File.Copy("/bin/sleep", Path.Combine(versions, "2.1.139"));
        File.Copy("/bin/sleep", _folder.File("codex"));
        File.Copy("/bin/sleep", _folder.File("codex-notes"));
        var claude = Run(Path.Combine(versions, "2.1.139"), "600");
        var codex = Run("/bin/bash", "-c", "exec -a worker \"$0\" 600", _folder.File("codex"));
        var notes = Run(_folder.File("codex-notes"), "600");
        File.Delete(_folder.File("codex"));

        var found = new AgentDiscovery(new ProcTable(), new AgentClassifier()).Find().ToDictionary(a => a.Pid, a => a.Tool);

        Assert.Equal("claude-code", found.GetValueOrDefault(claude));
        Assert.Equal("codex", found.GetValueOrDefault(codex));
        Assert.False(found.ContainsKey(notes));
    }

    [Fact]
    public void A_wrapper_and_what_it_wraps_count_once_but_an_agent_that_starts_another_does_not_hide()
    {
        SkipElsewhere();
        var script = _folder.Write("codex", "#!/bin/sh\n");
        File.WriteAllText(script, "(exec -a codex sleep 600) &\nwait\n");
        File.Copy("/bin/bash", _folder.File("claude"));
        var wrapper = Run("/bin/bash", script);
        var claude = Run(_folder.File("claude"), "-c", "(exec -a claude sleep 700) & wait");
        var table = new ProcTable();
        Started.Until(() => table.Children(wrapper) is [var c, ..] && Command(c) == "codex 600 " && table.Children(claude) is [var d, ..] && Command(d) == "claude 700 ");
        var discovery = new AgentDiscovery(table, new AgentClassifier());

        var found = discovery.Find().Select(a => a.Pid).ToHashSet();

        Assert.DoesNotContain(wrapper, found);
        Assert.Contains(Assert.Single(discovery.Descendants(wrapper)), found);
        Assert.Contains(claude, found);
        Assert.Contains(Assert.Single(discovery.Descendants(claude)), found);
    }

    [Fact]
    public void A_copy_of_an_agent_that_has_not_run_a_program_of_its_own_is_no_agent_and_hides_none()
    {
        SkipElsewhere();
        File.Copy("/bin/bash", _folder.File("claude"));
        var claude = Run(_folder.File("claude"), "-c", "(sleep 600; :) & wait");
        var table = new ProcTable();
        Started.Until(() => table.Children(claude) is [var copy] && table.Children(copy) is [var sleep] && Command(sleep) == "sleep 600 ");
        Assert.Equal(Command(claude), Command(table.Children(claude)[0]));

        var found = new AgentDiscovery(table, new AgentClassifier()).Find().Select(a => a.Pid).ToHashSet();

        Assert.Contains(claude, found);
        Assert.DoesNotContain(table.Children(claude)[0], found);
    }

    [Fact]
    public void Folder_repository_branch_start_and_model_are_known()
    {
        SkipElsewhere();
        Directory.CreateDirectory(_folder.File("repo/.git"));
        Directory.CreateDirectory(_folder.File("repo/sub"));
        File.WriteAllText(_folder.File("repo/.git/HEAD"), "ref: refs/heads/feat/x\n");
        var before = DateTimeOffset.UtcNow;
        var pid = Start(["claude", "--model", "opus"], _folder.File("repo/sub"));

        var agent = new AgentDiscovery(new ProcTable(), new AgentClassifier()).Get(pid)!;

        Assert.Equal(_folder.File("repo/sub"), agent.Folder);
        Assert.Equal((_folder.File("repo"), "feat/x"), (agent.Repository!.Root, agent.Repository.Branch));
        Assert.Equal("opus", agent.Model);
        Assert.InRange(agent.Facts.StartedAt, before - TimeSpan.FromSeconds(3), DateTimeOffset.UtcNow + TimeSpan.FromSeconds(3));
        Assert.True(agent.Identity.Start > 0 && agent.Facts.ResidentBytes > 0);
    }

    [Fact]
    public void What_ps_prints_on_macOS_is_read()
    {
        const string Text = """
              501     1 S    Sat Nov 21 11:08:19 2026       1:02.50  20480 /Users/u/.local/bin/claude --model opus
              502   501 R+   Sat Nov 21 11:08:19 2026       0:00.01    512 grep aider
            broken line
            """;
        var facts = PsTable.Read(Text).ToList();

        Assert.Equal([501, 502], facts.Select(f => f.Identity.Pid));
        Assert.Equal(TimeSpan.FromSeconds(62.5), facts[0].CpuTime);
        Assert.Equal(20480 * 1024, facts[0].ResidentBytes);
        var classifier = new AgentClassifier();
        Assert.Equal("claude-code", classifier.Classify(facts[0].Arguments, "")!.Tool);
        Assert.Null(classifier.Classify(facts[1].Arguments, ""));
        Assert.Equal(["/Users/u/repo"], PsTable.LsofNames("p501\nfcwd\nn/Users/u/repo\n"));
    }

    public void Dispose()
    {
        _started.Dispose();
        _folder.Dispose();
    }

    private static void SkipElsewhere() =>
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/bin/bash") && new FileInfo("/bin/echo") is { Exists: true, LinkTarget: null }, "This needs /proc, bash and an echo of its own.");

    /// <summary>
    /// A process that does nothing, with exactly these arguments: an echo, which takes any, whose output nobody reads.
    /// </summary>
    private int Start(string[] arguments, string folder)
    {
        var pipe = _folder.File("full");
        const string Script = """
            pipe=$1 folder=$2; shift 2
            [ -p "$pipe" ] || mkfifo "$pipe"
            exec 3<>"$pipe"
            dd if=/dev/zero of="$pipe" bs=4096 count=64 oflag=nonblock conv=notrunc 2>/dev/null
            cd "$folder"
            exec -a "$1" /bin/echo "${@:2}" >&3 3>&-
            """;
        return Run("/bin/bash", ["-c", Script, "bash", pipe, folder, .. arguments]);
    }

    /// <summary>Starts a program and waits until a shell that only prepares it has become it.</summary>
    private int Run(string file, params string[] arguments)
    {
        var process = _started.Add(Process.Start(new ProcessStartInfo(file, arguments) { UseShellExecute = false })!);
        Started.Until(() => Command(process.Id) is { Length: > 0 } now && (file == _folder.File("claude") || !now.Contains("exec -a", StringComparison.Ordinal)));
        return process.Id;
    }

    private static string Command(int pid) => File.ReadAllText($"/proc/{pid}/cmdline").Replace('\0', ' ');
}
