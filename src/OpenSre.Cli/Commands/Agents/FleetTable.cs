using System.Text;
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

    public static string Text(IReadOnlyList<AgentView> fleet, Look look)
    {
        if (fleet.Count == 0)
        {
            return "no agents discovered or registered yet\n";
        }

        var rows = fleet.Select(Row).ToList();
        var widths = Headings.Select((h, i) => Math.Max(h.Length, rows.Max(r => r[i].Length))).ToArray();
        var text = new StringBuilder().Append(look.Dim(Line(Headings, widths))).Append('\n');
        for (var i = 0; i < rows.Count; i++)
        {
            var line = Line(rows[i], widths);
            text.Append(Cut(line, look)).Append('\n');
            text.Append(Paint(fleet[i], look)).Append('\n');
        }

        var cost = fleet.Sum(v => v.Meter.Cost);
        return text.Append(look.Dim($"{fleet.Count} {(fleet.Count == 1 ? "agent" : "agents")}, ${cost:0.00} in all at list prices of {Prices.AsOf}")).Append('\n').ToString();
    }

    /// <summary>Tokens a minute as bars, the oldest first; empty when there were none.</summary>
    internal static string Sparkline(IReadOnlyList<long> values)
    {
        const string Bars = "▁▂▃▄▅▆▇█";
        var most = values.Max();
        return most == 0 ? "" : string.Concat(values.Select(v => v == 0 ? ' ' : Bars[(int)Math.Min(Bars.Length - 1, v * Bars.Length / most)]));
    }

    private static string Cut(string line, Look look) => look.Width > 0 && line.Length > look.Width ? line[..look.Width] : line;

    /// <summary>The reason below the row: what the status rests on, what it does, what it may still spend.</summary>
    private static string Paint(AgentView view, Look look)
    {
        var word = view.Status.Word;
        var painted = view.Status.State switch
        {
            AgentState.Active => look.Good(word),
            AgentState.Idle or AgentState.Waiting or AgentState.Paused => look.Warn(word),
            _ => look.Bad(word),
        };
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

        var rest = string.Join(" · ", more);
        return "  " + painted + look.Dim(" · " + (look.Width > 0 ? SafeText.Line(rest, Math.Max(10, look.Width - word.Length - 6)) : rest));
    }

    private static string Line(IReadOnlyList<string> cells, int[] widths) =>
        string.Join("  ", cells.Select((c, i) => ToTheRight[i] ? c.PadLeft(widths[i]) : c.PadRight(widths[i]))).TrimEnd();

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
