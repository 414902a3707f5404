namespace OpenSre.Sources;

/// <summary>Finds the file a program's name stands for, as a shell would.</summary>
internal static class ProgramFile
{
    /// <summary>Where system tools are, though the path of ordinary users often leaves these folders out.</summary>
    private static readonly string[] SystemFolders = ["/usr/local/sbin", "/usr/sbin", "/sbin", "/usr/local/bin", "/usr/bin", "/bin"];

    /// <summary>
    /// The full path, or null. <paramref name="notExecutable"/> is true when a file of that name is there but nobody may run it.
    /// </summary>
    public static string? Find(string program, out bool notExecutable)
    {
        notExecutable = false;
        if (program.Length == 0 || program.Contains('\0'))
        {
            return null;
        }

        if (program.Contains('/'))
        {
            return Runnable(Path.GetFullPath(program), ref notExecutable);
        }

        foreach (var folder in Folders())
        {
            if (Runnable(Path.Combine(folder, program), ref notExecutable) is { } found)
            {
                notExecutable = false;
                return found;
            }
        }

        return null;
    }

    private static IEnumerable<string> Folders()
    {
        var path = Environment.GetEnvironmentVariable("PATH") ?? "";
        // An empty or relative entry would run programs out of the working directory.
        return path.Split(Path.PathSeparator).Where(Path.IsPathFullyQualified)
            .Concat(OperatingSystem.IsWindows() ? [] : SystemFolders)
            .Distinct(StringComparer.Ordinal);
    }

    private static string? Runnable(string file, ref bool notExecutable)
    {
        if (!File.Exists(file))
        {
            return OperatingSystem.IsWindows() && File.Exists(file + ".exe") ? file + ".exe" : null;
        }

        if (OperatingSystem.IsWindows()
            || (File.GetUnixFileMode(file) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != UnixFileMode.None)
        {
            return file;
        }

        notExecutable = true;
        return null;
    }
}
