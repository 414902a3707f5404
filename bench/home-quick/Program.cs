using System.Diagnostics;
using OpenSre.Bench;
using OpenSre.Core;
using OpenSre.Home;
using OpenSre.Sources;

// Time of a quick answer out of a fresh reading, of a look at a host over ssh against "ssh host true", and from a message that
// arrives over Signal (a stand-in on loopback) to the answer that goes out, in the real daemon with everything on the disk.
// Arguments: the file of sentences; then, if there is a host to look at, the ssh configuration file and its name.
HostSettings[] hosts = args is [_, _, var remote] ? [new("atom", null, [], [], [], [], [], ["media server"]), new(remote, remote, [], [], [], [], [], ["nas"])] : [new("atom", null)];
var folder = Directory.CreateTempSubdirectory("cm");
var ssh = new SshOptions { ConfigFile = args.Length > 1 ? args[1] : null, ControlFolder = folder.FullName, KeepOpen = TimeSpan.FromSeconds(10) };
using var runners = new HostRunners(hosts, ssh);
await using var reader = new HostReader(hosts, runners, TimeSpan.FromSeconds(20));
await Task.WhenAll(reader.Hosts.Select(h => reader.ReadAsync(h, default)));

var skill = new QuickSkill(reader, hosts, TimeSpan.FromHours(1));
string[] sentences = [.. File.ReadLines(args[0]).Where(l => l.Length > 0 && l[0] != '#').Select(l => l[..l.LastIndexOf('|')].Trim())];
var first = Stopwatch.GetTimestamp();
await AnswerAsync("status");
Console.WriteLine($"the first answer of the process  {Stopwatch.GetElapsedTime(first).TotalMilliseconds,8:0.00} ms");
List<double> answers = [], refusals = [];
for (var round = 0; round < 20; round++)
{
    foreach (var sentence in sentences)
    {
        // What takes long is looked at by the host, not by the answer.
        if (sentence.Contains("update", StringComparison.OrdinalIgnoreCase) || sentence.Contains("smart", StringComparison.OrdinalIgnoreCase))
        {
            continue;
        }

        var began = Stopwatch.GetTimestamp();
        var answered = await AnswerAsync(sentence);
        (answered ? answers : refusals).Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
    }
}

Tell("a quick answer, reading fresh", answers);
Tell("a sentence that is not for it", refusals);

if (args.Length > 2)
{
    var kept = runners.For(args[2]);
    using var cold = new SshCommandRunner(args[2], args[2], ssh with { ControlFolder = null });
    // Rounds of all kinds in turn, so that a busy moment of the machine hits each alike.
    List<double> coldTrue = [], coldLook = [], warmTrue = [], warmLook = [];
    await using var coldReader = new HostReader([hosts[1]], new Only(cold), TimeSpan.FromSeconds(20));
    for (var i = 0; i < 15; i++)
    {
        coldTrue.Add(await TimeAsync(() => TrueAsync(cold)));
        coldLook.Add(await TimeAsync(() => coldReader.ReadAsync(args[2], default)));
        warmTrue.Add(await TimeAsync(() => TrueAsync(kept)));
        warmLook.Add(await TimeAsync(() => reader.ReadAsync(args[2], default)));
    }

    Tell("ssh host true, new connection", coldTrue);
    Tell("a look, new connection", coldLook);
    Tell("ssh host true, kept connection", warmTrue);
    Tell("a look, kept connection", warmLook);
    Console.WriteLine($"a look / ssh host true: {Middle(coldLook) / Middle(coldTrue):0.0} with a new connection, {Middle(warmLook) / Middle(warmTrue):0.0} with a kept one; 700 ms of each look are the sampling window");
}

await OverSignal.TellAsync("Signal: \"status\", fresh reading", reader, hosts, TimeSpan.FromHours(1), Tell);
if (args.Length > 2)
{
    HostSettings[] away = [hosts[1]];
    await using var anew = new HostReader(away, runners, TimeSpan.FromSeconds(20));
    await anew.ReadAsync(away[0].Name, default);
    await OverSignal.TellAsync("Signal: \"status\", looked at anew", anew, away, TimeSpan.Zero, Tell);
}

folder.Delete(recursive: true);

async Task<bool> AnswerAsync(string sentence)
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

static Task TrueAsync(ICommandRunner runner) => runner.RunAsync(new CommandRequest("bench", "true", [], null, TimeSpan.FromSeconds(20), 1000), default);

static async Task<double> TimeAsync(Func<Task> what)
{
    var began = Stopwatch.GetTimestamp();
    await what();
    return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
}

static double Middle(List<double> times) => times.Order().ElementAt(times.Count / 2);

static void Tell(string what, List<double> times)
{
    var sorted = times.Order().ToList();
    Console.WriteLine($"{what,-32} p50 {sorted[sorted.Count / 2],8:0.00} ms  p95 {sorted[(int)(sorted.Count * 0.95)],8:0.00} ms  most {sorted[^1],8:0.00} ms  of {sorted.Count}");
}

namespace OpenSre.Bench
{
    internal sealed class Only(ICommandRunner runner) : IHostRunners
    {
        public ICommandRunner For(string host) => runner;
    }
}
