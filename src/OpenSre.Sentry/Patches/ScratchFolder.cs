namespace OpenSre.Sentry;

/// <summary>An empty folder of our own for copies that are needed for a moment: in memory where there is room, else on the disk.</summary>
internal static class ScratchFolder
{
    private const string Memory = "/dev/shm";
    private const long MostInMemory = 64L << 20;

    /// <param name="bytes">How much will be written, about.</param>
    /// <returns>A folder only its owner may enter; the caller deletes it.</returns>
    public static DirectoryInfo Create(string prefix, long bytes)
    {
        try
        {
            if (OperatingSystem.IsLinux() && bytes < MostInMemory && Directory.Exists(Memory) && new DriveInfo(Memory).AvailableFreeSpace > 4 * MostInMemory)
            {
                return Directory.CreateDirectory(Path.Combine(Memory, prefix + Guid.NewGuid().ToString("N")), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Not for us; the disk will do.
        }

        return Directory.CreateTempSubdirectory(prefix);
    }
}
