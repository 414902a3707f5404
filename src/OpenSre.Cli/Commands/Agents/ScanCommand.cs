using System.Diagnostics;
using OpenSre.Core;
using OpenSre.Fleet;

namespace OpenSre.Cli;

/// <summary><c>agents scan</c>: finds agents and says how long it took; with <c>--register</c> they get names.</summary>
internal static class ScanCommand
{
    public static async Task<int> RunAsync(IReadOnlyList<string> words, AgentsFace face, CancellationToken cancellation)
    {
        var asked = AgentWords.Parse(words, "--register", "--repeat=");
        var discovery = FleetTools.Discovery(FleetSettings.Read(face.Home));
        List<double> times = [];
        var used = Environment.CpuUsage.TotalTime;
        IReadOnlyList<AgentProcess> found = [];
        for (var i = 0; i < Math.Max(1, asked.Number("--repeat", 1)); i++)
        {
            var begun = Stopwatch.GetTimestamp();
            found = discovery.Find();
            times.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
        }

        used = Environment.CpuUsage.TotalTime - used;
        var known = FleetTools.Registry(face).All();
        foreach (var agent in found)
        {
            face.Line($"{agent.Tool,-16} {agent.Pid,8}  {SafeText.Line(Redaction.Apply(string.Join(' ', agent.Facts.Arguments)), 100)}");
            if (asked.Has("--register") && !known.Any(r => r.Is(agent.Facts)))
            {
                await RegisterCommand.RegisterAsync([agent.Pid.ToString()], face, cancellation).ConfigureAwait(false);
            }
        }

        times.Sort();
        face.Line(face.Look.Dim($"{found.Count} {(found.Count == 1 ? "agent" : "agents")} found in {times[times.Count / 2]:0.0} ms, {used.TotalMilliseconds / times.Count:0.0} ms of a processor"));
        return ExitCodes.Done;
    }
}
