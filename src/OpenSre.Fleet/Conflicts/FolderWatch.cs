namespace OpenSre.Fleet;

/// <summary>
/// Files that change below a folder, without who changed them: inotify of Linux, FSEvents of macOS, which need no rights.
/// </summary>
internal sealed class FolderWatch : IDisposable
{
    private readonly FileSystemWatcher _watcher;
    private int _losses;

    private FolderWatch(string folder, Action<string> touched)
    {
        _watcher = new FileSystemWatcher(folder) { IncludeSubdirectories = true, NotifyFilter = NotifyFilters.FileName | NotifyFilters.LastWrite };
        _watcher.Changed += (_, e) => touched(e.FullPath);
        _watcher.Created += (_, e) => touched(e.FullPath);
        _watcher.Deleted += (_, e) => touched(e.FullPath);
        _watcher.Renamed += (_, e) =>
        {
            touched(e.OldFullPath);
            touched(e.FullPath);
        };
        _watcher.Error += (_, _) => Interlocked.Increment(ref _losses);
    }

    /// <summary>How often something was lost: too much happened at once, or there are more folders than may be watched.</summary>
    public int Losses => Volatile.Read(ref _losses);

    /// <summary>Null, with the reason, where it cannot be watched.</summary>
    /// <param name="touched">Gets the path of each file that changed, from a thread of the watch.</param>
    public static FolderWatch? Open(string folder, Action<string> touched, out string refusal)
    {
        refusal = "";
        FolderWatch? watch = null;
        try
        {
            watch = new FolderWatch(folder, touched);
            watch._watcher.EnableRaisingEvents = true;
            return watch;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            watch?.Dispose();
            refusal = e.Message;
            return null;
        }
    }

    public void Dispose() => _watcher.Dispose();
}
