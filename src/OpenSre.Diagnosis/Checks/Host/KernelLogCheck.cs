using System.Text.RegularExpressions;
using OpenSre.Core;

namespace OpenSre.Diagnostics;

public sealed partial class KernelLogCheck : ICheck
{
    private static readonly (Regex Pattern, string Fault, string Claim, double Weight)[] Signatures =
    [
        (IoError(), "disk.io_errors", "the kernel reports an I/O error on {0}", 3.5),
        (Remount(), "disk.read_only", "the kernel remounted {0} read-only", 2.5),
        (FilesystemError(), "disk.io_errors", "the filesystem on {0} reports an error", 2.5),
        (Conntrack(), "network.conntrack_full", "the connection tracking table overflowed", 3.5),
        (Thermal(), "thermal.overheating", "the CPU was throttled for its temperature", 3),
        (LinkDown(), "network.interface_down", "the link of {0} went down", 2),
        (SegFault(), "service.crash", "{0} crashed with a memory fault", 3),
    ];

    public CheckInfo Info { get; } = new(
        "kernel.log",
        ["host.kernel_log"],
        "Kernel messages of the incident's time: I/O and filesystem errors, remounts, full connection tracking, thermal throttling, links going down, crashes of programs. Older ones are kept as past and weigh a third.",
        ["disk.io_errors", "disk.read_only", "network.conntrack_full", "thermal.overheating", "network.interface_down", "service.crash"],
        "the present state of the same thing is good");

    public void Examine(CheckContext context)
    {
        HashSet<(string, Entity, bool)> said = [];
        // Newest last in the log, so read it backwards: older lines that say the same add nothing.
        foreach (var line in context.Records("host.kernel_log", "kernel").Reverse())
        {
            foreach (var (pattern, fault, claim, weight) in Signatures)
            {
                if (pattern.Match(line["text"]) is not { Success: true } match)
                {
                    continue;
                }

                var name = match.Groups["name"].Value;
                var entity = fault switch
                {
                    "network.conntrack_full" or "thermal.overheating" => context.Host,
                    "network.interface_down" => new Entity(EntityKind.NetworkInterface, name),
                    "service.crash" => Entities.Service(name),
                    _ => ByDevice(context, name, fault),
                };
                var ago = line.Number("ago_s");
                var recent = ago is { } seconds && Entities.IsRecent(context, seconds);
                if (!said.Add((fault, entity, recent)))
                {
                    break;
                }

                context.Found(line, entity, "kernel", string.Format(claim, entity.Name) + (ago is { } a ? " " + Words.Ago(a) : ""), fault, recent ? weight : weight / 3, recent ? Currency.Now : Currency.Past, interval: ago is { } s ? context.Ago(s) : null);
                break;
            }
        }
    }

    private static Entity ByDevice(CheckContext context, string device, string fault)
    {
        if (fault == "disk.read_only")
        {
            var mount = context.Records("host.disk", "filesystem").FirstOrDefault(f => f["dev"].EndsWith("/" + device, StringComparison.Ordinal));
            return mount.Line is null ? Entities.Device(device) : Entities.Filesystem(mount["mount"]);
        }

        return Entities.Device(device);
    }

    [GeneratedRegex(@"I/O error,? (on )?dev(ice)? (?<name>[\w-]+)|(?<name>nvme\d+n\d+|sd[a-z]+).*(timeout|I/O error)", RegexOptions.IgnoreCase)]
    private static partial Regex IoError();

    [GeneratedRegex(@"\((?<name>[\w-]+)\).*[Rr]emounting filesystem read-only|(?<name>[\w-]+): forced readonly")]
    private static partial Regex Remount();

    [GeneratedRegex(@"(EXT4-fs error \(device |XFS \(|BTRFS (error|critical)[^(]*\(device )(?<name>[\w-]+)\)")]
    private static partial Regex FilesystemError();

    [GeneratedRegex(@"nf_conntrack: .*table full", RegexOptions.IgnoreCase)]
    private static partial Regex Conntrack();

    [GeneratedRegex(@"temperature above threshold|cpu clock throttled|under-voltage detected", RegexOptions.IgnoreCase)]
    private static partial Regex Thermal();

    [GeneratedRegex(@"(?<name>[a-z]+[a-z0-9.]*):? (NIC )?link is down", RegexOptions.IgnoreCase)]
    private static partial Regex LinkDown();

    [GeneratedRegex(@"(traps: )?(?<name>[\w.-]+)\[\d+\]:? (segfault|general protection)", RegexOptions.IgnoreCase)]
    private static partial Regex SegFault();
}
