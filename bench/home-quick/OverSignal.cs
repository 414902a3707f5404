using System.Collections.Concurrent;
using System.Diagnostics;
using OpenSre.Home;
using OpenSre.Home.Tests;

namespace OpenSre.Bench;

/// <summary>From the moment the service hands over a message to the moment the whole answer is with it.</summary>
internal static class OverSignal
{
    private const int Messages = 25;
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(500);

    /// <param name="fresh">A reading younger than this is answered from; zero: the host is looked at for each answer.</param>
    public static async Task TellAsync(string what, HostReader reader, HostSettings[] hosts, TimeSpan fresh, Action<string, List<double>> tell)
    {
        var folder = Directory.CreateTempSubdirectory("home-bench-");
        await using var signal = await SignalStandIn.StartAsync();
        ConcurrentQueue<long> went = new();
        signal.Fate = _ =>
        {
            went.Enqueue(Stopwatch.GetTimestamp());
            return null;
        };
        var config = new HomeConfig
        {
            Folder = folder.FullName,
            Signal = new SignalSettings(new Secret(SignalStandIn.Phone), signal.Address),
            People = [new Person("Anna", SignalStandIn.Anna, true)],
            Hosts = hosts,
        };
        List<double> first = [], whole = [];
        var daemon = await HomeDaemon.StartAsync(config, _ => new HomeParts([new QuickSkill(reader, hosts, fresh)], [], []), TimeProvider.System, _ => { }, default);
        await using (daemon)
        {
            while (signal.Listeners == 0)
            {
                await Task.Delay(20);
            }

            for (var i = 0; i <= Messages; i++)
            {
                went.Clear();
                var began = Stopwatch.GetTimestamp();
                await signal.SayAsync(SignalStandIn.Anna, "status");
                while (went.IsEmpty || Stopwatch.GetElapsedTime(went.Last()) < (fresh == TimeSpan.Zero ? TimeSpan.FromSeconds(2.5) : Quiet))
                {
                    await Task.Delay(5);
                }

                // The first one pays for what the process does once.
                if (i > 0)
                {
                    first.Add(Stopwatch.GetElapsedTime(began, went.First()).TotalMilliseconds);
                    whole.Add(Stopwatch.GetElapsedTime(began, went.Last()).TotalMilliseconds);
                }

                await Task.Delay(600);
            }
        }

        folder.Delete(recursive: true);
        tell(what, whole);
        if (fresh == TimeSpan.Zero)
        {
            tell("  what was known, shown at once", first);
        }
    }
}
