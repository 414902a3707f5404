namespace OpenSre.Diagnostics;

public sealed class DiskIoCheck : ICheck
{
    public CheckInfo Info { get; } = new(
        "disk.io",
        ["host.io"],
        "I/O pressure (full avg10 over 10 %), a disk busy 98 % or more of the time, a cgroup with an I/O limit whose processes are blocked, degraded RAID.",
        ["disk.io_saturated", "disk.io_throttled", "disk.io_errors"],
        "I/O pressure is near zero and nothing is blocked");

    public void Examine(CheckContext context)
    {
        var full = context.Records("host.io", "pressure").Where(r => r["kind"] == "full").Select(r => (Record: r, Value: r.Number("avg10") ?? 0)).ToList();
        var pressed = full.Exists(f => f.Value > 10);
        var blocked = context.Records("host.io", "blocked").ToList();
        var limits = context.Records("host.io", "io_limit").ToList();

        foreach (var limit in limits)
        {
            var entity = Entities.OwnerOf(limit);
            var held = blocked.FindAll(b => Entities.OwnerOf(b) == entity || limit["procs"].Contains(":" + b["pid"], StringComparison.Ordinal));
            var quiet = held.Count == 0 && full.Exists(f => f.Value < 2);
            context.Found(limit, entity, "io.limit", $"the cgroup of {entity.Name} has an I/O limit: {limit["text"]}", "disk.io_throttled", held.Count > 0 || pressed ? 2.5 : 0.5);
            foreach (var process in held)
            {
                context.Found(process, entity, "io.blocked", $"{process["name"]} is blocked in I/O ({process["wait"]})", "disk.io_throttled", 2.5);
            }

            if (quiet)
            {
                context.Found(full[0].Record, entity, "io.pressure", "nothing waits for I/O now", "disk.io_throttled", -1.5, contradicts: true);
            }
        }

        var busy = context.Records("host.io", "disk").Where(d => d.Number("util_pct") >= 98 && d.Number("ops_s") > 0).ToList();
        foreach (var disk in busy)
        {
            var entity = Entities.Device(disk["dev"]);
            context.Found(disk, entity, "io.util", $"{entity.Name} is busy {disk["util_pct"]} % of the time at {disk["await_ms"]} ms a request", "disk.io_saturated", pressed && limits.Count == 0 ? 3 : 1);
        }

        foreach (var (record, value) in full)
        {
            if (value > 10 && limits.Count == 0 && busy.Count > 0)
            {
                context.Found(record, Entities.Device(busy[0]["dev"]), "io.pressure", $"everything waits for I/O {value:0} % of the time", "disk.io_saturated", value > 30 ? 3 : 2);
            }

            if (value is > 10 or < 3)
            {
                context.Rechecked(record.Output, Symptom.DiskIo, context.Host, value > 10 || blocked.Count > 0, value > 10 || blocked.Count == 0 ? record.Line : blocked[0].Line, value > 10 ? $"everything waits for I/O {value:0} % of the time" : blocked.Count > 0 ? $"{blocked[0]["name"]} is blocked in I/O now" : "nothing waits for I/O now");
            }
        }

        foreach (var raid in context.Records("host.io", "raid"))
        {
            if (raid["text"].Contains('_', StringComparison.Ordinal))
            {
                context.Found(raid, Entities.Device(raid["name"]), "raid", $"the array {raid["name"]} runs without one of its disks", "disk.io_errors", 2.5);
            }
        }
    }
}
