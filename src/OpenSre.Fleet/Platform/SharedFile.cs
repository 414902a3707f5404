using System.Text;

namespace OpenSre.Fleet;

/// <summary>
/// Files that other programs write as well. The originals take no lock on them, so ours holds only our own programs
/// apart; a line is appended in one write at the end of the file, a whole file is replaced by a rename.
/// </summary>
internal static class SharedFile
{
    private const int WriteOnly = 1;
    private static readonly int AppendFlag = OperatingSystem.IsMacOS() ? 8 : 0x400;

    /// <summary>Runs while no other program of ours changes the file.</summary>
    public static void WhileAlone(string path, Action change)
    {
        MakeFolder(path);
        using (Lock(path + ".lock"))
        {
            change();
        }
    }

    /// <summary>The lines that are there; none when the file is missing.</summary>
    public static string[] Lines(string path)
    {
        if (!File.Exists(path))
        {
            return [];
        }

        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return [];
        }
    }

    /// <summary>Adds a line, which ends in a line end, after whatever others have added meanwhile.</summary>
    public static void Append(string path, byte[] line)
    {
        MakeFolder(path);
        if (!File.Exists(path))
        {
            new FileStream(path, new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.Write, Share = FileShare.ReadWrite, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }).Dispose();
        }

        var file = Posix.Open(Encoding.UTF8.GetBytes(path + "\0"), WriteOnly | AppendFlag);
        if (file < 0)
        {
            throw new IOException($"{path} cannot be written: {Posix.Message(Posix.Error)}");
        }

        var written = Posix.Write(file, line, (nuint)line.Length);
        var error = Posix.Error;
        _ = Posix.Close(file);
        if (written != line.Length)
        {
            throw new IOException($"{path} cannot be written: {Posix.Message(error)}");
        }
    }

    /// <summary>Replaces the whole file at once.</summary>
    public static void Replace(string path, string text)
    {
        MakeFolder(path);
        var temporary = path + ".tmp";
        File.Delete(temporary);
        using (var file = new FileStream(temporary, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }))
        {
            file.Write(Encoding.UTF8.GetBytes(text));
        }

        File.Move(temporary, path, overwrite: true);
    }

    private static FileStream Lock(string path)
    {
        while (true)
        {
            try
            {
                return new FileStream(path, new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 0, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite });
            }
            catch (IOException e) when (e.HResult == Posix.TryAgain)
            {
                Thread.Sleep(1);
            }
        }
    }

    private static void MakeFolder(string path)
    {
        var folder = Path.GetDirectoryName(path)!;
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
