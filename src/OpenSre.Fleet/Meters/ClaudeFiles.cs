using System.Globalization;
using System.Text;
using System.Text.Json;

namespace OpenSre.Fleet;

/// <summary>What Claude Code says about one of its processes.</summary>
/// <param name="Status">busy, idle, shell, waiting; empty when it does not say.</param>
public sealed record ClaudeSession(string Id, string Folder, string Status, string WaitingFor, DateTimeOffset UpdatedAt);

/// <summary>Where Claude Code keeps its files.</summary>
/// <param name="root"><c>$CLAUDE_CONFIG_DIR</c>, else <c>~/.claude</c>.</param>
public sealed class ClaudeFiles(string root)
{
    /// <summary>What it says about a process, or null when it says nothing, or spoke of an earlier process of this number.</summary>
    public ClaudeSession? Session(ProcessIdentity process)
    {
        var path = Path.Combine(root, "sessions", process.Pid.ToString(CultureInfo.InvariantCulture) + ".json");
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            var session = document.RootElement;
            var start = session.Text("procStart");
            if (session.Number("pid") != process.Pid || start.Length > 0 && start != process.Start.ToString(CultureInfo.InvariantCulture))
            {
                return null;
            }

            return new ClaudeSession(session.Text("sessionId"), session.Text("cwd"), session.Text("status"), session.Text("waitingFor"), DateTimeOffset.FromUnixTimeMilliseconds(session.Number("updatedAt")));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>The folder of the transcripts of a working directory: every character but letters and digits becomes a dash.</summary>
    public string Transcripts(string folder) => Path.Combine(root, "projects", FolderName(folder));

    /// <summary>The name a working directory has among the projects.</summary>
    public static string FolderName(string folder)
    {
        var name = new StringBuilder(folder.Length);
        foreach (var c in folder)
        {
            name.Append(char.IsAsciiLetterOrDigit(c) ? c : '-');
        }

        return name.ToString();
    }

    /// <summary>The transcripts of a session, those of its helpers included.</summary>
    public IReadOnlyList<string> Transcripts(string folder, string session)
    {
        var place = Transcripts(folder);
        List<string> files = [];
        var own = Path.Combine(place, session + ".jsonl");
        if (File.Exists(own))
        {
            files.Add(own);
        }

        var helpers = Path.Combine(place, session, "subagents");
        if (Directory.Exists(helpers))
        {
            files.AddRange(Directory.EnumerateFiles(helpers, "*.jsonl"));
        }

        return files;
    }

    /// <summary>The transcript of a folder written last since a time: a guess, where no session is named.</summary>
    public string? Newest(string folder, DateTimeOffset since, IReadOnlySet<string> taken)
    {
        var place = Transcripts(folder);
        if (!Directory.Exists(place))
        {
            return null;
        }

        try
        {
            return new DirectoryInfo(place).EnumerateFiles("*.jsonl")
                .Where(f => f.LastWriteTimeUtc >= since.UtcDateTime && !taken.Contains(f.FullName))
                .MaxBy(f => f.LastWriteTimeUtc)?.FullName;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
