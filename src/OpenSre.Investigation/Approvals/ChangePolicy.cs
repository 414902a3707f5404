using System.Text.RegularExpressions;
using OpenSre.Core;

namespace OpenSre.Investigation;

/// <summary>What is never done from here, whoever asks and whatever is trusted.</summary>
public interface IChangePolicy
{
    /// <summary>Why it is refused, in a sentence; null when it may be asked for.</summary>
    string? Refusal(ApprovalRequest request);
}

/// <summary>Refuses what destroys data or a whole machine and cannot be undone.</summary>
public sealed partial class ChangePolicy : IChangePolicy
{
    public string? Refusal(ApprovalRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        foreach (var (pattern, sentence) in Refused())
        {
            if (pattern.IsMatch(request.Command))
            {
                return sentence;
            }
        }

        return null;
    }

    private static IEnumerable<(Regex Pattern, string Sentence)> Refused() =>
    [
        (RecursiveDelete(), "deleting folders and what is in them is not done from here"),
        (Disk(), "writing to a disk or formatting it is not done from here"),
        (Machine(), "turning a machine off or restarting it is not done from here"),
        (Drop(), "dropping or emptying tables and databases is not done from here"),
        (Cluster(), "deleting namespaces, nodes, volumes or everything of a kind is not done from here"),
    ];

    [GeneratedRegex(@"\brm\s+(-\S+\s+)*(-\w*[rR]\w*|--recursive)\b|\bfind\b.*\s-delete\b")]
    private static partial Regex RecursiveDelete();

    [GeneratedRegex(@"\b(mkfs(\.\w+)?|wipefs|fdisk|parted|sgdisk|shred)\b|\bdd\b.*\bof=|>\s*/dev/(sd|nvme|vd|xvd|mapper)")]
    private static partial Regex Disk();

    [GeneratedRegex(@"\b(shutdown|poweroff|halt|reboot)\b|\binit\s+[06]\b")]
    private static partial Regex Machine();

    [GeneratedRegex(@"\b(drop|truncate)\s+(table|database|schema)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Drop();

    [GeneratedRegex(@"\bkubectl\b.*\bdelete\b.*\b(ns|namespaces?|nodes?|pv|pvc|persistentvolumes?|persistentvolumeclaims?|--all)\b|\bdocker\s+(system|volume)\s+(prune|rm)\b")]
    private static partial Regex Cluster();
}
