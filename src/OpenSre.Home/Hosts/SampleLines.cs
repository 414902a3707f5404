using OpenSre.Core;

namespace OpenSre.Home;

/// <summary>What changed over the sampling window: processors, interfaces, processes.</summary>
internal sealed record SampleLines(double? Cpu, double? IoWait, double? Steal, IReadOnlyList<ProcessReading> Processes, IReadOnlyList<NetworkReading> Networks)
{
    public static SampleLines Read(IReadOnlyList<string> lines)
    {
        var span = ReadingParser.Number(After(lines, "span ").FirstOrDefault());
        var first = Ticks(After(lines, "cpu1 ").FirstOrDefault());
        var second = Ticks(After(lines, "cpu2 ").FirstOrDefault());
        double? cpu = null, wait = null, steal = null;
        if (first.Length >= 5 && second.Length == first.Length)
        {
            // user nice system idle iowait irq softirq steal; what follows is counted in user and nice already.
            double Change(int i) => i < first.Length ? Math.Max(0, second[i] - first[i]) : 0;
            var total = Enumerable.Range(0, 8).Sum(Change);
            if (total > 0)
            {
                cpu = 100 * (total - Change(3) - Change(4)) / total;
                wait = 100 * Change(4) / total;
                steal = first.Length > 7 ? 100 * Change(7) / total : null;
            }
        }

        return new SampleLines(cpu, wait, steal, [.. After(lines, "process ").Select(Process).OfType<ProcessReading>()], Rates(lines, span));
    }

    private static IEnumerable<string> After(IReadOnlyList<string> lines, string word) =>
        lines.Where(l => l.StartsWith(word, StringComparison.Ordinal)).Select(l => l[word.Length..]);

    private static double[] Ticks(string? line) => line is null ? [] : [.. ReadingParser.Fields(line).Skip(1).Select(f => ReadingParser.Number(f) ?? 0)];

    private static ProcessReading? Process(string line)
    {
        var fields = line.Split(' ', 4);
        return fields.Length == 4 && ReadingParser.Whole(fields[0]) is { } id && ReadingParser.Number(fields[1]) is { } percent && ReadingParser.Whole(fields[2]) is { } size
            ? new ProcessReading((int)id, SafeText.Line(fields[3], 40), Math.Max(0, percent), size)
            : null;
    }

    private static List<NetworkReading> Rates(IReadOnlyList<string> lines, double? span)
    {
        var before = After(lines, "net1 ").Select(Interface).OfType<(string Name, long[] Counts)>().GroupBy(i => i.Name).ToDictionary(g => g.Key, g => g.First().Counts, StringComparer.Ordinal);
        List<NetworkReading> found = [];
        foreach (var (name, counts) in After(lines, "net2 ").Select(Interface).OfType<(string Name, long[] Counts)>())
        {
            string[] inner = ["lo", "veth", "ifb", "docker", "br-", "virbr", "cni", "flannel", "cali", "tunl", "sit", "dummy", "bonding_masters"];
            if (span is > 0 && before.TryGetValue(name, out var was) && !inner.Any(i => i == "lo" ? name == i : name.StartsWith(i, StringComparison.Ordinal)))
            {
                found.Add(new NetworkReading(name, Math.Max(0, counts[0] - was[0]) / span.Value, Math.Max(0, counts[8] - was[8]) / span.Value, counts[0], counts[8], counts[2] + counts[10]));
            }
        }

        return found;
    }

    /// <summary>"eth0: bytes packets errs drop fifo frame compressed multicast bytes packets errs …"</summary>
    private static (string Name, long[] Counts)? Interface(string line)
    {
        var colon = line.IndexOf(':');
        var counts = colon < 0 ? [] : ReadingParser.Fields(line[(colon + 1)..]).Select(f => ReadingParser.Whole(f) ?? 0).ToArray();
        return counts.Length >= 11 ? (SafeText.Line(line[..colon].Trim(), 40), counts) : null;
    }
}
