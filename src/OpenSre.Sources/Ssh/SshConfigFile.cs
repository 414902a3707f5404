namespace OpenSre.Sources;

/// <summary>The names the user's SSH configuration gives to hosts; patterns are none. <c>Include</c> is followed.</summary>
public static class SshConfigFile
{
    private const int Deepest = 16;
    private const int MostFiles = 200;

    public static string UsualPath => Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".ssh", "config");

    /// <summary>In the order of the files, each once; empty where there is no file or it cannot be read.</summary>
    public static IReadOnlyList<string> Aliases(string path)
    {
        List<string> found = [];
        HashSet<string> seen = new(StringComparer.Ordinal);
        Read(path, Path.GetDirectoryName(path) ?? "/", found, seen, 0);
        return [.. found.Distinct(StringComparer.OrdinalIgnoreCase)];
    }

    private static void Read(string path, string folder, List<string> found, HashSet<string> seen, int depth)
    {
        if (depth > Deepest || seen.Count >= MostFiles || !seen.Add(path))
        {
            return;
        }

        string[] lines;
        try
        {
            lines = File.ReadAllLines(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What cannot be read names nobody; ssh itself says so when it is asked.
            return;
        }

        foreach (var line in lines)
        {
            var words = Words(line);
            if (words.Count < 2)
            {
                continue;
            }

            if (words[0].Equals("Host", StringComparison.OrdinalIgnoreCase))
            {
                found.AddRange(words.Skip(1).Where(w => SshDestination.IsOne(w) && !w.Contains('@')));
            }
            else if (words[0].Equals("Include", StringComparison.OrdinalIgnoreCase))
            {
                foreach (var file in words.Skip(1).SelectMany(w => Files(w, folder)))
                {
                    Read(file, folder, found, seen, depth + 1);
                }
            }
        }
    }

    /// <summary>"Key value value", "Key=value", values in double quotes; # begins a comment line.</summary>
    private static List<string> Words(string line)
    {
        List<string> words = [];
        var rest = line.AsSpan().Trim();
        while (rest.Length > 0 && rest[0] != '#')
        {
            int end;
            if (rest[0] == '"' && (end = rest[1..].IndexOf('"')) >= 0)
            {
                words.Add(rest[1..(end + 1)].ToString());
                rest = rest[(end + 2)..].TrimStart();
                continue;
            }

            end = rest.IndexOfAny(words.Count == 0 ? " \t=" : " \t");
            words.Add((end < 0 ? rest : rest[..end]).ToString());
            rest = end < 0 ? [] : rest[end..].TrimStart();
            rest = words.Count == 1 && rest.StartsWith("=") ? rest[1..].TrimStart() : rest;
        }

        return words;
    }

    private static IEnumerable<string> Files(string pattern, string folder)
    {
        var full = pattern.StartsWith("~/", StringComparison.Ordinal)
            ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), pattern[2..])
            : Path.IsPathRooted(pattern) ? pattern : Path.Combine(folder, pattern);
        if (full.IndexOfAny(['*', '?']) < 0)
        {
            return [full];
        }

        try
        {
            return Directory.Exists(Path.GetDirectoryName(full))
                ? Directory.EnumerateFiles(Path.GetDirectoryName(full)!, Path.GetFileName(full)).Order(StringComparer.Ordinal).Take(MostFiles)
                : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
