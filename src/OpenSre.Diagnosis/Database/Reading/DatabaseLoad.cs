using System.Globalization;
using System.Text.RegularExpressions;

namespace OpenSre.Diagnostics;

/// <summary>A statement among those that make the most load.</summary>
/// <param name="Load">Average active sessions, or a share of them: only ratios are used.</param>
/// <param name="Waits">What its sessions wait for, most first; running on a CPU counts as the wait "CPU".</param>
public sealed partial record TopStatement(Record Record, string Text, double Load, IReadOnlyList<(string Name, double Load)> Waits)
{
    public string MainWait => Waits.Count > 0 ? Waits[0].Name : "";

    /// <summary>Whether it writes rows.</summary>
    public bool Writes => Writing().IsMatch(Text);

    public bool IsVacuum => Vacuum().IsMatch(Text);

    public bool IsCheckpointer => Text.Contains("checkpointer", StringComparison.OrdinalIgnoreCase);

    /// <summary>The share of its load spent in waits of these names.</summary>
    public double Share(Func<string, bool> wait)
    {
        var total = Waits.Sum(w => w.Load);
        return total <= 0 ? 0 : Waits.Where(w => wait(w.Name)).Sum(w => w.Load) / total;
    }

    [GeneratedRegex(@"^\W*(with\b.*?\b)?(insert|update|delete|merge|copy|create|alter|truncate|refresh|reindex)\b", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Writing();

    [GeneratedRegex(@"\b(auto)?vacuum\b", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Vacuum();
}

/// <summary>A wait with the load it stands for.</summary>
public sealed record TopWait(Record Record, string Name, double Load);

/// <summary>The load of a DB instance by statement and by wait.</summary>
public sealed record DatabaseLoad(IReadOnlyList<TopStatement> Statements, IReadOnlyList<TopWait> Waits)
{
    public static bool IsCpu(string wait) => wait.StartsWith("CPU", StringComparison.OrdinalIgnoreCase);

    public static bool IsIdleClient(string wait) => wait.EndsWith("ClientRead", StringComparison.OrdinalIgnoreCase);

    /// <summary>Waits of writing the log of the database.</summary>
    public static bool IsWal(string wait) => wait.Contains("WAL", StringComparison.OrdinalIgnoreCase) || wait.Contains("redo", StringComparison.OrdinalIgnoreCase);

    public static bool IsWrite(string wait) => IsWal(wait) || wait.Contains("Write", StringComparison.OrdinalIgnoreCase) || wait.Contains("Extend", StringComparison.OrdinalIgnoreCase);

    public static bool IsLock(string wait) => wait.StartsWith("Lock:", StringComparison.OrdinalIgnoreCase);

    public double Total => Statements.Sum(s => s.Load);

    /// <summary>The wait most sessions are in.</summary>
    public TopWait? Main => Waits.MaxBy(w => w.Load);

    /// <summary>The share of all waiting in waits of these names.</summary>
    public double Share(Func<string, bool> wait)
    {
        var total = Waits.Sum(w => w.Load);
        return total <= 0 ? 0 : Waits.Where(w => wait(w.Name)).Sum(w => w.Load) / total;
    }

    public double ShareOf(TopStatement statement) => Total <= 0 ? 0 : statement.Load / Total;

    public static DatabaseLoad? Read(IEnumerable<Record> records)
    {
        var all = records.ToList();
        var statements = all.Where(r => r.Kind == "sql").Select(r => new TopStatement(r, r["text"], r.Number("load") ?? 0, Waiting(r["waits"]))).OrderByDescending(s => s.Load).ToList();
        var waits = all.Where(r => r.Kind == "wait").Select(r => new TopWait(r, r["name"], r.Number("load") ?? 0)).ToList();
        return statements.Count + waits.Count == 0 ? null : new DatabaseLoad(statements, waits);
    }

    private static List<(string, double)> Waiting(string list)
    {
        List<(string Name, double Load)> waits = [];
        foreach (var wait in list.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            // Names hold colons themselves: "IO:WALWrite:61.7".
            var colon = wait.LastIndexOf(':');
            if (colon > 0 && double.TryParse(wait.AsSpan(colon + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out var load))
            {
                waits.Add((wait[..colon], load));
            }
        }

        return [.. waits.OrderByDescending(w => w.Load)];
    }
}
