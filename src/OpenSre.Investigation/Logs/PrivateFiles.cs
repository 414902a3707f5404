namespace OpenSre.Investigation;

/// <summary>Files and folders that only their owner may read.</summary>
public static class PrivateFiles
{
    /// <summary>Makes a folder, and those above it, with mode 0700; folders that exist keep theirs.</summary>
    public static void MakeFolder(string path)
    {
        if (Directory.Exists(path))
        {
            return;
        }

        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } above)
        {
            MakeFolder(above);
        }

        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            // The mode goes to the last folder only, so each is made by itself.
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    /// <summary>Opens a file to append to, and makes it with mode 0600 if it is not there. Nothing is buffered.</summary>
    public static FileStream Append(string path) => Open(path, FileMode.Append);

    /// <summary>Opens an empty file, in place of one that may be there, with mode 0600.</summary>
    public static FileStream Create(string path) => Open(path, FileMode.Create);

    private static FileStream Open(string path, FileMode mode)
    {
        var options = new FileStreamOptions
        {
            Mode = mode,
            Access = FileAccess.Write,
            Share = FileShare.ReadWrite | FileShare.Delete,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(path, options);
    }
}
