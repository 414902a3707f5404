using System.Diagnostics;
using System.Globalization;
using System.Text;
using OpenSre.Bench;
using OpenSre.Diagnostics;

// Figures are lines a second of processor time, the best of the passes: on a machine that has other work, the clock on
// the wall measures that work too.
var folder = args.Length > 0 ? args[0] : null;
var megabytes = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 200;
var inputs = folder is null
    ? [("generated", Generated.Lines(20_000))]
    : Directory.EnumerateFiles(folder, "*.log", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(f => (Path.GetFileNameWithoutExtension(f), File.ReadAllBytes(f))).ToList();

Console.WriteLine($"each input repeated to about {megabytes} MB; one thread; {Environment.ProcessorCount} cores; textbook Drain on a part, its lines as strings beforehand");
Console.WriteLine($"{"",-18} {"bytes/line",10} {"miner",12} {"",9} {"bytes/line",10} {"new shapes",10} {"feed scan",12} {"miner/scan",10} {"textbook",12} {"miner/",9}");
Console.WriteLine($"{"",-18} {"",10} {"M lines/s",12} {"GB/s",9} {"allocated",10} {"per 1000",10} {"M lines/s",12} {"",10} {"M lines/s",12} {"textbook",9}");
List<double> speeds = [];
foreach (var (name, bytes) in inputs)
{
    var once = bytes[^1] == (byte)'\n' ? bytes : [.. bytes, (byte)'\n'];
    var text = Repeat(once, megabytes * 1_000_000L);
    var lines = Scan(text);

    var first = new LogTemplateMiner();
    first.AddLines(once);
    var shapes = 1000.0 * first.NewShapes / first.Lines;

    var miner = new LogTemplateMiner();
    miner.AddLines(text);
    var before = GC.GetAllocatedBytesForCurrentThread();
    miner.AddLines(text);
    var allocated = (double)(GC.GetAllocatedBytesForCurrentThread() - before) / lines;
    var mined = lines / Best(() => miner.AddLines(text));
    var scanned = lines / Best(() => Scan(text));

    var strings = Encoding.UTF8.GetString(once).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    var rounds = Math.Max(1, 100_000 / strings.Length);
    var textbook = rounds * (double)strings.Length / Best(() =>
    {
        var drain = new TextbookDrain();
        for (var i = 0; i < rounds; i++)
        {
            foreach (var line in strings)
            {
                drain.Add(line);
            }
        }
    });

    speeds.Add(mined);
    Console.WriteLine($"{name,-18} {(double)text.Length / lines,10:0} {mined / 1e6,12:0.0} {mined * text.Length / lines / 1e9,9:0.00} {allocated,10:0.####} {shapes,10:0} {scanned / 1e6,12:0.0} {mined / scanned,10:0.00} {textbook / 1e6,12:0.00} {mined / textbook,8:0.0}x");
}

Console.WriteLine($"{"geometric mean",-18} {"",10} {Math.Exp(speeds.Average(Math.Log)) / 1e6,12:0.0}");

static byte[] Repeat(byte[] once, long bytes)
{
    var text = new byte[once.Length * Math.Max(1, bytes / once.Length)];
    for (var at = 0; at < text.Length; at += once.Length)
    {
        once.CopyTo(text, at);
    }

    return text;
}

static long Scan(ReadOnlySpan<byte> text)
{
    var lines = 0L;
    for (var at = text.IndexOf((byte)'\n'); at >= 0; at = text.IndexOf((byte)'\n'))
    {
        lines++;
        text = text[(at + 1)..];
    }

    return lines;
}

static double Best(Action pass)
{
    var best = double.MaxValue;
    using var self = Process.GetCurrentProcess();
    for (var i = 0; i < 4; i++)
    {
        self.Refresh();
        var before = self.TotalProcessorTime;
        pass();
        self.Refresh();
        best = Math.Min(best, (self.TotalProcessorTime - before).TotalSeconds);
    }

    return best;
}
