using OpenSre.Core;

namespace OpenSre.Home;

/// <summary>What is looked at seldom: updates that wait, and what disks say of themselves.</summary>
internal sealed record SlowParts(DateTimeOffset At, int? Updates, string? NoUpdates, IReadOnlyList<string>? FailingDisks, string? NoDisks)
{
    public static SlowParts Read(ProbeSections sections, DateTimeOffset at)
    {
        var updates = sections["updates"] is [var count, ..] && ReadingParser.Whole(count.Trim()) is { } number ? (int?)number : null;
        var asked = (sections["smart"] ?? []).Select(ReadingParser.Fields).Where(f => f.Length == 2 && ReadingParser.Whole(f[1]) is not null).Select(f => (Disk: SafeText.Line(f[0], 60), Code: (int)ReadingParser.Whole(f[1])!.Value)).ToList();
        // Bits 0 and 1: it could not be asked, or sleeps. Bit 3: it says it fails. Bit 4: an attribute is below its limit.
        var answered = asked.Where(d => (d.Code & 3) == 0 && d.Code < 124).ToList();
        List<string> failing = [.. answered.Where(d => (d.Code & 8) != 0).Select(d => $"{d.Disk} says that it is failing"), .. answered.Where(d => (d.Code & 24) == 16).Select(d => $"{d.Disk} is worn below its maker's limit")];
        return new SlowParts(
            at,
            updates,
            updates is null ? sections.Refusal("updates") switch { "absent" or null => "no package manager that is known here", var said => SafeText.Line(said, 160) } : null,
            answered.Count > 0 ? failing : null,
            answered.Count > 0 ? null : sections.Refusal("smart") switch { "absent" => "smartctl is not installed there", null => "the disks may not be asked by this user, or sleep", var said => SafeText.Line(said, 160) });
    }

    public HostReading Into(HostReading reading)
    {
        Dictionary<string, string> missing = new(reading.Missing, StringComparer.Ordinal);
        if (NoUpdates is not null)
        {
            missing["updates"] = NoUpdates;
        }

        if (NoDisks is not null)
        {
            missing["smart"] = NoDisks;
        }

        return reading with { UpdatesPending = Updates, FailingDisks = FailingDisks, Missing = missing };
    }
}
