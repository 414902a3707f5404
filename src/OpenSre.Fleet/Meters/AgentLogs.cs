using System.Security.Cryptography;
using System.Text;

namespace OpenSre.Fleet;

/// <summary>Finds the records an agent keeps, in the folders its own environment names.</summary>
/// <param name="table">For environments and open files.</param>
public sealed class AgentLogs(IProcessTable table)
{
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
            _ => [],
        };
        return [.. known, .. files.Distinct().Where(f => known.All(k => k.Path != f)).Select(f => Open(agent.Tool, f, counted))];
    }

    /// <summary>What Claude Code itself says about this process; null for others.</summary>
    public ClaudeSession? Session(AgentProcess agent) => agent.Tool == "claude-code" ? Files(agent).Session(agent.Identity) : null;

    private static IAgentLog Open(string tool, string file, Dictionary<string, TokenUse> counted) => tool switch
    {
        "claude-code" => new ClaudeLog(file, counted),
        "codex" => new CodexLog(file),
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

    private ClaudeFiles Files(AgentProcess agent) => new(table.Variable(agent.Pid, "CLAUDE_CONFIG_DIR") ?? Path.Combine(Home(agent), ".claude"));

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

    private string Home(AgentProcess agent) => table.Variable(agent.Pid, "HOME") ?? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
}
