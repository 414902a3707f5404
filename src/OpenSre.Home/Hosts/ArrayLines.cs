using System.Text.RegularExpressions;
using OpenSre.Core;

namespace OpenSre.Home;

/// <summary>Arrays of Linux's md and pools of ZFS: which are whole and which are not.</summary>
internal static partial class ArrayLines
{
    /// <summary>Both in a few words each, such as "md0 (raid1) [UU]" and "md1 is degraded [U_]"; null where there are none at all.</summary>
    public static (List<string> Whole, List<string> Degraded)? Read(ProbeSections sections, Dictionary<string, string> missing)
    {
        List<string> whole = [], degraded = [];
        foreach (var array in Arrays(sections["arrays"] ?? []))
        {
            (array.IsWhole ? whole : degraded).Add(array.Words);
        }

        foreach (var fields in (sections["pools"] ?? []).Select(l => l.Split('\t')).Where(f => f.Length == 2))
        {
            var name = SafeText.Line(fields[0], 60);
            (fields[1] == "ONLINE" ? whole : degraded).Add(fields[1] == "ONLINE" ? $"pool {name}" : $"pool {name} is {SafeText.Line(fields[1], 20)}");
        }

        if (sections.Refusal("pools") is { } refusal and not "absent")
        {
            missing["pools"] = SafeText.Line(refusal, 160);
        }

        return whole.Count + degraded.Count > 0 ? (whole, degraded) : null;
    }

    /// <summary>An array's own line, then lines about its members and what is done with it.</summary>
    private static IEnumerable<(string Words, bool IsWhole)> Arrays(IReadOnlyList<string> lines)
    {
        for (var i = 0; i < lines.Count; i++)
        {
            if (ArrayName().Match(lines[i]) is not { Success: true } start)
            {
                continue;
            }

            var about = lines.Skip(i + 1).TakeWhile(l => !ArrayName().IsMatch(l)).ToList();
            var name = SafeText.Line(start.Groups[1].Value, 40);
            var members = about.Select(l => Members().Match(l)).FirstOrDefault(m => m.Success)?.Value ?? "";
            var rebuild = about.Select(l => Rebuild().Match(l)).FirstOrDefault(m => m.Success);
            var doing = rebuild is null ? "" : $", rebuilding {rebuild.Groups[2].Value}";
            var level = start.Groups[2].Success ? $" ({start.Groups[2].Value})" : "";
            yield return lines[i].Contains("inactive", StringComparison.Ordinal) ? ($"{name} is inactive{doing}", false)
                : members.Contains('_') ? ($"{name} is degraded {members}{doing}", false)
                : ($"{name}{level}{(members.Length > 0 ? " " + members : "")}{(rebuild is null ? "" : $", {rebuild.Groups[1].Value} at {rebuild.Groups[2].Value}")}", true);
        }
    }

    [GeneratedRegex(@"^(md[A-Za-z0-9_/-]*) : (?:active (?:\([a-z-]+\) )*(raid[0-9]+|linear|multipath))?")]
    private static partial Regex ArrayName();

    [GeneratedRegex(@"\[[U_]+\]")]
    private static partial Regex Members();

    [GeneratedRegex(@"(recovery|resync|reshape|check) *= *([0-9.]+%)")]
    private static partial Regex Rebuild();
}
