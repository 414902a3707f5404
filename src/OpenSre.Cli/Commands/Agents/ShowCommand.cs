using OpenSre.Core;
using OpenSre.Fleet;

namespace OpenSre.Cli;

/// <summary><c>agents show PID</c>: everything known of one agent.</summary>
internal static class ShowCommand
{
    public static async Task<int> RunAsync(IReadOnlyList<string> words, AgentsFace face, CancellationToken cancellation)
    {
        var asked = AgentWords.Parse(words, "--json");
        var pid = asked.Pid("opensre agents show PID [--json]");
        var fleet = await FleetTools.LookAsync(FleetTools.Monitor(face), cancellation).ConfigureAwait(false);
        if (fleet.FirstOrDefault(v => v.Pid == pid) is not { } view)
        {
            throw new AgentsUsageException($"pid {pid} is no agent here; opensre agents lists them.");
        }

        if (asked.Has("--json"))
        {
            face.Output.Write(FleetJson.Text([view]));
            return ExitCodes.Done;
        }

        Show(view, face);
        return ExitCodes.Done;
    }

    public static void Show(AgentView view, AgentsFace face)
    {
        face.Output.Write(FleetTable.Text([view], face.Look));
        var meter = view.Meter;
        Line("command", view.Agent is null ? "" : Redaction.Apply(string.Join(' ', view.Agent.Facts.Arguments)));
        Line("repository", view.Agent?.Repository?.Root ?? "");
        Line("tokens", meter.HasRecords ? $"{meter.Total.Input} in, {meter.Total.Output} out, {meter.Total.CacheRead} from cache, {meter.Total.CacheWrite + meter.Total.CacheWriteHour} to cache" : "no record of its own is known");
        Line("last error", meter.LastFailure is { } failure ? $"{failure.At:HH:mm:ss} UTC {Redaction.Apply(failure.Text)}" : "");
        foreach (var write in meter.Writes.TakeLast(10))
        {
            Line("wrote", $"{write.At:HH:mm:ss} UTC {write.Path}");
        }

        void Line(string name, string value)
        {
            if (value.Length > 0)
            {
                face.Line($"  {face.Look.Dim(name.PadRight(11))} {SafeText.Line(value, 400)}");
            }
        }
    }
}
