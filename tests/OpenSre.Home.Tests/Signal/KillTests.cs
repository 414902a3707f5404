using System.Diagnostics;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestPipelineStartup(typeof(OpenSre.Home.Tests.KillTests.Child))]

namespace OpenSre.Home.Tests;

/// <summary>
/// A real process is killed with SIGKILL at random moments while people write to it. This assembly is its own child: with
/// OPENSRE_HOME_CHILD it is an assistant instead of a test run.
/// </summary>
public class KillTests
{
    private const string ChildFolder = "OPENSRE_HOME_CHILD";
    private const string ChildService = "OPENSRE_HOME_CHILD_SERVICE";

    [Fact]
    public async Task A_process_killed_at_any_moment_loses_nothing_without_a_word_and_doubles_nothing()
    {
        var kills = int.Parse(Environment.GetEnvironmentVariable("OPENSRE_KILLS") ?? "8", System.Globalization.CultureInfo.InvariantCulture);
        await using var bed = await HomeBed.MakeAsync();
        var random = new Random(11);
        var accepted = new List<string>();
        var number = 0;
        var taken = 0;
        for (var round = 0; round <= kills; round++)
        {
            using var child = Start(bed);
            using var reap = new Reaper(child);
            var before = bed.Signal.Connections;
            var port = await PortAsync(child);
            bed.Signal.Webhook = new Uri($"http://127.0.0.1:{port}/signal/word");
            await HomeBed.Until(() => bed.Signal.Connections > before);
            using var killer = new CancellationTokenSource();
            var talking = TalkAsync(killer.Token);

            // Counted in messages, not in time: a slow machine is killed in the middle of its work just the same.
            var enough = Volatile.Read(ref taken) + random.Next(3, 40);
            await HomeBed.Until(() => Volatile.Read(ref taken) >= enough);
            if (round == kills)
            {
                await killer.CancelAsync();
                await talking;
                for (var waited = 0; waited < 300 && !accepted.TrueForAll(IsSettled); waited++)
                {
                    await Task.Delay(100, TestContext.Current.CancellationToken);
                }

                await Task.Delay(300, TestContext.Current.CancellationToken);
            }
            else
            {
                await Task.Delay(random.Next(0, 100), TestContext.Current.CancellationToken);
            }

            child.Kill();
            await child.WaitForExitAsync(TestContext.Current.CancellationToken);
            await killer.CancelAsync();
            await talking;
        }

        Assert.True(accepted.Count > 20, $"only {accepted.Count} messages were taken");
        var sent = bed.Signal.Sent.Select(d => d.Text).ToList();
        var doubled = sent.Where(t => t.StartsWith("echo: ", StringComparison.Ordinal)).GroupBy(t => t).Where(g => g.Count() > 1).Select(g => g.Key).ToList();
        Assert.Empty(doubled);
        var lost = accepted.Where(t => !IsSettled(t)).ToList();
        var files = lost.Count == 0 ? "" : string.Join('\n', new[] { "inbox.jsonl", "outbox.jsonl" }.SelectMany(f => File.ReadLines(Path.Combine(bed.Folder, "home", f))).Where(l => l.Contains($"\"{lost[0]}\"", StringComparison.Ordinal) || l.Contains($": {lost[0]}\"", StringComparison.Ordinal)));
        Assert.True(lost.Count == 0, $"{lost.Count} of {accepted.Count} got no answer and no word: {string.Join(' ', lost.Take(10))}\n{files}");
        TestContext.Current.TestOutputHelper?.WriteLine($"{kills} kills, {accepted.Count} messages taken: {accepted.Count(t => sent.Contains("echo: " + t))} answered once, {sent.Count(t => t.StartsWith("A message of mine", StringComparison.Ordinal))} named as in doubt, {sent.Count(t => t.StartsWith("I was restarted", StringComparison.Ordinal))} named as interrupted");

        bool IsSettled(string text) => bed.Signal.Sent.Any(d => d.Text == "echo: " + text || d.Text.Contains($"“echo: {text}”", StringComparison.Ordinal) || d.Text.Contains($"“{text}”", StringComparison.Ordinal));

        async Task TalkAsync(CancellationToken stop)
        {
            while (!stop.IsCancellationRequested)
            {
                var text = $"m{number++}";
                try
                {
                    // The webhook's 200 is what makes a message the assistant's responsibility.
                    await bed.Signal.SayAsync(number % 2 == 0 ? SignalStandIn.Anna : SignalStandIn.Ben, text);
                    accepted.Add(text);
                    Interlocked.Increment(ref taken);
                }
                catch (HttpRequestException)
                {
                    // Nobody there any more, and so nothing promised.
                }

                await Task.Yield();
            }
        }
    }

    /// <summary>Makes of this program an assistant where the environment asks for it, before any test.</summary>
    public sealed class Child : ITestPipelineStartup
    {
        public async ValueTask StartAsync(IMessageSink diagnosticMessageSink)
        {
            if (Environment.GetEnvironmentVariable(ChildFolder) is { } folder && Environment.GetEnvironmentVariable(ChildService) is { } service)
            {
                await RunAsync(folder, new Uri(service));
                Environment.Exit(0);
            }
        }

        public ValueTask StopAsync() => ValueTask.CompletedTask;
    }

    /// <summary>A failing test leaves no child behind.</summary>
    private sealed class Reaper(Process child) : IDisposable
    {
        public void Dispose() => child.Kill();
    }

    private static Process Start(HomeBed bed)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, UseShellExecute = false };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(typeof(KillTests).Assembly.Location);
        }

        start.Environment["OPENSRE_HOME_CHILD_PARENT"] = Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture);
        start.Environment[ChildFolder] = bed.Folder;
        start.Environment[ChildService] = bed.Signal.Address.AbsoluteUri;
        return Process.Start(start)!;
    }

    private static async Task<string> PortAsync(Process child)
    {
        while (await child.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            if (line.StartsWith("port ", StringComparison.Ordinal))
            {
                return line[5..];
            }
        }

        throw new InvalidOperationException("The child ended before it listened.");
    }

    private static async Task RunAsync(string folder, Uri service)
    {
        var config = new HomeConfig
        {
            Folder = Path.Combine(folder, "home"),
            Signal = new SignalSettings(new Secret(SignalStandIn.Phone), service),
            People = [new Person("Anna", SignalStandIn.Anna, true), new Person("Ben", SignalStandIn.Ben, false)],
            Listen = new ListenSettings(new Uri("http://127.0.0.1:0"), "/signal/word"),
        };
        var pace = HomeBed.Fast with { Outbox = HomeBed.Fast.Outbox with { Grace = TimeSpan.FromMilliseconds(500) } };
        await using var daemon = await HomeDaemon.StartAsync(config, _ => new HomeParts([new EchoSkill()], [], []), TimeProvider.System, _ => { }, CancellationToken.None, pace);
        await Console.Out.WriteLineAsync($"port {new Uri(daemon.Address!).Port}");
        await Console.Out.FlushAsync();
        // However the test ends, the child ends with it.
        var parent = Environment.GetEnvironmentVariable("OPENSRE_HOME_CHILD_PARENT");
        while (parent is null || Directory.Exists($"/proc/{parent}"))
        {
            await Task.Delay(500);
        }
    }
}
