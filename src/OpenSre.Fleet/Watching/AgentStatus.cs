namespace OpenSre.Fleet;

public enum AgentState { Active, Waiting, Idle, Stuck, Looping, RateLimited, Paused, Crashed }

/// <summary>How an agent is, and why that is said.</summary>
public sealed record AgentStatus(AgentState State, string Reason)
{
    private const double BusyCpu = 5;
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan Unanswered = TimeSpan.FromSeconds(20);

    /// <summary>As people read it.</summary>
    public string Word => State switch
    {
        AgentState.Waiting => "waiting for you",
        AgentState.RateLimited => "rate-limited",
        _ => State.ToString().ToLowerInvariant(),
    };

    /// <summary>Judges from what is known: the state of the process, the word of the tool, its records, its CPU.</summary>
    /// <param name="cpu">Percent of one processor, children included; null when it is not known yet.</param>
    /// <param name="progress">After so long without progress in the middle of a turn it is stuck.</param>
    public static AgentStatus Of(ProcessFacts process, AgentMeter meter, ClaudeSession? word, double? cpu, TimeSpan progress, DateTimeOffset now)
    {
        if (process.State is 'Z' or 'X')
        {
            return new(AgentState.Crashed, "its process has ended and was not collected");
        }

        if (process.State is 'T' or 't')
        {
            return new(AgentState.Paused, "its process is stopped");
        }

        var quiet = now - meter.LastActivity;
        if (word?.Status == "waiting" || word?.WaitingFor is { Length: > 0 })
        {
            return new(AgentState.Waiting, word.WaitingFor.Length > 0 ? word.WaitingFor : "it says so");
        }

        if (meter.LastFailure is { IsLimit: true } limit && limit.At > meter.LastTokens && now - limit.At < Fresh * 5)
        {
            return new(AgentState.RateLimited, $"refused {Span(now - limit.At)} ago");
        }

        if (!meter.HasRecords)
        {
            return cpu is null or >= BusyCpu || word?.Status == "busy"
                ? new(AgentState.Active, cpu is null ? "it runs; no record of its own is known" : $"CPU {cpu:0} %; no record of its own is known")
                : new(AgentState.Idle, $"CPU {cpu:0} %; no record of its own is known");
        }

        if (meter.InTurn)
        {
            if (meter.Loop is not null && quiet < Fresh)
            {
                return new(AgentState.Looping, "the same tool call more than four times among the last twenty");
            }

            if (quiet >= progress)
            {
                return new(AgentState.Stuck, $"{Span(quiet)} no progress");
            }

            return meter.Current is { } tool && quiet > Unanswered && cpu is < 1
                ? new(AgentState.Waiting, $"perhaps: {tool.Tool} was called {Span(quiet)} ago and nothing runs")
                : new(AgentState.Active, meter.Current is { } current ? $"uses {current.Tool}" : $"last record {Span(quiet)} ago");
        }

        return word?.Status == "busy" ? new(AgentState.Active, "it says so")
            : quiet < Fresh && word?.Status != "idle" && cpu is >= BusyCpu ? new(AgentState.Active, $"CPU {cpu:0} %, last record {Span(quiet)} ago")
            : new(AgentState.Idle, $"its turn ended {Span(quiet)} ago");
    }

    /// <summary>45s, 12m, 2h12m, 3d4h.</summary>
    public static string Span(TimeSpan span) => span switch
    {
        { TotalSeconds: < 60 } => $"{Math.Max(0, (int)span.TotalSeconds)}s",
        { TotalMinutes: < 60 } => $"{(int)span.TotalMinutes}m",
        { TotalHours: < 24 } => $"{(int)span.TotalHours}h{span.Minutes}m",
        _ => $"{(int)span.TotalDays}d{span.Hours}h",
    };
}
