using System.Security.Cryptography;
using System.Text;

namespace OpenSre.Fleet;

/// <summary>Finds the records an agent keeps, in the folders its own environment names.</summary>
/// <param name="table">For environments and open files.</param>
public sealed class AgentLogs(IProcessTable table)
{
    private const int MostRemembered = 512;
    private const string StorageName = "storage";
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
            "gemini-cli" => Newest(GeminiFolders(agent), "session-*.json*", agent, taken),
            "qwen" => Newest(QwenFolders(agent), "*.jsonl", agent, taken),
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
        "opencode" when Path.GetFileName(file) == StorageName => new OpenCodeFiles(file, agent.Folder, agent.Facts.StartedAt - NearStart),
        "opencode" => new OpenCodeLog(file, agent.Folder, agent.Facts.StartedAt - NearStart),
        "qwen" when file.EndsWith(".jsonl", StringComparison.Ordinal) => new QwenLog(file),
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

    /// <summary>Chats lie below a folder that <c>projects.json</c> names for the working directory, in older versions its SHA-256.</summary>
    private IEnumerable<string> GeminiFolders(AgentProcess agent)
    {
        var root = Path.Combine(Variable(agent, "GEMINI_CLI_HOME") ?? Home(agent), ".gemini");
        if (Named(Path.Combine(root, "projects.json"), agent.Folder) is { Length: > 0 } name && name == Path.GetFileName(name))
        {
            yield return Path.Combine(root, "tmp", name, "chats");
        }

        yield return Path.Combine(root, "tmp", Hash(agent.Folder), "chats");
    }

    /// <summary>Every character of the working directory but letters and digits is a dash; in older versions its SHA-256, as with Gemini.</summary>
    private IEnumerable<string> QwenFolders(AgentProcess agent)
    {
        var root = Variable(agent, "QWEN_RUNTIME_DIR") ?? Variable(agent, "QWEN_HOME") ?? Path.Combine(Home(agent), ".qwen");
        return [Path.Combine(root, "projects", ClaudeFiles.FolderName(agent.Folder), "chats"), Path.Combine(root, "tmp", Hash(agent.Folder), "chats")];
    }

    /// <summary>The short name of a project by the list Gemini keeps; null when it keeps none.</summary>
    private static string? Named(string list, string folder)
    {
        try
        {
            return File.Exists(list) && Json.TryParse(File.ReadAllBytes(list), out var document) ? Read(document) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }

        string? Read(System.Text.Json.JsonDocument document)
        {
            using (document)
            {
                return document.RootElement.Object("projects")?.Text(folder);
            }
        }
    }

    private static string Hash(string folder) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(folder)));

    /// <summary>The record of no other agent that was written last since this one began.</summary>
    private static IEnumerable<string> Newest(IEnumerable<string> folders, string pattern, AgentProcess agent, IReadOnlySet<string> taken)
    {
        try
        {
            return folders.Where(Directory.Exists).SelectMany(f => new DirectoryInfo(f).EnumerateFiles(pattern))
                .Where(f => f.LastWriteTimeUtc >= agent.Facts.StartedAt.UtcDateTime && !taken.Contains(f.FullName))
                .OrderByDescending(f => f.LastWriteTimeUtc).Take(1).Select(f => f.FullName).ToList();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>Its databases, or the folder where versions before 1.2 keep their files.</summary>
    private IEnumerable<string> OpenCode(AgentProcess agent)
    {
        var data = Variable(agent, "OPENCODE_DATA_DIR") ?? Path.Combine(Variable(agent, "XDG_DATA_HOME") ?? Path.Combine(Home(agent), ".local", "share"), "opencode");
        var databases = Directory.Exists(data) ? Directory.GetFiles(data, "opencode*.db") : [];
        if (Variable(agent, "OPENCODE_DB") is { Length: > 0 } named && File.Exists(Path.Combine(data, named)))
        {
            databases = [Path.Combine(data, named)];
        }

        var storage = Path.Combine(data, StorageName);
        return databases.Length == 0 && Directory.Exists(Path.Combine(storage, "message")) ? [storage] : databases;
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
