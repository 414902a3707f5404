namespace OpenSre.Investigation;

/// <summary>Paths with every symbolic link followed.</summary>
internal static class RealPath
{
    private const int MostLinks = 40;

    /// <summary>Null when a part of it does not exist or links run in a circle.</summary>
    public static string? Of(string path)
    {
        try
        {
            var links = 0;
            var rest = new Stack<string>(Parts(Path.GetFullPath(path)).Reverse());
            var real = Path.GetPathRoot(Path.GetFullPath(path))!;
            while (rest.TryPop(out var part))
            {
                var next = Path.Combine(real, part);
                FileSystemInfo info = Directory.Exists(next) ? new DirectoryInfo(next) : new FileInfo(next);
                if (info.LinkTarget is { } target)
                {
                    if (++links > MostLinks)
                    {
                        return null;
                    }

                    var whole = Path.GetFullPath(target, real);
                    foreach (var piece in Parts(whole).Reverse())
                    {
                        rest.Push(piece);
                    }

                    real = Path.GetPathRoot(whole)!;
                    continue;
                }

                if (!info.Exists)
                {
                    return null;
                }

                real = next;
            }

            return real;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            // What cannot be followed cannot be read either.
            return null;
        }
    }

    /// <summary>Whether a real path is a folder or lies below it.</summary>
    public static bool IsWithin(string real, string folder) =>
        real == folder || real.StartsWith(folder.EndsWith(Path.DirectorySeparatorChar) ? folder : folder + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private static string[] Parts(string path) => path[Path.GetPathRoot(path)!.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries);
}
