using OpenSre.Core;

namespace OpenSre.Diagnostics;

public sealed class DiskSpaceCheck : ICheck
{
    public CheckInfo Info { get; } = new(
        "disk.space",
        ["host.disk"],
        "A filesystem at 98 % or more with less than 5 GiB left (decisive), at 90 % or more (weak), or growing so that it is full within two hours; the same for inodes; large deleted files that are still open.",
        ["disk.space_exhausted", "disk.inodes_exhausted"],
        "the filesystem is at 90 % or less now");

    public void Examine(CheckContext context)
    {
        HashSet<(string Device, string Size)> seen = [];
        foreach (var fs in context.Records("host.disk", "filesystem").OrderByDescending(f => f.Number("use_pct") ?? 0).ThenBy(f => f["mount"].Length))
        {
            // One filesystem mounted at a second place is said once, unless the alert speaks of that place.
            if (fs["dev"].StartsWith("/dev/", StringComparison.Ordinal) && !seen.Add((fs["dev"], fs["size_kb"])) && !context.Reading.Paths.Exists(p => Entities.MountOf(context, p)?.Name == fs["mount"]))
            {
                continue;
            }

            // A container's own root lies on a filesystem that is listed itself.
            if (IsSmallByNature(fs) || (fs["type"] == "overlay" && fs["mount"] != "/"))
            {
                continue;
            }

            var entity = Entities.Filesystem(fs["mount"]);
            Judge(context, fs, entity, "space", fs.Number("use_pct"), fs.Number("avail_kb") is { } kb ? kb / 1024 / 1024 < 5 : true, "disk.space_exhausted", Symptom.DiskSpace);
            if (fs.Number("inodes") > 0)
            {
                Judge(context, fs, entity, "inodes", fs.Number("inode_use_pct"), true, "disk.inodes_exhausted", Symptom.Inodes);
            }

            if (fs.Number("growth_kb_s") is > 64 and var growth && fs.Number("avail_kb") is > 0 and var left && left / growth < 7200)
            {
                context.Found(fs, entity, "disk.growth", $"{entity.Name} grows by {growth:0} kB/s and is full in {Math.Max(1, left / growth / 60):0} min", "disk.space_exhausted", 2);
            }

            foreach (var deleted in context.Records("host.disk", "deleted_open"))
            {
                if (fs.Number("use_pct") >= 90 && Entities.MountOf(context, deleted["path"].Replace(" (deleted)", "", StringComparison.Ordinal)) == entity)
                {
                    var share = (deleted.Number("bytes") ?? 0) / 1024 / Math.Max(1, fs.Number("size_kb") ?? 1);
                    context.Found(deleted, entity, "disk.deleted", $"{deleted["name"]} still holds {Words.Bytes(deleted.Number("bytes") ?? 0)} of a deleted file open on {entity.Name}", "disk.space_exhausted", share >= 0.25 ? 3 : share >= 0.1 ? 1.5 : 0.5);
                    context.Relate(Entities.OwnerOf(deleted), entity, RelationKind.Uses);
                }
            }
        }
    }

    private static void Judge(CheckContext context, Record fs, Entity entity, string what, double? percent, bool scarce, string fault, Symptom symptom)
    {
        if (percent is not { } used)
        {
            return;
        }

        // Where the alert speaks of a machine by a name or paths that are not known here, any full filesystem may be the one it means.
        var elsewhere = !context.IsAboutThisHost;
        var named = context.Reading.Paths.Count == 0 || context.Reading.Paths.Exists(p => Entities.MountOf(context, p) == entity) || (elsewhere && used >= 98);
        if (used >= 98 && scarce)
        {
            context.Found(fs, entity, "disk." + what, $"{entity.Name} has used {used:0} % of its {what}", fault, used >= 100 || fs.Number("avail_kb") < 1024 ? 4 : 3.5);
            context.Suggest(ToolCall.With("host.disk_usage", ("path", entity.Name)), $"what fills {entity.Name}", 0.5, fault);
        }
        else if (used >= 90)
        {
            context.Found(fs, entity, "disk." + what, $"{entity.Name} has used {used:0} % of its {what}", fault, 2);
        }
        else if (used <= 85)
        {
            context.Found(fs, entity, "disk." + what, $"{entity.Name} has used only {used:0} % of its {what}", fault, -2, contradicts: true);
        }

        if (context.Reading.Has(symptom) && named)
        {
            // "Disk full" can also mean that it has no inodes left: space alone does not clear the alert then.
            var complete = symptom != Symptom.DiskSpace || fs.Number("inode_use_pct") < 90;
            if (used >= 90 || complete)
            {
                context.Rechecked(fs.Output, symptom, entity, used >= 90, fs.Line, $"{entity.Name} has used {used:0} % of its {what} now", elsewhere && used < 90 ? 2 : context.Reading.Paths.Count == 0 ? 3.5 : 4);
            }
        }
    }

    /// <summary>Images that are full by construction.</summary>
    private static bool IsSmallByNature(Record fs) =>
        fs["type"] is "iso9660" or "squashfs" or "erofs" or "cramfs" || (fs["type"] == "tmpfs" && fs.Number("size_kb") < 64);
}
