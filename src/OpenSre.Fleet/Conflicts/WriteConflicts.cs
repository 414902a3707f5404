namespace OpenSre.Fleet;

/// <summary>An agent wrote a file.</summary>
/// <param name="Agent"><c>name:pid</c>.</param>
public sealed record WriteEvent(string Agent, string Path, DateTimeOffset At, string Change = "");

/// <summary>Two agents or more wrote one file at about the same time.</summary>
/// <param name="Writes">Who wrote what, the oldest first.</param>
/// <param name="Overlaps">What they wrote has a line in common that is not empty.</param>
public sealed record WriteConflict(string Path, IReadOnlyList<string> Agents, DateTimeOffset First, DateTimeOffset Last, IReadOnlyList<WriteEvent> Writes, bool Overlaps);

/// <summary>Two agents work on one branch in different working trees, or in one working tree.</summary>
public sealed record BranchConflict(string Repository, string Branch, IReadOnlyList<string> Agents, bool SameTree);

/// <summary>Finds agents that get in each other's way.</summary>
public static class WriteConflicts
{
    /// <summary>Writes of one file within so long of each other are a conflict, the end included.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    private const string Own = "opensre:";

    /// <summary>The conflicts among writes: the newest first, then by path. Our own writes do not count.</summary>
    public static IReadOnlyList<WriteConflict> Among(IEnumerable<WriteEvent> writes, TimeSpan? window = null)
    {
        var width = window ?? Window;
        List<WriteConflict> conflicts = [];
        foreach (var file in writes.Where(w => !w.Agent.StartsWith(Own, StringComparison.Ordinal)).GroupBy(w => w.Path, StringComparer.Ordinal))
        {
            var ordered = file.OrderBy(w => w.At).ToList();

            // Neighbours of different agents within the window, and what lies between the first and the last of them.
            int first = -1, last = -1;
            for (var i = 0; i < ordered.Count; i++)
            {
                for (var j = i + 1; j < ordered.Count && ordered[j].At - ordered[i].At <= width; j++)
                {
                    if (ordered[j].Agent != ordered[i].Agent)
                    {
                        first = first < 0 ? i : first;
                        last = Math.Max(last, j);
                    }
                }
            }

            if (first >= 0)
            {
                var both = ordered.GetRange(first, last - first + 1);
                conflicts.Add(new WriteConflict(file.Key, [.. both.Select(w => w.Agent).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)], both[0].At, both[^1].At, both, Overlap(both)));
            }
        }

        return [.. conflicts.OrderByDescending(c => c.Last).ThenBy(c => c.Path, StringComparer.Ordinal)];
    }

    /// <summary>Agents on one branch of one repository; in different working trees git itself would refuse it, so it is a clone or a surprise.</summary>
    public static IReadOnlyList<BranchConflict> Branches(IEnumerable<AgentView> fleet) =>
    [
        .. fleet.Where(v => v.Agent?.Repository is not null)
            .GroupBy(v => (v.Agent!.Repository!.Common, v.Agent.Repository.Branch))
            .Where(g => g.Count() > 1)
            .Select(g => new BranchConflict(g.First().Agent!.Repository!.Root, g.Key.Branch, [.. g.Select(v => $"{v.Name}:{v.Pid}")], g.Select(v => v.Agent!.Repository!.Root).Distinct(StringComparer.Ordinal).Count() == 1)),
    ];

    /// <summary>The writes that the records of all agents tell.</summary>
    public static IEnumerable<WriteEvent> Of(IEnumerable<AgentView> fleet) =>
        fleet.SelectMany(v => v.Meter.Writes.Select(w => new WriteEvent($"{v.Name}:{v.Pid}", Path.GetFullPath(w.Path, v.Agent?.Folder is { Length: > 0 } folder ? folder : "/"), w.At, w.Change)));

    private static bool Overlap(List<WriteEvent> writes)
    {
        var seen = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var write in writes)
        {
            foreach (var line in write.Change.Split('\n').Select(l => l.Trim()).Where(l => l.Length > 3))
            {
                if (!seen.TryAdd(line, write.Agent) && seen[line] != write.Agent)
                {
                    return true;
                }
            }
        }

        return false;
    }
}
