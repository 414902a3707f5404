using System.Globalization;
using System.Text.RegularExpressions;

namespace OpenSre.Diagnostics;

/// <summary>A line of a diff that says something else than the line it replaced, the rest being the same.</summary>
/// <param name="Key">What both lines share.</param>
/// <param name="Old">The number that was, in the base unit (seconds, bytes, plain).</param>
/// <param name="Line">The added line as it stands in the diff.</param>
public sealed record NumberChange(string Key, double Old, double New, string Line)
{
    public bool Fell => New < Old * 0.95;

    public bool Rose => New > Old * 1.05;
}

/// <summary>What a diff adds, takes away and sets to another value. Reads unified diffs of any language.</summary>
public sealed partial class DiffReading
{
    private const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    public DiffReading(string diff)
    {
        List<string> added = [];
        List<string> removed = [];
        List<string> context = [];
        List<string> blockAdded = [];
        List<string> blockRemoved = [];
        var loop = false;
        void Close()
        {
            Pair(blockRemoved, blockAdded);
            blockAdded.Clear();
            blockRemoved.Clear();
        }

        foreach (var range in diff.AsSpan().Split('\n'))
        {
            var line = diff[range].TrimEnd('\r');
            if (line.StartsWith("+++", StringComparison.Ordinal) || line.StartsWith("---", StringComparison.Ordinal) || line.StartsWith("diff ", StringComparison.Ordinal) || line.StartsWith("@@", StringComparison.Ordinal))
            {
                Close();
                loop = false;
                Headers.Add(line);
                continue;
            }

            var sign = line.Length > 0 ? line[0] : ' ';
            var text = line.Length > 0 ? line[1..].Trim() : "";
            if (sign == '-')
            {
                removed.Add(text);
                blockRemoved.Add(text);
                continue;
            }

            if (LoopHead().IsMatch(text))
            {
                loop = true;
            }
            else if (loop && sign == '+' && CostlyCall().IsMatch(text))
            {
                CallsInLoops.Add(line[1..]);
            }

            if (sign == '+')
            {
                added.Add(text);
                blockAdded.Add(text);
            }
            else if (text.Length > 0)
            {
                context.Add(text);
                if (text is not ("{" or "}" or ")" or "},"))
                {
                    Close();
                }
            }
        }

        Close();
        // What was only moved or set in other spaces is neither added nor taken away.
        Added = Less(added, removed);
        Removed = Less(removed, added);
        Context = context;
    }

    /// <summary>File and hunk headings.</summary>
    public List<string> Headers { get; } = [];

    /// <summary>Added lines without their sign; lines that also were removed, comments and blanks are left out.</summary>
    public IReadOnlyList<string> Added { get; }

    public IReadOnlyList<string> Removed { get; }

    public IReadOnlyList<string> Context { get; }

    public List<NumberChange> Numbers { get; } = [];

    /// <summary>Added calls that look costly (a query, a fetch) inside a loop that is new or stands around them.</summary>
    public List<string> CallsInLoops { get; } = [];

    /// <summary>Whether nothing a program does can differ: only comments, blanks and order changed.</summary>
    public bool IsEmpty => Added.Count == 0 && Removed.Count == 0;

    private static List<string> Less(List<string> lines, List<string> others)
    {
        var left = others.GroupBy(Bare, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Count(), StringComparer.Ordinal);
        List<string> kept = [];
        foreach (var line in lines)
        {
            var bare = Bare(line);
            if (left.TryGetValue(bare, out var count) && count > 0)
            {
                left[bare] = count - 1;
            }
            else if (bare.Length > 0 && !Comment().IsMatch(line))
            {
                kept.Add(line);
            }
        }

        return kept;
    }

    private static string Bare(string line) => Spaces().Replace(line, "").TrimEnd(',', ';');

    /// <summary>Finds lines that stayed the same but for their numbers.</summary>
    private void Pair(List<string> removed, List<string> added)
    {
        var open = added.ToList();
        foreach (var old in removed.Where(o => !Comment().IsMatch(o)))
        {
            var shape = Shape(old);
            var index = open.FindIndex(n => Shape(n) == shape);
            if (index < 0)
            {
                continue;
            }

            var before = Values(old);
            var after = Values(open[index]);
            for (var i = 0; i < Math.Min(before.Count, after.Count); i++)
            {
                if (!before[i].Equals(after[i]))
                {
                    Numbers.Add(new NumberChange(shape, before[i], after[i], open[index]));
                }
            }

            open.RemoveAt(index);
        }
    }

    private static string Shape(string line) => Spaces().Replace(Number().Replace(line, "#"), "");

    private static List<double> Values(string line)
    {
        List<double> values = [];
        foreach (Match match in Number().Matches(line))
        {
            if (double.TryParse(match.Groups["n"].ValueSpan.ToString().Replace("_", "", StringComparison.Ordinal), NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            {
                values.Add(number * Unit(match.Groups["u"].Value));
            }
        }

        return values;
    }

    private static double Unit(string unit)
    {
        var bare = unit.ToLowerInvariant().Replace("time.", "", StringComparison.Ordinal).Trim(' ', '*');
        return bare switch
        {
            "ms" or "millisecond" or "milliseconds" => 1e-3,
            "us" or "microsecond" or "microseconds" => 1e-6,
            "m" or "min" or "minute" or "minutes" => 60,
            "h" or "hour" or "hours" => 3600,
            "d" or "day" or "days" => 86400,
            "ki" or "kib" or "k" or "kb" => 1e3,
            "mi" or "mib" or "mb" => 1e6,
            "gi" or "gib" or "g" or "gb" => 1e9,
            _ => 1,
        };
    }

    [GeneratedRegex(@"^\s*(for|foreach|while|each)\b|\.(map|forEach|each|flatMap)\s*\(|\bfor\s+\w+.*\bin\b.*:|\bloop\b", Options)]
    private static partial Regex LoopHead();

    [GeneratedRegex(@"\b\w*(get|find|fetch|query|load|lookup|select|exec|call|read|send|post|request|scan|list|resolve)\w*\s*\(", Options)]
    private static partial Regex CostlyCall();

    [GeneratedRegex(@"^\s*(//|#(?!include)|/\*|\*|--\s|<!--|;)", Options)]
    private static partial Regex Comment();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    [GeneratedRegex(@"(?<![\w.])(?<n>\d[\d_]*(\.\d+)?)(?<u>\s*\*\s*time\.(Millisecond|Microsecond|Second|Minute|Hour)s?|(ms|us|s|m|min|h|d|ki|mi|gi|kb|mb|gb|k|g|mib|gib)\b)?", Options)]
    private static partial Regex Number();
}
