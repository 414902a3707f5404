namespace OpenSre.Fleet;

/// <summary>
/// The messages of OpenCode as versions before 1.2 keep them: a JSON file for each, <c>storage/message/SESSION/MESSAGE.json</c>,
/// and for each part, <c>storage/part/MESSAGE/PART.json</c>. A file that has not changed is not read again.
/// </summary>
/// <param name="storage">The folder <c>storage</c>.</param>
/// <param name="folder">Only messages of sessions that work there.</param>
/// <param name="since">Only messages made since then.</param>
public sealed class OpenCodeFiles(string storage, string folder, DateTimeOffset since) : IAgentLog
{
    private readonly OpenCodeMessages _messages = new(folder, since);
    private readonly Dictionary<string, DateTime> _read = new(StringComparer.Ordinal);

    /// <summary>One storage serves all folders, so the folder is part of the name.</summary>
    public string Path => OpenCodeLog.NameOf(storage, folder);

    public IReadOnlyList<Activity> Read()
    {
        List<Activity> activities = [];
        try
        {
            foreach (var session in Directory.EnumerateDirectories(System.IO.Path.Combine(storage, "message")))
            {
                if (Directory.GetLastWriteTimeUtc(session) >= since.UtcDateTime)
                {
                    Session(session, activities);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Not there yet, or moved just now: what was read so far stands.
        }

        return [.. activities.OrderBy(a => a.At)];
    }

    private void Session(string session, List<Activity> into)
    {
        foreach (var file in Changed(session))
        {
            var id = System.IO.Path.GetFileNameWithoutExtension(file.Name);
            Take(file, m => _messages.Message(id, m, into));
        }

        foreach (var file in new DirectoryInfo(session).EnumerateFiles("*.json").Where(f => f.LastWriteTimeUtc >= since.UtcDateTime).ToList())
        {
            var id = System.IO.Path.GetFileNameWithoutExtension(file.Name);
            var parts = System.IO.Path.Combine(storage, "part", id);
            foreach (var part in Directory.Exists(parts) ? Changed(parts) : [])
            {
                Take(part, p => _messages.Part(id, p, into));
            }
        }
    }

    private List<FileInfo> Changed(string of) =>
        [.. new DirectoryInfo(of).EnumerateFiles("*.json").Where(f => f.LastWriteTimeUtc >= since.UtcDateTime && _read.GetValueOrDefault(f.FullName) != f.LastWriteTimeUtc).OrderBy(f => f.Name, StringComparer.Ordinal)];

    private void Take(FileInfo file, Action<System.Text.Json.JsonElement> take)
    {
        if (Json.TryParse(File.ReadAllBytes(file.FullName), out var document))
        {
            using (document)
            {
                take(document.RootElement);
                _read[file.FullName] = file.LastWriteTimeUtc;
            }
        }
    }
}
