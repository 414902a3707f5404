using System.Text.RegularExpressions;

namespace OpenSre.Diagnostics;

/// <summary>
/// What the name of a DB instance class says: memory per vCPU by family and vCPUs by size, as in the Amazon RDS
/// User Guide, "Hardware specifications for DB instance classes".
/// </summary>
public static partial class InstanceClass
{
    private const double GiB = 1024d * 1024 * 1024;

    /// <summary>Bytes of memory of a class such as db.r6g.2xlarge; null when the name says nothing known.</summary>
    public static double? Memory(string name)
    {
        if (Shape().Match(name) is not { Success: true } match)
        {
            return null;
        }

        var size = match.Groups["size"].Value;
        if (match.Groups["family"].Value == "t")
        {
            return size switch { "micro" => 1 * GiB, "small" => 2 * GiB, "medium" => 4 * GiB, "large" => 8 * GiB, "xlarge" => 16 * GiB, "2xlarge" => 32 * GiB, _ => null };
        }

        double? perCpu = match.Groups["family"].Value switch { "r" or "z" => 8, "m" => 4, "c" => 2, "x" => 16, _ => null };
        double? cpus = size switch
        {
            "medium" => 1,
            "large" => 2,
            "xlarge" => 4,
            _ when size.EndsWith("xlarge", StringComparison.Ordinal) && int.TryParse(size[..^6], out var times) => 4 * times,
            _ => null,
        };
        return perCpu * cpus * GiB;
    }

    /// <summary>
    /// The default of max_connections: LEAST(memory / 9531392, 5000) for PostgreSQL, memory / 12582880 for MySQL and
    /// MariaDB (Amazon RDS User Guide, "Quotas and constraints", maximum number of database connections).
    /// </summary>
    public static double? DefaultConnections(string name, string engine)
    {
        var memory = Memory(name);
        return engine.Contains("postgres", StringComparison.OrdinalIgnoreCase) && memory is { } bytes ? Math.Min(5000, Math.Floor(bytes / 9531392))
            : engine.Contains("mysql", StringComparison.OrdinalIgnoreCase) || engine.Contains("mariadb", StringComparison.OrdinalIgnoreCase) ? Math.Floor(memory / 12582880 ?? double.NaN) is var n && double.IsNaN(n) ? null : n
            : null;
    }

    [GeneratedRegex(@"^db\.(?<family>[a-z])[0-9][a-z0-9]*\.(?<size>micro|small|medium|large|[0-9]*xlarge)$")]
    private static partial Regex Shape();
}
