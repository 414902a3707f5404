namespace OpenSre.Diagnostics;

public sealed class DiskUsageCheck : ICheck
{
    public CheckInfo Info { get; } = new(
        "disk.usage",
        ["host.disk_usage"],
        "What fills a full filesystem: the largest file written lately, the directory with the most entries.",
        ["disk.space_exhausted", "disk.inodes_exhausted"],
        "the filesystem has room again");

    public void Examine(CheckContext context)
    {
        foreach (var output in context.Outputs("host.disk_usage"))
        {
            var entity = Entities.MountOf(context, output.Arguments["path"]) ?? Entities.Filesystem(output.Arguments["path"]);
            var records = context.Records(output);
            var files = records.Where(r => r.Kind == "file").ToList();
            if (files.Count > 0)
            {
                var largest = files.MaxBy(f => f.Number("bytes") ?? 0);
                context.Found(largest, entity, "disk.content", $"the largest file on {entity.Name} is {largest["path"]} ({largest.Number("bytes") / 1048576:0.#} MiB, written {Words.Ago(largest.Number("modified_s_ago") ?? 0)})", "disk.space_exhausted", 0.3);
            }

            var entries = records.Where(r => r.Kind == "entries" && r.Number("count") > 1000).ToList();
            if (entries.Count > 0)
            {
                context.Found(entries[0], entity, "disk.content", $"{entries[0]["path"]} holds {entries[0]["count"]} entries", "disk.inodes_exhausted", 0.5);
            }
        }
    }
}
