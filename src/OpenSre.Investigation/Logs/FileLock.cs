namespace OpenSre.Investigation;

/// <summary>Lets one program at a time write to a file that several share; the lock is a file beside it.</summary>
internal static class FileLock
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>Waits for its turn; disposing gives it back, and so does the end of the process.</summary>
    /// <exception cref="IOException">It cannot be had within three seconds.</exception>
    public static IDisposable Take(string path)
    {
        var since = System.Diagnostics.Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                return new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (System.Diagnostics.Stopwatch.GetElapsedTime(since) < Patience)
            {
                Thread.Sleep(10);
            }
        }
    }
}
