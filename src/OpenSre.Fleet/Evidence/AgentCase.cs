using System.Globalization;
using System.Text;
using OpenSre.Core;

namespace OpenSre.Fleet;

/// <summary>
/// What can be read of one agent at one moment, as the records the tools <c>agent.*</c> print: its process and those below
/// it, its own transcript, what it wrote, what failed. Everything is text of others and is cleaned; secrets are taken out.
/// </summary>
public sealed class AgentCase
{
    private const int MostActivities = 120;
    private const int MostText = 300;
    private const int MostTail = 16 * 1024;
    private readonly AgentView _view;
    private readonly IReadOnlyList<AgentView> _fleet;
    private readonly AgentDiscovery _discovery;
    private readonly List<Activity> _activities = [];

    /// <param name="view">The agent.</param>
    /// <param name="fleet">All agents, for what they wrote in the same places.</param>
    /// <param name="record">What is registered of it, where its process is gone.</param>
    public AgentCase(AgentView view, IReadOnlyList<AgentView> fleet, AgentDiscovery discovery, AgentRecord? record)
    {
        (_view, _fleet, _discovery) = (view, fleet, discovery);
        var logs = new AgentLogs(discovery.Table);
        var files = view.Agent is { } agent ? logs.Of(agent, [], new Dictionary<string, TokenUse>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal))
            : record is not null ? AgentLogs.OfGone(record) : [];
        _activities.AddRange(files.SelectMany(f => f.Read()).OrderBy(a => a.At));
        foreach (var activity in _activities)
        {
            Meter.Add(activity, view.At);
        }

