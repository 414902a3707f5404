namespace OpenSre.Diagnostics;

public sealed class ReadOnlyCheck : ICheck
{
    private static readonly string[] WritableTypes = ["ext2", "ext3", "ext4", "xfs", "btrfs", "f2fs", "zfs", "vfat", "nfs", "nfs4"];

    public CheckInfo Info { get; } = new(
        "disk.read_only",
        ["host.disk"],
        "A filesystem of a writable type that is mounted read-only (moderate: it may be meant so; strong when the alert or a log complains of it).",
        ["disk.read_only"],
        "the filesystem is mounted read-write");

    public void Examine(CheckContext context)
    {
        foreach (var fs in context.Records("host.disk", "filesystem"))
        {
            var entity = Entities.Filesystem(fs["mount"]);
            var readOnly = fs["opts"].Split(' ')[0].Split(',').Contains("ro");
            if (!readOnly)
            {
                context.Found(fs, entity, "disk.mount", $"{entity.Name} is mounted read-write", "disk.read_only", -2, contradicts: true);
                if (context.Reading.Paths.Exists(p => Entities.MountOf(context, p) == entity))
                {
                    context.Rechecked(fs.Output, Symptom.ReadOnly, entity, false, fs.Line, $"{entity.Name} is mounted read-write now");
                }
            }
            else if (WritableTypes.Contains(fs["type"]) && !MeantSo(fs["mount"]))
            {
                context.Found(fs, entity, "disk.mount", $"{entity.Name} ({fs["type"]}) is mounted read-only", "disk.read_only", context.Reading.Has(Symptom.ReadOnly) ? 4 : 2.5);
                if (context.Reading.Paths.Count == 0 || context.Reading.Paths.Exists(p => Entities.MountOf(context, p) == entity))
                {
                    context.Rechecked(fs.Output, Symptom.ReadOnly, entity, true, fs.Line, $"{entity.Name} is mounted read-only now");
                }
            }
        }
    }

    /// <summary>Places that many systems mount read-only on purpose.</summary>
    private static bool MeantSo(string mount) =>
        mount is "/usr" or "/boot" or "/nix/store" || mount.StartsWith("/boot/", StringComparison.Ordinal) || mount.StartsWith("/snap/", StringComparison.Ordinal);
}
