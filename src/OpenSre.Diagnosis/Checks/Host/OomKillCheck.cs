using System.Text.RegularExpressions;
using OpenSre.Core;

namespace OpenSre.Diagnostics;

public sealed partial class OomKillCheck : ICheck
{
    public CheckInfo Info { get; } = new(
        "memory.oom_kill",
        ["host.kernel_log", "host.memory"],
        "A kill by the kernel's OOM killer within the incident (decisive) or before it (weak and past); OOM kills counted by the cgroup of a service.",
        ["memory.oom_killed"],
        "the service has run unharmed since, for longer than the incident");

    public void Examine(CheckContext context)
    {
        foreach (var line in context.Records("host.kernel_log", "kernel"))
        {
            if (Killed().Match(line["text"]) is not { Success: true } match || line.Number("ago_s") is not { } ago)
            {
                continue;
            }

            var entity = OwnerByName(context, match.Groups["name"].Value, match.Groups["pid"].Value);
            var recent = Entities.IsRecent(context, ago);
            context.Found(line, entity, "oom.kernel", $"the kernel killed {match.Groups["name"].Value} for lack of memory {Words.Ago(ago)}", "memory.oom_killed", recent ? 4 : 0.7, recent ? Currency.Now : Currency.Past, interval: context.Ago(ago));
            if (recent)
            {
                context.Rechecked(line.Output, Symptom.OutOfMemory, entity, true, line.Line, $"the kernel killed {match.Groups["name"].Value} {Words.Ago(ago)}");
            }
        }

        foreach (var group in context.Records("host.memory", "cgroup_memory"))
        {
            var entity = Entities.OwnerOf(group);
            if (group.Number("oom_kills") > 0)
            {
                var restarting = context.Records("service.list", "service").Any(s => s["name"] == entity.Name && (s["changed_in_2s"] == "yes" || s.Number("since_s") < 60));
                context.Found(group, entity, "oom.cgroup", $"the cgroup of {entity.Name} has counted {group["oom_kills"]} OOM kills", "memory.oom_killed", restarting ? 3.5 : 2, restarting ? Currency.Now : Currency.Unknown);
            }
        }

        // No kill since the incident began: the complaint no longer holds.
        foreach (var output in context.Outputs("host.kernel_log"))
        {
            var kills = context.Records(output).Where(r => r.Kind == "kernel" && Killed().IsMatch(r["text"])).ToList();
            if (kills.Count > 0 && kills.TrueForAll(k => k.Number("ago_s") is { } ago && !Entities.IsRecent(context, ago)))
            {
                var last = kills.MinBy(k => k.Number("ago_s") ?? double.MaxValue);
                context.Rechecked(output, Symptom.OutOfMemory, context.Host, false, last.Line, $"the last kill by the OOM killer was {Words.Ago(last.Number("ago_s") ?? 0)}, before the incident", 3.5);
            }
        }
    }

    private static Entity OwnerByName(CheckContext context, string process, string pid)
    {
        foreach (var (tool, kind) in new[] { ("host.memory", "process"), ("host.processes", "process"), ("host.memory", "cgroup_memory") })
        {
            foreach (var record in context.Records(tool, kind))
            {
                if (record["service"].Length > 0 && (record["pid"] == pid || record["name"] == process || record["procs"].Split(',').Any(p => p.Split(':')[0] == process)))
                {
                    return Entities.Owner(record["service"]);
                }
            }
        }

        // The victim is gone; a service whose only limit was hit is the likely owner.
        var struck = context.Records("host.memory", "cgroup_memory").Where(g => g.Number("oom_kills") > 0 && g["service"].Length > 0).ToList();
        return struck.Count == 1 ? Entities.Owner(struck[0]["service"]) : Entities.Service(process);
    }

    [GeneratedRegex(@"[Kk]illed process (?<pid>\d+) \((?<name>[^)]+)\)")]
    private static partial Regex Killed();
}
