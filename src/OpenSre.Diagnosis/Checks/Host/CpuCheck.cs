using OpenSre.Core;

namespace OpenSre.Diagnostics;

public sealed class CpuCheck : ICheck
{
    /// <summary>Below this many percent there are cores to spare whatever waits.</summary>
    private const double Idle = 60;

    public CheckInfo Info { get; } = new(
        "cpu.use",
        ["host.cpu"],
        "All cores busy at 90 % or more together with CPU pressure (some avg10 over 20 %); a cgroup throttled in a quarter or more of its periods.",
        ["cpu.saturated", "cpu.throttled"],
        "the cores are less than 75 % busy and CPU pressure is low, or less than 60 % and nothing is throttled: a high load average alone is no problem");

    public void Examine(CheckContext context)
    {
        var throttledNow = false;
        foreach (var group in context.Records("host.cpu", "cgroup_cpu"))
        {
            var periods = group.Number("periods") ?? 0;
            var share = periods > 0 ? (group.Number("throttled") ?? 0) / periods : 0;
            var entity = Entities.OwnerOf(group);
            if (share >= 0.25)
            {
                throttledNow = true;
                context.Found(group, entity, "cpu.throttle", $"{entity.Name} was throttled in {share:P0} of the last {periods:0} periods", "cpu.throttled", share >= 0.5 ? 4 : 3);
                context.Rechecked(group.Output, Symptom.Cpu, entity, true, group.Line, $"{entity.Name} is throttled now");
            }
            else if (group.Number("throttled_total") > 0)
            {
                context.Found(group, entity, "cpu.throttle", $"{entity.Name} was throttled at some time, but not now", "cpu.throttled", 1, Currency.Past);
                context.Found(group, entity, "cpu.throttle", $"{entity.Name} is not throttled now", "cpu.throttled", -2, contradicts: true);
            }
        }

        var some = context.Records("host.cpu", "pressure").FirstOrDefault(r => r["kind"] == "some");
        var pressure = some.Line is null ? (double?)null : some.Number("avg10");
        foreach (var cpu in context.Records("host.cpu", "cpu"))
        {
            var busy = cpu.Number("busy_pct") ?? 0;
            var top = context.Records("host.cpu", "process").OrderByDescending(p => p.Number("cpu_pct") ?? 0).Where(p => p.Output == cpu.Output).ToList();
            if (busy >= 90)
            {
                // The machine is the thing that suffers; the process that uses most is the thing to act on.
                // Workers of one service are one consumer.
                var consumers = top.GroupBy(Entities.OwnerOf).Select(g => (Owner: g.Key, Most: g.First(), Used: g.Sum(p => p.Number("cpu_pct") ?? 0), Count: g.Count())).OrderByDescending(g => g.Used).ToList();
                var hog = consumers.Find(c => c.Used >= 50);
                var entity = hog.Owner ?? context.Host;
                // Time that no process seen here accounts for is spent elsewhere: in other containers, or by the hypervisor.
                var seen = top.Sum(p => p.Number("cpu_pct") ?? 0) / Math.Max(1, (cpu.Number("cores") ?? 1) * busy);
                var share = seen >= 0.5 ? 1 : seen >= 0.2 ? 0.6 : 0.25;
                context.Relate(context.Host, entity, RelationKind.DependsOn);
                context.Found(cpu, entity, "cpu.busy", $"the {cpu["cores"]} cores are {busy:0} % busy" + (share < 1 ? ", but the processes that can be seen account for little of it" : ""), "cpu.saturated", (pressure is null or > 20 ? 3 : 1.5) * share);
                if (hog.Owner is not null)
                {
                    var others = hog.Count > 1 ? $", {entity.Name} with its {hog.Count} processes {hog.Used:0} %" : "";
                    context.Found(hog.Most, entity, "cpu.process", $"{hog.Most["name"]} (pid {hog.Most["pid"]}) uses {hog.Most["cpu_pct"]} % of a core{others}", "cpu.saturated", 1.5);
                }

                if (pressure > 20)
                {
                    context.Found(some, entity, "cpu.pressure", $"something waits for a CPU {pressure:0} % of the time", "cpu.saturated", 1.5 * share);
                }

                context.Rechecked(cpu.Output, Symptom.Cpu | Symptom.Load, context.Host, true, cpu.Line, $"the cores are {busy:0} % busy now");
            }
            else if (!throttledNow && ((busy < 75 && pressure is null or < 10) || busy < Idle))
            {
                // Pressure beside idle cores is of something held back by its own quota, and none was found to be.
                context.Rechecked(cpu.Output, Symptom.Cpu | Symptom.Load, context.Host, false, cpu.Line, $"the cores are only {busy:0} % busy now" + (pressure is { } p ? $" and something waits for a CPU {p:0.#} % of the time" : ""));
            }
        }
    }
}
