using OpenSre.Bench.Terminal;

// dotnet run --project bench/terminal -c Release [-- [RUNS] [PART…]]   measures the session through a pseudo-terminal, after
// ./opensre has built it; with parts named (burst, steer, peers …) only those.
var runs = args.Length > 0 && int.TryParse(args[0], out var given) ? given : 9;
var parts = args.Where(a => !int.TryParse(a, out _)).ToList();
if (parts.Except([.. SessionBench.Parts, "peers"]).FirstOrDefault() is { } unknown)
{
    Console.Error.WriteLine($"There is no part {unknown}; there are {string.Join(", ", SessionBench.Parts)}, peers.");
    return 2;
}

var program = Path.Combine(Environment.CurrentDirectory, "artifacts", "opensre", "current", "opensre");
if (!File.Exists(program))
{
    Console.Error.WriteLine("Run ./opensre --version first, from the top of the checkout: it builds what is measured.");
    return 2;
}

using var home = new TemporaryHome();
Console.WriteLine($"medians of {runs} starts, load {File.ReadAllText("/proc/loadavg").Split(' ')[0]}, {Environment.ProcessorCount} cores");
if (parts is not ["peers"])
{
    new SessionBench(program, home).Run(runs, parts);
}

if (parts.Count == 0 || parts.Contains("peers"))
{
    PeerBench.Run(program, runs);
}

return 0;
