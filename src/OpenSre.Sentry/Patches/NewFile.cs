namespace OpenSre.Sentry;

/// <summary>Writes files that are not there yet.</summary>
internal static class NewFile
{
    /// <summary>
    /// Writes one. A file that is opened to be overwritten is cut to nothing first, after which some file systems wait for the
    /// disk when it is closed: for thousands of small files that is most of the time.
    /// </summary>
    /// <exception cref="IOException">It is there already, or cannot be written.</exception>
    public static void Write(string path, ReadOnlySpan<byte> bytes)
    {
        using var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read);
        RandomAccess.Write(file, bytes, 0);
    }
}
