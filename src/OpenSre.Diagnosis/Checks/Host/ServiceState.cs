using System.Runtime.CompilerServices;
using OpenSre.Core;

namespace OpenSre.Diagnostics;

/// <summary>The present state of a service, from whatever supervises it.</summary>
/// <param name="StableSeconds">How long it has run without a change; null when it does not run or restarts.</param>
/// <param name="Record">The line that says so.</param>
public sealed record ServiceState(Entity Service, bool Running, bool Restarting, bool WantedDown, double? StableSeconds, double SinceSeconds, Record Record)
{
    private static readonly ConditionalWeakTable<CheckContext, IReadOnlyList<ServiceState>> Known = [];

    /// <summary>The state of a service, or null when nothing supervises it under that name.</summary>
    public static ServiceState? Of(CheckContext context, Entity service)
    {
        foreach (var state in All(context))
        {
            if (state.Service.Name == service.Name)
            {
                return state;
            }
        }

        return null;
    }

    public static IReadOnlyList<ServiceState> All(CheckContext context) => Known.GetValue(context, c => [.. Read(c)]);

    private static IEnumerable<ServiceState> Read(CheckContext context)
    {
        HashSet<string> seen = [];
        foreach (var record in context.Records("service.list", "service"))
        {
            if (record["state"].Length == 0 || !seen.Add(record["name"]))
            {
                continue;
            }

            var since = record.Number("since_s") ?? 0;
            var changed = record["changed_in_2s"] == "yes";
            var running = record["state"] == "run" && record.Number("pid") > 0;
            var restarting = record["state"] is "restarting" or "finish" || changed;
            yield return new ServiceState(Entities.Service(record["name"]), running, restarting, record["wanted"] == "down", running && !restarting ? since : null, since, record);
        }

        foreach (var record in context.Records("systemd.units", "unit"))
        {
            if (!seen.Add(record["name"]))
            {
                continue;
            }

            var since = record.Number("since_s") ?? 0;
            var running = record["active"] is "active" or "reloading";
            var restarting = record["sub"] is "auto-restart" or "start-pre" || (record["active"] == "activating" && record.Number("restarts") > 0) || (running && since < 60 && record.Number("restarts") >= 3);
            yield return new ServiceState(Entities.Service(record["name"]), running, restarting, false, running && !restarting ? since : null, since, record);
        }

        foreach (var record in context.Records("docker.containers", "container"))
        {
            if (DateTimeOffset.TryParse(record["started"], System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal, out var started) && !(record["state"] == "exited" && record["exit_code"] == "0" && record["restart_policy"] is "no" or "") && seen.Add(record["name"]))
            {
                var since = Math.Max(0, (context.Now - started).TotalSeconds);
                var running = record["state"] == "running" && record["health"] is "" or "healthy" or "starting";
                var restarting = record["state"] == "restarting" || (record.Number("restarts") >= 3 && since < 60);
                yield return new ServiceState(Entities.Container(record["name"]), running, restarting, false, running && !restarting ? since : null, since, record);
            }
        }

        foreach (var output in context.Outputs("service.inspect"))
        {
            foreach (var record in context.Records(output).Where(r => r.Kind is "supervised" or "unit"))
            {
                if (!seen.Add(record["name"]))
                {
                    continue;
                }

                var since = record.Number("since_s") ?? 0;
                var running = record.Kind == "unit" ? record["active"] == "active" : record["state"] == "run" && record.Number("pid") > 0;
                // One look cannot tell a restart from a start; a young process is only a suspicion.
                var restarting = since < 5 && record["wanted"] != "down";
                yield return new ServiceState(Entities.Service(record["name"]), running, restarting, record["wanted"] == "down", running && !restarting ? since : null, since, record);
            }
        }
    }
}
