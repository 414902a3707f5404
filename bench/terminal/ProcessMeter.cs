using System.Diagnostics;
using System.Globalization;

namespace OpenSre.Bench.Terminal;

/// <summary>What a process uses, read from /proc: it and nothing below it.</summary>
internal sealed class ProcessMeter(int process)
{
    private const double TicksPerSecond = 100;
    private readonly double _cpu = Cpu(process);
    private readonly long _began = Stopwatch.GetTimestamp();

    /// <summary>Share of one core since this meter was made, in percent.</summary>
    public double Percent => (Cpu(process) - _cpu) / Stopwatch.GetElapsedTime(_began).TotalSeconds * 100;

    public static double ResidentMegabytes(int process)
    {
        var line = File.ReadLines($"/proc/{process}/status").First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
        return double.Parse(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
    }

    /// <summary>Processor time of all its threads, to the nanosecond where the kernel tells.</summary>
    public static double CpuMilliseconds(int process) =>
        Directory.GetDirectories($"/proc/{process}/task").Sum(t => double.Parse(File.ReadAllText(Path.Combine(t, "schedstat")).Split(' ')[0], CultureInfo.InvariantCulture)) / 1e6;

    private static double Cpu(int process)
    {
        var stat = File.ReadAllText($"/proc/{process}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (double.Parse(fields[11], CultureInfo.InvariantCulture) + double.Parse(fields[12], CultureInfo.InvariantCulture)) / TicksPerSecond;
    }
}
