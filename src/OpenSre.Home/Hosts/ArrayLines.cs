using System.Text.RegularExpressions;
using OpenSre.Core;

namespace OpenSre.Home;

/// <summary>Arrays of Linux's md and pools of ZFS that are not whole.</summary>
internal static partial class ArrayLines
{
    /// <summary>Null where there are none at all.</summary>
    public static List<string>? Read(ProbeSections sections, Dictionary<string, string> missing)
    {
        List<string> degraded = [];
        var any = false;
        string? array = null;
        foreach (var line in sections["arrays"] ?? [])
        {
            if (ArrayName().Match(line) is { Success: true } start)
            {
                any = true;
                array = start.Groups[1].Value;
                if (line.Contains("inactive", StringComparison.Ordinal))
                {
                    degraded.Add($"{array} is inactive");
                }
            }
            else if (array is not null && Members().Match(line) is { Success: true } members && members.Value.Contains('_'))
            {
                degraded.Add($"{array} is degraded {members.Value}");
            }
            else if (array is not null && degraded.Count > 0 && Rebuild().Match(line) is { Success: true } rebuild && degraded[^1].StartsWith(array + " ", StringComparison.Ordinal))
            {
                degraded[^1] += $", rebuilding {rebuild.Groups[1].Value}";
            }
        }

        foreach (var fields in (sections["pools"] ?? []).Select(l => l.Split('\t')).Where(f => f.Length == 2))
        {
            any = true;
            if (fields[1] != "ONLINE")
            {
                degraded.Add($"pool {SafeText.Line(fields[0], 60)} is {SafeText.Line(fields[1], 20)}");
            }
        }

        if (sections.Refusal("pools") is { } refusal and not "absent")
        {
            missing["pools"] = SafeText.Line(refusal, 160);
        }

        return any ? degraded : null;
    }

    [GeneratedRegex(@"^(md[A-Za-z0-9_/-]*) : ")]
    private static partial Regex ArrayName();

    [GeneratedRegex(@"\[[U_]+\]")]
    private static partial Regex Members();

    [GeneratedRegex(@"(?:recovery|resync|reshape) *= *([0-9.]+%)")]
    private static partial Regex Rebuild();
}
