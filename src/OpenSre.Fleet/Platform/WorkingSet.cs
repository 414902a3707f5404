using System.Globalization;

namespace OpenSre.Fleet;

/// <summary>
/// Gives back the memory of code that only starting needed: pages of programs and libraries that are as on disk. What is
/// needed again is read again. For a process that then waits for days; Linux only, and without effect where it is not allowed.
/// </summary>
public static class WorkingSet
{
    /// <summary>MADV_PAGEOUT, since Linux 5.4.</summary>
    private const int PageOut = 21;

    public static void Trim()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        foreach (var line in File.ReadLines("/proc/self/maps"))
        {
            // 7f0c1a000000-7f0c1a200000 r-xp 00000000 08:01 131 /usr/lib/x.so; what can be written is left alone.
            var fields = line.Split(' ', 6, StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length == 6 && fields[5].StartsWith('/') && !fields[5].StartsWith("/memfd:", StringComparison.Ordinal) && (fields[1] is "r-xp" or "r--p")
                && fields[0].Split('-') is [var from, var to]
                && nuint.TryParse(from, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var begin) && nuint.TryParse(to, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var end))
            {
                _ = Posix.Advise(begin, end - begin, PageOut);
            }
        }
    }
}
