using OpenSre.Investigation;

namespace OpenSre.Home;

/// <summary>Keeps a second daemon from answering everything twice: the file <c>daemon.lock</c>, held while it runs.</summary>
public sealed class HomeLock : IDisposable
{
    private readonly FileStream _file;

    private HomeLock(FileStream file) => _file = file;

    /// <summary>Null when another process holds it.</summary>
    public static HomeLock? TryTake(string folder)
    {
        PrivateFiles.MakeFolder(folder);
        try
        {
            return new HomeLock(new FileStream(Path.Combine(folder, "daemon.lock"), new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 0, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }));
        }
        catch (IOException)
        {
            return null;
        }
    }

    public void Dispose() => _file.Dispose();
}
