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
        // One fact for each victim and time, however often it was killed.
        foreach (var kills in Kills(context).GroupBy(k => (k.Victim, k.Recent)))
        {
            var last = kills.MinBy(k => k.Ago);
            var (victim, recent) = kills.Key;
            var entity = OwnerByName(context, victim, last.Pid);
            var times = kills.Count() == 1 ? "" : $" ({kills.Count()} times)";
            context.Found(last.Line, entity, "oom.kernel", $"the kernel killed {victim} for lack of memory {Words.Ago(last.Ago)}{times}", "memory.oom_killed", recent ? 4 : 0.7, recent ? Currency.Now : Currency.Past, interval: context.Ago(last.Ago));
            if (recent)
            {
                context.Rechecked(last.Line.Output, Symptom.OutOfMemory, entity, true, last.Line.Line, $"the kernel killed {victim} {Words.Ago(last.Ago)}");
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
            if (kills.Count > 0 && !Kills(context).Any(k => k.Recent))
            {
                var last = kills.MinBy(k => k.Number("ago_s") ?? double.MaxValue);
                context.Rechecked(output, Symptom.OutOfMemory, context.Host, false, last.Line, $"the last kill by the OOM killer was {Words.Ago(last.Number("ago_s") ?? 0)}", 3.5);
            }
        }
    }

    private static IEnumerable<(Record Line, string Victim, string Pid, double Ago, bool Recent)> Kills(CheckContext context)
    {
        foreach (var line in context.Records("host.kernel_log", "kernel"))
        {
            if (Killed().Match(line["text"]) is { Success: true } match && line.Number("ago_s") is { } ago)
            {
                var owner = OwnerByName(context, match.Groups["name"].Value, match.Groups["pid"].Value);
                // A kill that its service has since outlived belongs to the past, even if the incident saw it.
                var outlived = ago > 60 && ServiceState.Of(context, owner)?.StableSeconds is > 60;
                yield return (line, match.Groups["name"].Value, match.Groups["pid"].Value, ago, Entities.IsRecent(context, ago) && !outlived);
            }
        }
    }

    private static Entity OwnerByName(CheckContext context, string process, string pid)
    {
        // The kernel names the cgroup of its victim; for a container that is its id.
        foreach (var line in context.Records("host.kernel_log", "kernel"))
        {
            if (Victim().Match(line["text"]) is { Success: true } victim && victim.Groups["pid"].Value == pid)
            {
                var id = victim.Groups["id"].Value;
                var container = context.Records("docker.containers", "container").FirstOrDefault(c => id.StartsWith(c["id"], StringComparison.Ordinal));
                if (container.Line is not null)
                {
                    return Entities.Container(container["name"]);
                }
            }
        }

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

    [GeneratedRegex(@"task_memcg=\S*?(docker[-/])(?<id>[0-9a-f]{12,64})\S*,task=[^,]*,pid=(?<pid>\d+)")]
    private static partial Regex Victim();

    [GeneratedRegex(@"[Kk]illed process (?<pid>\d+) \((?<name>[^)]+)\)")]
    private static partial Regex Killed();
}
