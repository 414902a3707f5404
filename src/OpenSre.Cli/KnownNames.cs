namespace OpenSre.Cli;

/// <summary>Names this person's machine knows already, for completion: hosts of the SSH configuration and of known_hosts.</summary>
internal static class KnownNames
{
    private const int Most = 2000;

    public static IEnumerable<(string Name, string Kind)> All()
    {
        var folder = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".ssh");
        return Lines(Path.Combine(folder, "config")).Where(w => w.Length > 1 && w[0].Equals("Host", StringComparison.OrdinalIgnoreCase)).SelectMany(w => w.Skip(1))
            .Concat(Lines(Path.Combine(folder, "known_hosts")).Where(w => w.Length > 2 && !w[0].StartsWith('|') && !w[0].StartsWith('#') && !w[0].StartsWith('@')).SelectMany(w => w[0].Split(',')))
            .Select(n => n.StartsWith('[') && n.Contains(']') ? n[1..n.IndexOf(']')] : n)
            .Where(n => !n.Contains('*') && !n.Contains('?') && !n.StartsWith('!'))
            .Select(n => (n, "host"));
    }

    private static IEnumerable<string[]> Lines(string path)
    {
        try
        {
            return [.. File.ReadLines(path).Take(Most).Select(l => l.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // No SSH here, so no names from it.
            return [];
        }
    }
}
