using OpenSre.Core;
using OpenSre.Fleet;
using OpenSre.Terminal;

namespace OpenSre.Cli;

/// <summary>The agents as a table.</summary>
internal static class FleetTable
{
    /// <summary>So many minutes are drawn.</summary>
    private const int Minutes = 15;

    private static readonly string[] Headings = ["agent", "pid", "uptime", "cpu%", "mem", "tokens/min", "$/hr", "$", "err/min", "status", "branch", "model"];
    private static readonly bool[] ToTheRight = [false, true, true, true, true, true, true, true, true, false, false, false];

    /// <summary>The ways to sort, and what they compare.</summary>
    public static readonly IReadOnlyDictionary<string, Func<AgentView, double>> Orders = new Dictionary<string, Func<AgentView, double>>(StringComparer.Ordinal)
    {
        ["cpu"] = v => -(v.Cpu ?? 0),
        ["mem"] = v => -v.Memory,
        ["tokens"] = v => -(v.TokensPerMinute ?? 0),
        ["cost"] = v => -(double)v.Meter.Cost,
        ["errors"] = v => -v.ErrorsPerMinute,
        ["uptime"] = v => -v.Uptime.TotalSeconds,
        ["status"] = v => v.Status.State switch { AgentState.Crashed => 0, AgentState.Stuck => 1, AgentState.Looping => 2, AgentState.RateLimited => 3, AgentState.Waiting => 4, AgentState.Active => 5, _ => 6 },
    };

    /// <summary>The columns in the order in which they give way where there is no room: the status stands below the row as well.</summary>
    private static readonly int[] GiveWay = [9, 11, 10, 6, 8, 4, 2, 5, 3, 7];

    /// <param name="rows">No more lines than so many, but at least one agent; 0 for all.</param>
    public static string Text(IReadOnlyList<AgentView> fleet, Look look, int rows = 0)
    {
        var (head, agents, foot) = Layout(fleet, look);
        if (rows > 0 && head.Count + agents.Sum(a => a.Count) + foot.Count > rows)
        {
            var (room, fit) = (rows - head.Count - foot.Count - 1, 0);
            while (fit < agents.Count && (fit == 0 || agents[fit].Count <= room))
            {
                room -= agents[fit++].Count;
            }

            foot = [look.Dim(SafeText.Line($"{agents.Count - fit} more have no room here: --sort and --filter bring others up", Math.Max(look.Width, 20))), .. foot];
            agents = [.. agents.Take(fit)];
        }

        return string.Concat(head.Concat(agents.SelectMany(a => a)).Concat(foot).Select(l => l + "\n"));
    }

    /// <summary>The same in lines: the headings, those of each agent, what stands below. No line is wider than the look.</summary>
    public static (IReadOnlyList<string> Head, IReadOnlyList<IReadOnlyList<string>> Agents, IReadOnlyList<string> Foot) Layout(IReadOnlyList<AgentView> fleet, Look look)
    {
        if (fleet.Count == 0)
        {
            return ([], [], ["no agents discovered or registered yet"]);
        }

        var rows = fleet.Select(Row).ToList();
        var widths = Headings.Select((h, i) => Math.Max(h.Length, rows.Max(r => r[i].Length))).ToArray();
        var shown = Enumerable.Range(0, Headings.Length).ToList();
        foreach (var column in GiveWay)
        {
            if (look.Width > 0 && shown.Sum(c => widths[c] + 2) - 2 > look.Width)
            {
                shown.Remove(column);
            }
        }

        if (look.Width > 0)
        {
            widths[0] = Math.Clamp(look.Width - shown.Skip(1).Sum(c => widths[c] + 2), 1, widths[0]);
        }

        return (
            [look.Dim(Line(Headings, widths, shown))],
            [.. rows.Select((r, i) => (IReadOnlyList<string>)[Line(r, widths, shown), .. Below(fleet[i], look)])],
            [.. Joined([$"{fleet.Count} {(fleet.Count == 1 ? "agent" : "agents")}", Cost(fleet), $"list prices of {Prices.AsOf}"], look.Width, 0).Select(look.Dim)]);
    }

    /// <summary>What all of them have cost. An agent without records costs something too: then the sum is the least it can be.</summary>
    internal static string Cost(IReadOnlyList<AgentView> fleet) =>
        fleet.All(v => !v.Meter.HasRecords)
            ? "cost not known"
            : $"{(fleet.Any(v => !v.Meter.HasRecords || v.Meter.HasUnpriced) ? ">" : "")}${fleet.Sum(v => v.Meter.Cost):0.00} in all";

