using System.Diagnostics;
using OpenSre.Bench;
using OpenSre.Core;
using OpenSre.Home;
using OpenSre.Sources;
using OpenSre.Tests.Ssh;

// The answer to "status" over Signal, from readings that are fresh and with every host looked at anew; what goes into it: a
// quick answer out of a reading, and a look at a host over ssh. Beside them, in the same run, what the same would cost without
// us: a bot that only echoes, and ssh by hand. Arguments: the file of sentences; rounds (30).
const double WarmGoal = 50, AnewGoal = 1500;
string[] names = ["sagan", "kepler"];
var rounds = args.Length > 1 ? int.Parse(args[1], null) : 30;
Console.WriteLine($"load {File.ReadAllText("/proc/loadavg").Split(' ')[0]}, {Environment.ProcessorCount} cores; milliseconds");

using var servers = new SshServers();
if (servers.Missing is { } missing)
{
    Console.WriteLine($"nothing over ssh is measured: {missing}");
    await QuickAsync([new("atom", null)], new SshOptions());
    return 1;
}

foreach (var name in names)
{
    servers.Start(name);
}

HostSettings[] hosts = [.. names.Select(n => new HostSettings(n, n))];
var ssh = new SshOptions { ConfigFile = servers.Config, ControlFolder = servers.Control, KeepOpen = TimeSpan.FromSeconds(60) };

Console.WriteLine($"\n\"status\" over Signal, {names.Length} hosts over ssh, the program as a daemon");
var signal = await OverSignal.MeasureAsync(servers, names, rounds);
Tell("readings fresh", signal.Warm, WarmGoal);
Tell("  baseline: a bot that only echoes", await EchoBot.MeasureAsync(rounds));
Tell("every host looked at anew", signal.Anew, AnewGoal);
Tell("  what was known before, shown first", signal.Known);
Tell("  baseline: ssh by hand, same window", await ByHandAsync());

Console.WriteLine("\nwhat goes into it");
await LooksAsync();
await QuickAsync([new("atom", null, [], [], [], [], [], ["media server"]), hosts[0] with { Aliases = ["nas"] }], ssh);
return 0;

// What a person would type into one host for the same: two looks at the processor 0.7 s apart, memory, disks, load.
async Task<List<double>> ByHandAsync()
{
    const string Words = "head -n 1 /proc/stat; sleep 0.7; head -n 1 /proc/stat; cat /proc/meminfo; df -P; uptime; exit";
    using var cold = new SshCommandRunner(names[0], names[0], ssh with { ControlFolder = null });
    List<double> times = [];
    for (var i = -1; i < rounds / 2; i++)
    {
        var took = await TimeAsync(() => cold.RunAsync(new CommandRequest("bench", "sh", ["-s"], Words, TimeSpan.FromSeconds(60), 100_000), default));
        if (i >= 0)
        {
            times.Add(took);
        }
    }

    return times;
}

async Task LooksAsync()
{
    using var runners = new HostRunners(hosts, ssh);
    using var cold = new SshCommandRunner(names[0], names[0], ssh with { ControlFolder = null });
    await using var reader = new HostReader(hosts, runners, TimeSpan.FromSeconds(60));
    await using var coldReader = new HostReader([hosts[0]], new Only(cold), TimeSpan.FromSeconds(60));
    var kept = runners.For(names[0]);
    await reader.ReadAsync(names[0], default);

    // All kinds in turn, so that a busy moment of the machine hits each alike.
    List<double> coldTrue = [], coldLook = [], warmTrue = [], warmLook = [];
    for (var i = 0; i < rounds / 2; i++)
    {
        coldTrue.Add(await TimeAsync(() => TrueAsync(cold)));
        coldLook.Add(await TimeAsync(() => coldReader.ReadAsync(names[0], default)));
        warmTrue.Add(await TimeAsync(() => TrueAsync(kept)));
        warmLook.Add(await TimeAsync(() => reader.ReadAsync(names[0], default)));
    }

    Tell("a look, connection kept", warmLook);
    Tell("  baseline: ssh host true", warmTrue);
    Tell("a look, new connection", coldLook);
    Tell("  baseline: ssh host true", coldTrue);
    Console.WriteLine("  (700 of each look are the sampling window)");
}

async Task QuickAsync(HostSettings[] asked, SshOptions options)
{
    using var runners = new HostRunners(asked, options);
    await using var reader = new HostReader(asked, runners, TimeSpan.FromSeconds(60));
    await Task.WhenAll(reader.Hosts.Select(h => reader.ReadAsync(h, default)));
    var skill = new QuickSkill(reader, asked, TimeSpan.FromHours(1));
    string[] sentences = [.. File.ReadLines(args[0]).Where(l => l.Length > 0 && l[0] != '#').Select(l => l[..l.LastIndexOf('|')].Trim())];
    List<double> answers = [], refusals = [];
    for (var round = -1; round < 20; round++)
    {
        // What takes long is looked at by the host, not by the answer.
        foreach (var sentence in sentences.Where(s => !s.Contains("update", StringComparison.OrdinalIgnoreCase) && !s.Contains("smart", StringComparison.OrdinalIgnoreCase)))
        {
            var began = Stopwatch.GetTimestamp();
            var answered = await AnswerAsync(skill, sentence);
            if (round >= 0)
            {
                (answered ? answers : refusals).Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            }
        }
    }

    Tell("working a quick answer out", answers);
    Tell("seeing that a sentence is none", refusals);
}

static async Task<bool> AnswerAsync(QuickSkill skill, string sentence)
{
    if (skill.TryAnswer(new ChatMessage("bench", "bench", 1, sentence)) is not { } answer)
    {
        return false;
    }

    await foreach (var text in answer)
    {
        _ = text;
    }

    return true;
}

static Task TrueAsync(ICommandRunner runner) => runner.RunAsync(new CommandRequest("bench", "true", [], null, TimeSpan.FromSeconds(60), 1000), default);

static async Task<double> TimeAsync(Func<Task> what)
{
    var began = Stopwatch.GetTimestamp();
    await what();
    return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
}

static void Tell(string what, List<double> times, double? goal = null)
{
    var sorted = times.Order().ToList();
    if (sorted.Count == 0)
    {
        Console.WriteLine($"  {what,-40} nothing was measured");
        return;
    }

    var most = sorted[(int)(sorted.Count * 0.95)];
    var verdict = goal is null ? "" : $"  goal {goal:0}: p50 {(sorted[sorted.Count / 2] <= goal ? "met" : "MISSED")}, p95 {(most <= goal ? "met" : "MISSED")}";
    Console.WriteLine($"  {what,-40} p50 {sorted[sorted.Count / 2],8:0.00}  p95 {most,8:0.00}  most {sorted[^1],8:0.00}  of {sorted.Count}{verdict}");
}

namespace OpenSre.Bench
{
    internal sealed class Only(ICommandRunner runner) : IHostRunners
    {
        public ICommandRunner For(string host) => runner;
    }
}
