using OpenSre.Bench.Terminal;

// dotnet run --project bench/terminal -c Release [-- RUNS]   measures the session through a pseudo-terminal, after ./opensre has built it.
var runs = args.Length > 0 && int.TryParse(args[0], out var given) ? given : 9;
var program = Path.Combine(Environment.CurrentDirectory, "artifacts", "opensre", "current", "opensre");
if (!File.Exists(program))
{
    Console.Error.WriteLine("Run ./opensre --version first, from the top of the checkout: it builds what is measured.");
    return 2;
}

using var home = new TemporaryHome();
Console.WriteLine($"medians of {runs} starts, load {File.ReadAllText("/proc/loadavg").Split(' ')[0]}, {Environment.ProcessorCount} cores");
new SessionBench(program, home).Run(runs);
foreach (var peer in (string[])["codex", "claude", "gemini"])
{
    PeerBench.Run(peer, Math.Min(runs, 5), home);
}

return 0;
