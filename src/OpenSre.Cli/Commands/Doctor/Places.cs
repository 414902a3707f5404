namespace OpenSre.Cli;

/// <summary>Whether files and folders are there and may be read.</summary>
internal static class Places
{
    /// <summary>Null when the file can be read; else whether it is missing or refused.</summary>
    public static FindingState? WhyNotReadable(string file)
    {
        try
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            return null;
        }
        catch (Exception e) when (e is UnauthorizedAccessException)
        {
            return FindingState.Refused;
        }
        catch (IOException e)
        {
            // EPERM is an ordinary IOException here; what it says is still "refused".
            return e is FileNotFoundException or DirectoryNotFoundException || !File.Exists(file) ? FindingState.Missing : FindingState.Refused;
        }
    }

    /// <summary>Null when the first bytes of the file can be read: some files of /proc open and then refuse.</summary>
    public static string? WhyNoContent(string file)
    {
        try
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            return stream.ReadByte() >= 0 ? null : "it is empty";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }

    /// <summary>Null when files can be made in the folder, or in the nearest folder above that exists.</summary>
    public static string? WhyNotWritable(string folder)
    {
        var existing = folder;
        while (!Directory.Exists(existing) && Path.GetDirectoryName(existing) is { } above)
        {
            existing = above;
        }

        try
        {
            var probe = Path.Combine(existing, $".opensre-{Environment.ProcessId}");
            using var stream = new FileStream(probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }

    /// <summary>The full path of a program in the PATH, or null.</summary>
    public static string? Program(string name)
    {
        foreach (var folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator))
        {
            if (Path.IsPathFullyQualified(folder) && File.Exists(Path.Combine(folder, name)))
            {
                return Path.Combine(folder, name);
            }
        }

        return null;
    }
}
