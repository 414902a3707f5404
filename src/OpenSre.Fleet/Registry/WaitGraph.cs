namespace OpenSre.Fleet;

/// <summary>Who waits for whom. It is said by people or agents; nothing is held up by it.</summary>
public static class WaitGraph
{
    /// <summary>One cycle, its first pid again at the end; empty when there is none.</summary>
    public static IReadOnlyList<int> Cycle(IReadOnlyList<AgentRecord> records)
    {
        var next = records.ToDictionary(r => r.Pid, r => r.WaitsOn);
        var done = new HashSet<int>();
        List<int> way = [];
        foreach (var pid in next.Keys.Order())
        {
            if (Visit(pid) is { Count: > 0 } cycle)
            {
                return cycle;
            }
        }

        return [];

        List<int>? Visit(int pid)
        {
            var at = way.IndexOf(pid);
            if (at >= 0)
            {
                return [.. way.Skip(at), pid];
            }

            if (!next.TryGetValue(pid, out var waits) || !done.Add(pid))
            {
                return null;
            }

            way.Add(pid);
            foreach (var other in waits)
            {
                if (Visit(other) is { } cycle)
                {
                    return cycle;
                }
            }

            way.RemoveAt(way.Count - 1);
            return null;
        }
    }
}
