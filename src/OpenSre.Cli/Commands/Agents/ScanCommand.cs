using System.Diagnostics;
using OpenSre.Core;
using OpenSre.Fleet;

namespace OpenSre.Cli;

/// <summary>
/// <c>agents scan</c>: finds agents and says how long it took; with <c>--register</c> they get names, with <c>--repeat</c> the
/// scan is measured: the first, those that look at everything, and those that go on from what was seen before.
/// </summary>
internal static class ScanCommand
{
    /// <summary>Processes seen twice so far apart are only now and again looked at.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(2.5);

    public static async Task<int> RunAsync(IReadOnlyList<string> words, AgentsFace face, CancellationToken cancellation)
    {
        var asked = AgentWords.Parse(words, "--register", "--repeat=");
        var settings = FleetSettings.Read(face.Home);
        var discovery = FleetTools.Discovery(settings);
        var begun = Stopwatch.GetTimestamp();
        var found = discovery.Find();
        var first = Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
        var known = FleetTools.Registry(face).All();
        foreach (var agent in found)
        {
            face.Line($"{agent.Tool,-16} {agent.Pid,8}  {SafeText.Line(Redaction.Apply(string.Join(' ', agent.Facts.Arguments)), 100)}");
            if (asked.Has("--register") && !known.Any(r => r.Is(agent.Facts)))
            {
                await RegisterCommand.RegisterAsync([agent.Pid.ToString()], face, cancellation).ConfigureAwait(false);
            }
        }

        face.Line(face.Look.Dim($"{found.Count} {(found.Count == 1 ? "agent" : "agents")} found in {first:0.0} ms"));
        if (asked.Number("--repeat", 0) is > 0 and var times)
        {
            face.Line(face.Look.Dim($"everything looked at: {Measure(times, () => FleetTools.Discovery(settings).Find())}"));
            await Task.Delay(Settling, face.Time, cancellation).ConfigureAwait(false);
            discovery.Find();
            face.Line(face.Look.Dim($"going on from before: {Measure(times, () => discovery.Find())}"));
        }

        return ExitCodes.Done;
    }

    /// <summary>The median, and what it cost.</summary>
    private static string Measure(int times, Action scan)
    {
        List<double> taken = [];
        var used = Environment.CpuUsage.TotalTime;
        for (var i = 0; i < times; i++)
        {
            var begun = Stopwatch.GetTimestamp();
            scan();
            taken.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
        }

        used = Environment.CpuUsage.TotalTime - used;
        taken.Sort();
        return $"{taken[taken.Count / 2]:0.0} ms, {used.TotalMilliseconds / times:0.0} ms of a processor";
    }
}
