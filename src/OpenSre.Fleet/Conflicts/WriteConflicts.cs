namespace OpenSre.Fleet;

/// <summary>An agent wrote a file.</summary>
/// <param name="Agent"><c>name:pid</c>.</param>
/// <param name="Change">What it wrote there by its own word, or the beginning of it; empty when that is not known.</param>
/// <param name="By">The command of the process that wrote, where a watch has seen it.</param>
/// <param name="IsSure">False when another may have written: it was the only agent that used a tool just then.</param>
public sealed record WriteEvent(string Agent, string Path, DateTimeOffset At, string Change = "", string By = "", bool IsSure = true);

/// <summary>Two agents or more wrote one file at about the same time.</summary>
/// <param name="Writes">Who wrote what, the oldest first.</param>
/// <param name="Overlaps">What they wrote has a line in common that is not empty.</param>
/// <param name="IsSure">False when it is none if a write that was not surely seen was another's.</param>
public sealed record WriteConflict(string Path, IReadOnlyList<string> Agents, DateTimeOffset First, DateTimeOffset Last, IReadOnlyList<WriteEvent> Writes, bool Overlaps, bool IsSure = true);

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
            var sure = Neighbours(ordered.FindAll(w => w.IsSure), width);
            if ((sure.Count > 0 ? sure : Neighbours(ordered, width)) is { Count: > 0 } both)
            {
                conflicts.Add(new WriteConflict(file.Key, [.. both.Select(w => w.Agent).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)], both[0].At, both[^1].At, both, Overlap(both), sure.Count > 0));
            }
        }

        return [.. conflicts.OrderByDescending(c => c.Last).ThenBy(c => c.Path, StringComparer.Ordinal)];
    }

    /// <summary>Neighbours of different agents within the window, and what lies between the first and the last of them.</summary>
    private static List<WriteEvent> Neighbours(List<WriteEvent> ordered, TimeSpan width)
    {
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

        return first < 0 ? [] : ordered.GetRange(first, last - first + 1);
    }

    /// <summary>
    /// The conflicts among what records tell and what a watch has seen. What a watch alone has seen of files that git ignores
    /// is left out: several builds may run at once.
    /// </summary>
    public static IReadOnlyList<WriteConflict> Among(IReadOnlyList<WriteEvent> told, IReadOnlyList<WriteEvent> seen, IgnoredFiles ignored, TimeSpan? window = null)
    {
        var own = told.Select(w => (w.Agent, w.Path)).ToHashSet();
        return [.. Among(told.Concat(seen), window).Where(c => c.Agents.Count(a => own.Contains((a, c.Path))) > 1 || !ignored.Contains(c.Path))];
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
