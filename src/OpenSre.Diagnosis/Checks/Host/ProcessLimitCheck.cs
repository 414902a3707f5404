using OpenSre.Core;

namespace OpenSre.Diagnostics;

public sealed class ProcessLimitCheck : ICheck
{
    public CheckInfo Info { get; } = new(
        "pids.use",
        ["host.processes"],
        "A cgroup at 95 % or more of its process limit (decisive), or one that hit it (moderate); the machine at 90 % of pid_max.",
        ["pids.exhausted"],
        "the cgroup uses less than 80 % of its limit now");

    public void Examine(CheckContext context)
    {
        var near = false;
        foreach (var group in context.Records("host.processes", "cgroup_pids"))
        {
            var share = (group.Number("current") ?? 0) / Math.Max(1, group.Number("max") ?? 1);
            var entity = Entities.OwnerOf(group);
            if (share >= 0.95)
            {
                near = true;
                context.Found(group, entity, "pids.count", $"{entity.Name} has {group["current"]} of {group["max"]} processes", "pids.exhausted", 4);
                context.Rechecked(group.Output, Symptom.Processes, entity, true, group.Line, $"{entity.Name} is at its process limit now");
            }
            else
            {
                if (group.Number("limit_hits") > 0)
                {
                    context.Found(group, entity, "pids.hits", $"{entity.Name} has hit its process limit {group["limit_hits"]} times", "pids.exhausted", 1.5, Currency.Unknown);
                }

                if (share < 0.8 && !context.Evidence.Any(e => e.Family == "log.pids.exhausted" && e.Currency == Currency.Now && e.Entity == entity))
                {
                    context.Found(group, entity, "pids.count", $"{entity.Name} has {group["current"]} of {group["max"]} processes", "pids.exhausted", -1.5, contradicts: true);
                }
            }
        }

        foreach (var all in context.Records("host.processes", "processes"))
        {
            var limit = context.Records("host.processes", "pid_limit").Select(r => r.Number("pid_max") ?? 0).FirstOrDefault();
            if (limit > 0 && all.Number("threads") >= 0.9 * limit)
            {
                context.Found(all, context.Host, "pids.table", $"{all["threads"]} of {limit:0} process ids are in use", "pids.exhausted", 4);
            }
            else if (!near)
            {
                context.Rechecked(all.Output, Symptom.Processes, context.Host, false, all.Line, "nothing is near its process limit now", 3.5);
            }
        }
    }
}