        Word = view.Agent is null ? null : logs.Session(view.Agent);
    }

    /// <summary>Added up from its records as they are now.</summary>
    public AgentMeter Meter { get; } = new(Prices.Of);

    private ClaudeSession? Word { get; }

    private bool IsWell => _view.Status.State is AgentState.Active or AgentState.Idle;

    /// <summary>The alert an investigation of it answers.</summary>
    public Alert Alert => new()
    {
        Name = $"Agent{_view.Status.State}",
        // Why it is said to be well is no complaint.
        Summary = $"AI agent {_view.Name} (pid {_view.Pid}): {_view.Status.Word}{(IsWell ? "" : ", " + _view.Status.Reason)}",
        Source = "agents",
        Severity = IsWell ? Severity.Info : Severity.Warning,
        Labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["agent"] = $"{_view.Name}:{_view.Pid}" },
    };

    /// <summary>The tools that look at it. They answer from the moment the case was made.</summary>
    public IReadOnlyList<IEvidenceTool> Tools() =>
    [
        new AgentTool("agent.status", "Whether its process lives, whether a turn is open, and since when nothing was recorded.", Status),
        new AgentTool("agent.transcript", "What its own records tell: calls of tools, their results, refusals, turns.", Transcript),
        new AgentTool("agent.processes", "The processes below it.", Processes),
        new AgentTool("agent.files", "What it wrote by its own word, and who else wrote there.", Files),
        new AgentTool("agent.errors", "Requests that failed, and the last lines of its error output.", Errors),
    ];

    private string Status()
    {
        var text = new StringBuilder();
        if (_view.Agent is { } agent)
        {
            Line(text, $"process pid={agent.Pid} gone=no state={agent.Facts.State} uptime_s={Seconds(_view.Uptime)} cpu={_view.Cpu ?? 0:0.0} memory_bytes={_view.Memory} tool={agent.Tool}");
        }
        else
        {
            Line(text, $"process pid={_view.Pid} gone=yes");
        }

        if (!Meter.HasRecords)
        {
            return text.Append("note text=no record of its own is known, so nothing is known of its turns\n").ToString();
        }

        var limit = _view.Budget?.Progress ?? TimeSpan.FromMinutes(8);
        var waits = Word is { } word && (word.Status == "waiting" || word.WaitingFor.Length > 0) ? word.WaitingFor.Length > 0 ? word.WaitingFor : "input" : "";
        Line(text, $"turn open={YesNo(Meter.InTurn)} quiet_s={Seconds(_view.At - Meter.LastActivity)} limit_s={Seconds(limit)} waits_for={(waits.Length > 0 ? waits.Replace(' ', '_') : "-")} said={(Word?.Status is { Length: > 0 } said ? said : "-")}");
        if (Meter.Current is { } tool)
        {
            Line(text, $"open tool={OneWord(tool.Tool)} since_s={Seconds(_view.At - tool.At)} text={Clean(tool.Detail)}");
        }

        Line(text, $"usage tokens={Meter.Total.Total} usd={Meter.Cost:0.0000} model={(Meter.Model.Length > 0 ? OneWord(Meter.Model) : "-")} context={Meter.ContextTokens}");
        return text.ToString();
    }

    private string Transcript()
    {
        var text = new StringBuilder();
        if (_activities.Count > MostActivities)
        {
            Line(text, $"note text={_activities.Count - MostActivities} earlier records are not shown");
        }

        foreach (var activity in _activities.TakeLast(MostActivities))
        {
            switch (activity)
            {
                case ToolStarted call:
                    Line(text, $"call tool={OneWord(call.Tool)} at={At(call)} text={Clean(call.Detail)}");
                    break;
                case ToolEnded result:
                    Line(text, $"result at={At(result)} failed={YesNo(result.Failed)}");
                    break;
                case RequestFailed refused:
                    Line(text, Refused(refused));
                    break;
                case TurnStarted:
                    Line(text, $"turn_start at={At(activity)}");
                    break;
                case TurnEnded:
                    Line(text, $"turn_end at={At(activity)}");
                    break;
            }
        }

        var calls = _activities.OfType<ToolStarted>().TakeLast(AgentMeter.LoopWindow).ToList();
        foreach (var same in calls.GroupBy(c => c.Fingerprint, StringComparer.Ordinal).Where(g => g.Count() > AgentMeter.LoopRepeats))
        {
            Line(text, $"repeat times={same.Count()} of={calls.Count} tool={OneWord(same.First().Tool)} text={Clean(same.First().Detail)}");
        }

        return text.Length == 0 ? "note text=there is no record of its own\n" : text.ToString();
    }

    private string Processes()
    {
        var text = new StringBuilder();
        foreach (var pid in _view.Agent is null ? [] : _discovery.Descendants(_view.Pid))
        {
            if (_discovery.Table.Get(pid) is { } child)
            {
                Line(text, $"child pid={pid} state={child.State} age_s={Seconds(_view.At - child.StartedAt)} cpu_s={Seconds(child.CpuTime)} cmd={Clean(string.Join(' ', child.Arguments))}");
            }
        }

        return text.Length == 0 ? "note text=no process runs below it\n" : text.ToString();
    }

    private string Files()
    {
        var text = new StringBuilder();
        foreach (var write in Meter.Writes.TakeLast(40))
        {
            Line(text, $"wrote at={write.At.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)} text={Clean(write.Path)}");
        }

        var own = $"{_view.Name}:{_view.Pid}";
        foreach (var conflict in WriteConflicts.Among(WriteConflicts.Of(_fleet)).Where(c => c.Agents.Contains(own)))
        {
            Line(text, $"conflict agents={string.Join(',', conflict.Agents.Select(OneWord))} overlaps={YesNo(conflict.Overlaps)} text={Clean(conflict.Path)}");
        }

        return text.Length == 0 ? "note text=by its own word it wrote nothing\n" : text.ToString();
    }

    private string Errors()
    {
        var text = new StringBuilder();
        var failures = _activities.OfType<RequestFailed>().ToList();
        foreach (var refused in failures.TakeLast(10))
        {
            Line(text, Refused(refused));
        }

        var hour = TimeSpan.FromHours(1);
        var recent = _activities.Count(a => a is RequestFailed or ToolEnded { Failed: true } && _view.At - a.At < hour);
        if (recent > 0)
        {
            Line(text, $"failing count={recent} within_s={Seconds(hour)}");
        }

        foreach (var line in Tail())
        {
            Line(text, $"line text={Clean(line)}");
        }

        return text.Length == 0 ? "note text=no failure is recorded\n" : text.ToString();
    }

    private string Refused(RequestFailed refused) =>
        $"refused at={At(refused)} limit={YesNo(refused.IsLimit)} age_s={Seconds(_view.At - refused.At)} answered={YesNo(_activities.Any(a => a is TokensUsed && a.At > refused.At))} text={Clean(refused.Text)}";

    /// <summary>The last lines of its error output, where that is a file.</summary>
    private IEnumerable<string> Tail()
    {
        if (_view.Agent is null || TraceTarget.Resolve(_view.Pid, 2) is not { Refusal: null, Path: { } path })
        {
            return [];
        }

        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            file.Position = Math.Max(0, file.Length - MostTail);
            using var reader = new StreamReader(file, Encoding.UTF8);
            return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).TakeLast(20).ToList();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [$"(its error output cannot be read: {e.Message})"];
        }
    }

    private static void Line(StringBuilder text, string line) => text.Append(line).Append('\n');

    private static string At(Activity activity) => activity.At == DateTimeOffset.MinValue ? "-" : activity.At.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);

    private static string Seconds(TimeSpan span) => Math.Max(0, span.TotalSeconds).ToString("0", CultureInfo.InvariantCulture);

    private static string YesNo(bool value) => value ? "yes" : "no";

    private static string OneWord(string text) => SafeText.Line(Redaction.Apply(text), 80).Replace(' ', '_');

    private static string Clean(string text) => SafeText.Line(Redaction.Apply(text), MostText);

    private sealed class AgentTool(string name, string summary, Func<string> read) : IEvidenceTool
    {
        public ToolDescription Description { get; } = new(name, summary, [], TimeSpan.FromSeconds(10), 64 * 1024, 1);

        public Task<ToolResult> RunAsync(IReadOnlyDictionary<string, string> arguments, CancellationToken cancellation) =>
            Task.Run(() => new ToolResult(ToolStatus.Ok, read()), cancellation);
    }
}
