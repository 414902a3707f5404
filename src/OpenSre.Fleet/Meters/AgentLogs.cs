using System.Security.Cryptography;
using System.Text;

namespace OpenSre.Fleet;

/// <summary>Finds the records an agent keeps, in the folders its own environment names.</summary>
/// <param name="table">For environments and open files.</param>
public sealed class AgentLogs(IProcessTable table)
{
    private const int MostRemembered = 512;
    private static readonly TimeSpan NearStart = TimeSpan.FromSeconds(5);
    private readonly Dictionary<(ProcessIdentity, string), string?> _variables = [];

    /// <summary>The records of an agent that are there now.</summary>
    /// <param name="known">Those already read; they are returned again, and new ones beside them.</param>
    /// <param name="counted">What was counted for this agent, over all its records.</param>
    /// <param name="taken">Records that belong to other agents.</param>
    public IReadOnlyList<IAgentLog> Of(AgentProcess agent, IReadOnlyList<IAgentLog> known, Dictionary<string, TokenUse> counted, IReadOnlySet<string> taken)
    {
        var files = agent.Tool switch
        {
            "claude-code" => Claude(agent, taken),
            "codex" => table.OpenFiles(agent.Pid).Concat(OfParent(agent)).Where(f => Path.GetFileName(f) is var n && n.StartsWith("rollout-", StringComparison.Ordinal) && n.EndsWith(".jsonl", StringComparison.Ordinal)),
            "gemini-cli" => Chats(agent, ".gemini", taken),
            "qwen" => Chats(agent, ".qwen", taken),
            "copilot" => Copilot(agent, taken),
            "opencode" => OpenCode(agent).Where(d => !taken.Contains(OpenCodeLog.NameOf(d, agent.Folder))),
            _ => [],
        };
        return [.. known, .. files.Distinct().Select(f => Open(agent, f, counted)).Where(l => known.All(k => k.Path != l.Path))];
    }

    /// <summary>The records of an agent whose process is gone, where they can be told from those of others.</summary>
    public static IReadOnlyList<IAgentLog> OfGone(AgentRecord record)
    {
        var root = Environment.GetEnvironmentVariable("CLAUDE_CONFIG_DIR") is { Length: > 0 } set ? set : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".claude");
        var files = new ClaudeFiles(root);
        return record.ProcessStart is { } start && files.Session(new ProcessIdentity(record.Pid, start)) is { } session
            ? [.. files.Transcripts(session.Folder, session.Id).Select(f => new ClaudeLog(f, new Dictionary<string, TokenUse>(StringComparer.Ordinal)))]
            : [];
    }

    /// <summary>What Claude Code itself says about this process; null for others.</summary>
    public ClaudeSession? Session(AgentProcess agent) => agent.Tool == "claude-code" ? Files(agent).Session(agent.Identity) : null;

    private static IAgentLog Open(AgentProcess agent, string file, Dictionary<string, TokenUse> counted) => agent.Tool switch
    {
        "claude-code" => new ClaudeLog(file, counted),
        "codex" => new CodexLog(file),
        "copilot" => new CopilotLog(file),
        "opencode" => new OpenCodeLog(file, agent.Folder, agent.Facts.StartedAt - NearStart),
        _ => new GeminiLog(file),
    };

    private IEnumerable<string> OfParent(AgentProcess agent) =>
        table.Get(agent.Facts.Parent) is { } parent && parent.Arguments.Any(a => a.Contains("codex", StringComparison.Ordinal)) ? table.OpenFiles(parent.Identity.Pid) : [];

    private IReadOnlyList<string> Claude(AgentProcess agent, IReadOnlySet<string> taken)
    {
        var files = Files(agent);
        if (files.Session(agent.Identity) is { } session && files.Transcripts(session.Folder, session.Id) is { Count: > 0 } own)
        {
            return own;
        }

        return files.Newest(agent.Folder, agent.Facts.StartedAt, taken) is { } guess ? [guess] : [];
    }

    private ClaudeFiles Files(AgentProcess agent) => new(Variable(agent, "CLAUDE_CONFIG_DIR") ?? Path.Combine(Home(agent), ".claude"));

    /// <summary>Chats lie below a folder named by the SHA-256 of the working directory.</summary>
    private IEnumerable<string> Chats(AgentProcess agent, string folder, IReadOnlySet<string> taken)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(agent.Folder)));
        try
        {
            return new DirectoryInfo(Path.Combine(Home(agent), folder, "tmp", hash, "chats")).EnumerateFiles("session-*.json*")
                .Where(f => f.LastWriteTimeUtc >= agent.Facts.StartedAt.UtcDateTime && !taken.Contains(f.FullName))
                .OrderByDescending(f => f.LastWriteTimeUtc).Take(1).Select(f => f.FullName).ToList();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private IEnumerable<string> OpenCode(AgentProcess agent)
    {
        var data = Variable(agent, "OPENCODE_DATA_DIR") ?? Path.Combine(Variable(agent, "XDG_DATA_HOME") ?? Path.Combine(Home(agent), ".local", "share"), "opencode");
        return Directory.Exists(data) ? Directory.EnumerateFiles(data, "opencode*.db") : [];
    }

    /// <summary>Copilot names no process: the events it has open, else those written last since it began.</summary>
    private IEnumerable<string> Copilot(AgentProcess agent, IReadOnlySet<string> taken)
    {
        var open = table.OpenFiles(agent.Pid).Where(f => Path.GetFileName(f) == "events.jsonl").ToList();
        if (open.Count > 0)
        {
            return open;
        }

        try
        {
            return new DirectoryInfo(Path.Combine(Home(agent), ".copilot", "session-state")).EnumerateFiles("events.jsonl", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 1 })
                .Where(f => f.LastWriteTimeUtc >= agent.Facts.StartedAt.UtcDateTime && !taken.Contains(f.FullName))
                .OrderByDescending(f => f.LastWriteTimeUtc).Take(1).Select(f => f.FullName).ToList();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>What a process was started with does not change, so it is read once.</summary>
    private string? Variable(AgentProcess agent, string name)
    {
        if (_variables.TryGetValue((agent.Identity, name), out var value))
        {
            return value;
        }

        if (_variables.Count >= MostRemembered)
        {
            _variables.Clear();
        }

        return _variables[(agent.Identity, name)] = table.Variable(agent.Pid, name);
    }

    private string Home(AgentProcess agent) => Variable(agent, "HOME") ?? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
}
