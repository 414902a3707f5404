namespace OpenSre.Sources;

/// <summary>
/// The folder of the sockets of open connections. Whoever may use such a socket may run commands on the host, so the
/// folder is the user's alone, and it is never in a folder others can write to.
/// </summary>
public static class SshControlFolder
{
    /// <summary>The name is 40 characters of hash, and 17 more while it is made; a socket's path has 104 at most on macOS.</summary>
    private const int MostCharacters = 104 - 41 - 17 - 1;

    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>The user's runtime folder if there is one, else the program's home folder.</summary>
    public static string? Usual(string? runtimeFolder, string home) =>
        new[] { runtimeFolder is { Length: > 0 } ? Path.Combine(runtimeFolder, "opensre") : null, Path.Combine(home, "ssh") }.FirstOrDefault(f => f is not null && Prepare(f));

    /// <summary>Makes the folder and makes it private. False where that is not possible; connections are then not kept open.</summary>
    public static bool Prepare(string folder)
    {
        if (OperatingSystem.IsWindows() || !Path.IsPathFullyQualified(folder) || folder.Length > MostCharacters || folder.Contains('%'))
        {
            return false;
        }

        try
        {
            var made = Directory.CreateDirectory(folder, Private);
            if (made.LinkTarget is not null)
            {
                return false;
            }

            if (File.GetUnixFileMode(folder) != Private)
            {
                File.SetUnixFileMode(folder, Private);
            }

            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Not ours, or nothing can be written there.
            return false;
        }
    }
}
