namespace OpenSre.Diagnostics;

public sealed class MemoryCheck : ICheck
{
    public CheckInfo Info { get; } = new(
        "memory.use",
        ["host.memory", "host.overview"],
        "Available memory under 4 % (decisive) or 10 % of the whole; a cgroup at 95 % or more of its limit without reclaimable cache; memory pressure.",
        ["memory.exhausted"],
        "more than 15 % is available and memory pressure is near zero");

    public void Examine(CheckContext context)
    {
        foreach (var memory in context.Records("host.memory", "memory"))
        {
            var share = 100 * (memory.Number("memavailable_kb") ?? 0) / Math.Max(1, memory.Number("memtotal_kb") ?? 1);
            if (share < 10)
            {
                context.Found(memory, context.Host, "memory.available", $"only {share:0.#} % of the memory is available", "memory.exhausted", share < 4 ? 4 : 2);
                context.Rechecked(memory.Output, Symptom.Memory, context.Host, true, memory.Line, $"only {share:0.#} % of the memory is available now");
            }
            else if (share > 15)
            {
                context.Found(memory, context.Host, "memory.available", $"{share:0} % of the memory is available", "memory.exhausted", -2, contradicts: true);
                if (!LimitNear(context))
                {
                    context.Rechecked(memory.Output, Symptom.Memory, context.Host, false, memory.Line, $"{share:0} % of the memory is available now", 3);
                }
            }
        }

        foreach (var group in context.Records("host.memory", "cgroup_memory"))
        {
            var used = Share(group);
            var entity = Entities.OwnerOf(group);
            if (used >= 0.95)
            {
                context.Found(group, entity, "memory.limit", $"{entity.Name} uses {used:P0} of its memory limit of {Words.Bytes(group.Number("limit") ?? 0)}", "memory.exhausted", group.Number("limit_hits") > 0 ? 4 : 3);
                context.Rechecked(group.Output, Symptom.Memory, entity, true, group.Line, $"{entity.Name} is at its memory limit now");
            }
            else if ((group.Number("usage") ?? 0) >= 0.97 * (group.Number("limit") ?? double.MaxValue) && group.Number("limit_hits") > 100)
            {
                // Full of cache that it needs: it reclaims instead of being killed.
                context.Found(group, entity, "memory.limit", $"{entity.Name} is at its memory limit with its cache and has hit it {group["limit_hits"]} times", "memory.exhausted", 3);
                context.Rechecked(group.Output, Symptom.Memory, entity, true, group.Line, $"{entity.Name} is at its memory limit now");
            }
            else if (used < 0.85)
            {
                context.Found(group, entity, "memory.limit", $"{entity.Name} uses {used:P0} of its memory limit", "memory.exhausted", -2, contradicts: true);
            }
        }

        foreach (var pressure in context.Records("host.memory", "pressure").Where(r => r["kind"] == "full"))
        {
            if (pressure.Number("avg10") > 5)
            {
                context.Found(pressure, context.Host, "memory.pressure", $"everything waits for memory {pressure["avg10"]} % of the time", "memory.exhausted", 2.5);
            }
        }
    }

    private static bool LimitNear(CheckContext context) =>
        context.Records("host.memory", "cgroup_memory").Any(g => Share(g) >= 0.9 || ((g.Number("usage") ?? 0) >= 0.97 * (g.Number("limit") ?? double.MaxValue) && g.Number("limit_hits") > 100));

    private static double Share(Record group) =>
        ((group.Number("usage") ?? 0) - (group.Number("inactive_file") ?? 0)) / Math.Max(1, group.Number("limit") ?? 1);
}