    /// <summary>Tokens a minute as bars, the oldest first; empty when there were none.</summary>
    internal static string Sparkline(IReadOnlyList<long> values)
    {
        const string Bars = "▂▃▄▅▆▇█";
        var most = values.Max();
        return most == 0 ? "" : string.Concat(values.Select(v => v == 0 ? '▁' : Bars[(int)Math.Min(Bars.Length - 1, v * Bars.Length / most)]));
    }

    /// <summary>The reason below the row: what the status rests on, what it does, what it may still spend.</summary>
    private static IEnumerable<string> Below(AgentView view, Look look)
    {
        var word = view.Status.Word;
        List<string> more = [view.Status.Reason];
        if (view.Meter.Current is { } tool)
        {
            more.Add(SafeText.Line(Redaction.Apply($"{tool.Tool} {tool.Detail}"), 60));
        }

        if (view.Meter.ContextTokens > 0)
        {
            more.Add(view.Meter.ContextLimit > 0 ? $"context {100 * view.Meter.ContextTokens / view.Meter.ContextLimit} %" : $"context {Tokens(view.Meter.ContextTokens)}");
        }

        if (Sparkline(view.Meter.PerMinute(Minutes, view.At)) is { Length: > 0 } line)
        {
            more.Add($"{line} {Minutes}m");
        }

        if (view.Budget?.Left(view.SpentHour, view.SpentDay) is { } left)
        {
            more.Add($"${left:0.00} left");
        }

        if (view.Agent is { Folder.Length: > 0 } agent)
        {
            more.Add(SafeText.Line(agent.Folder, 60));
        }

        foreach (var (i, below) in Joined([word, .. more], look.Width, 2).Index())
        {
            yield return i > 0 ? look.Dim(below) : "  " + Painted(view.Status.State, word, look) + look.Dim(below[(2 + word.Length)..]);
        }
    }

    private static string Painted(AgentState state, string word, Look look) => state switch
    {
        AgentState.Active => look.Good(word),
        AgentState.Idle or AgentState.Waiting or AgentState.Paused => look.Warn(word),
        _ => look.Bad(word),
    };

    /// <summary>Parts on as few lines as there is room for. One that is too long for a line goes on in the next; a word that is, is cut with a sign.</summary>
    private static List<string> Joined(IEnumerable<string> parts, int width, int indent)
    {
        List<string> lines = [];
        foreach (var part in parts)
        {
            if (lines.Count > 0 && Fits(" · ", part))
            {
                lines[^1] += " · " + part;
                continue;
            }

            Begin();
            foreach (var (i, word) in part.Split(' ').Index())
            {
                if (i > 0 && !Fits(" ", word))
                {
                    Begin();
                    lines[^1] += Cut(word);
                    continue;
                }

                lines[^1] += (i > 0 ? " " : "") + Cut(word);
            }
        }

        return lines;

        bool Fits(string between, string text) => width == 0 || lines[^1].Length + between.Length + text.Length <= width;

        void Begin() => lines.Add(new string(' ', lines.Count == 0 ? indent : indent + 2));

        string Cut(string word) => width == 0 ? word : SafeText.Line(word, Math.Max(4, width - lines[^1].Length));
    }

    private static string Line(IReadOnlyList<string> cells, int[] widths, IEnumerable<int> shown) =>
        string.Join("  ", shown.Select(c => SafeText.Line(cells[c], widths[c]) is var cell && ToTheRight[c] ? cell.PadLeft(widths[c]) : cell.PadRight(widths[c]))).TrimEnd();

    private static string[] Row(AgentView v) =>
    [
        SafeText.Line(v.Name, 24),
        v.Pid.ToString(),
        v.Agent is null ? "-" : AgentStatus.Span(v.Uptime),
        v.Cpu is { } cpu ? $"{cpu:0.0}" : "-",
        v.Memory > 0 ? $"{v.Memory / 1048576}M" : "-",
        v.TokensPerMinute is { } tokens ? Tokens(tokens) : "-",
        v.CostPerHour is { } hour ? $"${hour:0.00}" : "-",
        v.Meter.HasRecords ? $"{(v.Meter.HasUnpriced ? ">" : "")}${v.Meter.Cost:0.00}" : "-",
        v.Meter.HasRecords ? v.ErrorsPerMinute.ToString() : "-",
        v.Status.Word,
        SafeText.Line(v.Agent?.Repository?.Branch ?? "-", 24),
        v.Model.Length > 0 ? SafeText.Line(v.Model, 24) : "-",
    ];

    public static string Tokens(long tokens) => tokens < 1000 ? $"{tokens}" : tokens < 1_000_000 ? $"{tokens / 1000.0:0.0}k" : $"{tokens / 1_000_000.0:0.0}M";
}
