using System.Text.Json;
using System.Text.Json.Nodes;
using OpenSre.Core;

namespace OpenSre.Sentry;

/// <summary>How a run is to be driven.</summary>
/// <param name="Target">The step to stop after.</param>
/// <param name="Force">A new run, which may be billed, even if there is one.</param>
/// <param name="Instruction">What Seer is to know; at most 1,000 characters.</param>
public sealed record DriveOptions(string Target, bool Force, string? Instruction, TimeSpan Timeout)
{
    public TimeSpan Poll { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long the server may take to go on to the next step by itself.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(12);

    /// <summary>How long a new run may take to show.</summary>
    public TimeSpan Appear { get; init; } = TimeSpan.FromSeconds(30);
}

/// <summary>How driving ended.</summary>
public enum DriveEnd
{
    Completed,
    NoFix,
    Failed,
    Awaiting,
    TimedOut,
    CodeDisabled,
}

/// <summary>How driving ended, and the last state seen.</summary>
public sealed record DriveResult(DriveEnd End, SeerState State, string? Reason);

/// <summary>An answer to a question: data in the form Seer expects, or words, or nothing at all to give up.</summary>
public sealed record InputAnswer(JsonObject? Data, string? Chat, bool GiveUp = false);

/// <summary>The person, or the script, a run is driven for.</summary>
public interface IFixFace
{
    /// <summary>What goes on, in one line that may be overwritten. Clean of control sequences.</summary>
    void Progress(string line);

    /// <summary>Something Seer said, complete, as Markdown. Clean of control sequences.</summary>
    void Said(string markdown);

    void Note(string sentence);

    /// <summary>Answers a question; null when nobody is there to answer.</summary>
    Task<InputAnswer?> AnswerAsync(PendingInput pending, SeerState state, CancellationToken cancellation);
}

/// <summary>
/// Brings a run of Seer from wherever it is to the wanted step. Between steps the server honestly says "completed"; a run
/// is done only when the wanted step is. A run that exists is attached to; a call that is billed is sent once.
/// </summary>
public sealed class SeerDriver(SentryClient client, SentryIssue issue, DriveOptions options, IFixFace face, TimeProvider time)
{
    private const int MaxInstruction = 1000;
    private readonly HashSet<string> _said = [];
    private readonly HashSet<string> _answered = [];

    /// <summary>The state seen last; null before the first.</summary>
    public SeerState? Latest { get; private set; }

    private string AutofixPath => $"/organizations/{Uri.EscapeDataString(issue.Organization)}/issues/{Uri.EscapeDataString(issue.Id)}/autofix/?mode=explorer";

    /// <summary>Reads the present run; null when there is none.</summary>
    /// <exception cref="FixException">The server refuses, or speaks the form from before explorer mode.</exception>
    public async Task<SeerState?> ReadAsync(CancellationToken cancellation)
    {
        var answer = await client.GetAsync(issue.Organization, AutofixPath, cancellation).ConfigureAwait(false);
        if (answer.Code == 404 && Latest is null)
        {
            // The issue was found a moment ago, so it is Seer that is not there.
            throw AccessErrors.Unavailable(" (HTTP 404: this server has no Seer)");
        }

        if (answer.Code != 200)
        {
            throw AccessErrors.Of(answer, client.Host, issue.Organization);
        }

        if (answer.Body.Get("autofix") is not { ValueKind: JsonValueKind.Object } run)
        {
            return null;
        }

        var state = new SeerState(run);
        return state.IsLegacy ? throw AccessErrors.Unavailable(" (the server answers in the form from before explorer mode)") : state;
    }

    /// <exception cref="FixException">The server refuses, or cannot be reached.</exception>
    public async Task<DriveResult> RunAsync(CancellationToken cancellation)
    {
        if (options.Instruction is { Length: > MaxInstruction })
        {
            throw new FixException(FixFailure.Usage, $"An instruction has at most {MaxInstruction} characters.");
        }

        var started = time.GetTimestamp();
        var state = await ReadAsync(cancellation).ConfigureAwait(false);
        var grace = options.Grace;
        if (state is null || options.Force || state.IsFailed)
        {
            state = await TriggerAsync(state, cancellation).ConfigureAwait(false);
        }
        else
        {
            grace = TimeSpan.Zero;
            face.Note(state.HasPatches && state.Status == "completed"
                ? "Using the run there is; --force makes a new one."
                : "Attaching to the run there is; --force makes a new one.");
        }

        var (mark, quiet, errors) = (state.Mark, time.GetTimestamp(), 0);
        HashSet<string> continued = [];
        while (true)
        {
            Latest = state;
            Tell(state);
            if (state.Mark != mark)
            {
                (mark, quiet) = (state.Mark, time.GetTimestamp());
                grace = options.Grace;
            }

            if (state.IsFailed)
            {
                return new DriveResult(DriveEnd.Failed, state, state.Failure);
            }

            if (state.IsAwaiting && !(state.Pending is { } asked && _answered.Contains(asked.Id)))
            {
                if (!await AnswerAsync(state, cancellation).ConfigureAwait(false))
                {
                    return new DriveResult(DriveEnd.Awaiting, state, "Seer waits for an answer.");
                }

                quiet = time.GetTimestamp();
            }
            else if (state.Status == "completed" && !state.IsLoading)
            {
                if (Reached(state))
                {
                    return options.Target == "code_changes" && !state.HasPatches
                        ? new DriveResult(DriveEnd.NoFix, state, state.NoFixReason ?? "Seer finished without a change of code.")
                        : new DriveResult(DriveEnd.Completed, state, null);
                }

                if (time.GetElapsedTime(quiet) >= grace)
                {
                    if (state.NoFixReason is { } reason)
                    {
                        return new DriveResult(DriveEnd.NoFix, state, reason);
                    }

                    if (state.Step is null)
                    {
                        return new DriveResult(DriveEnd.Failed, state, "the run says it is completed, but names no step; look at it in the web UI");
                    }

                    var next = SeerState.Steps[Index(state.Step) + 1];
                    if (!continued.Add(next))
                    {
                        // Asked once already; the server takes its time, and the time limit is the end of it.
                        face.Progress($"Waiting for {Words(next)}…");
                    }
                    else if (await ContinueAsync(state, next, cancellation).ConfigureAwait(false) is { } refused)
                    {
                        return refused;
                    }
                }
            }

            var elapsed = time.GetElapsedTime(started);
            if (elapsed > options.Timeout)
            {
                return new DriveResult(DriveEnd.TimedOut, state, $"still running in the background: {issue.Url} — run it again to attach");
            }

            await Task.Delay(elapsed > TimeSpan.FromMinutes(1) ? options.Poll * 2.5 : options.Poll, time, cancellation).ConfigureAwait(false);
            try
            {
                var seen = await ReadAsync(cancellation).ConfigureAwait(false);
                errors = 0;
                if (seen is not null && IsSameRun(seen, state))
                {
                    state = seen;
                }
                else if (seen is not null && time.GetElapsedTime(quiet) > options.Appear)
                {
                    return new DriveResult(DriveEnd.Failed, state, $"another run has taken over: {issue.Url}");
                }
            }
            catch (FixException e) when (e.Failure == FixFailure.ApiError && ++errors <= 3)
            {
                face.Progress("Sentry does not answer; trying again…");
            }
        }
    }

    /// <summary>Asks Seer to stop what it does; the run stays and can be continued.</summary>
    /// <exception cref="FixException">The server refuses.</exception>
    public async Task InterruptAsync(SeerState state, CancellationToken cancellation)
    {
        var answer = await UpdateAsync(state, new JsonObject { ["type"] = "interrupt" }, cancellation).ConfigureAwait(false);
        if (answer.Code >= 300)
        {
            throw AccessErrors.Of(answer, client.Host, issue.Organization, explorer: true);
        }
    }

    /// <summary>Opens pull requests for what the run changed, and waits for them.</summary>
    /// <exception cref="FixException">The server refuses.</exception>
    public async Task<SeerState> OpenPullRequestsAsync(SeerState state, TimeSpan limit, CancellationToken cancellation)
    {
        var body = Identified(state, new JsonObject { ["step"] = "open_pr", ["referrer"] = "api.cli" });
        var answer = await client.PostAsync(issue.Organization, AutofixPath, body, cancellation).ConfigureAwait(false);
        if (answer.Code == 400)
        {
            // Older servers know the step only as an update of the run.
            foreach (var repository in state.Patches.Select(p => p.Repository).Distinct(StringComparer.Ordinal))
            {
                answer = await UpdateAsync(state, new JsonObject { ["type"] = "create_pr", ["repo_name"] = repository }, cancellation).ConfigureAwait(false);
                if (answer.Code >= 300)
                {
                    throw AccessErrors.Of(answer, client.Host, issue.Organization, explorer: true);
                }
            }
        }
        else if (answer.Code >= 300)
        {
            throw AccessErrors.Of(answer, client.Host, issue.Organization);
        }

        var wanted = state.Patches.Select(p => p.Repository).ToHashSet(StringComparer.Ordinal);
        var started = time.GetTimestamp();
        while (true)
        {
            await Task.Delay(options.Poll * 2, time, cancellation).ConfigureAwait(false);
            if (await ReadAsync(cancellation).ConfigureAwait(false) is { } seen && IsSameRun(seen, state))
            {
                state = seen;
            }

            var done = state.PullRequests.Where(p => p.Status is "completed" or "error").Select(p => p.Repository).ToHashSet(StringComparer.Ordinal);
            if (wanted.IsSubsetOf(done) || time.GetElapsedTime(started) > limit)
            {
                return state;
            }

            face.Progress("Waiting for the pull requests…");
        }
    }

    private async Task<SeerState> TriggerAsync(SeerState? before, CancellationToken cancellation)
    {
        var body = new JsonObject { ["step"] = "root_cause", ["stopping_point"] = options.Target, ["referrer"] = "api.cli" };
        if (!string.IsNullOrWhiteSpace(options.Instruction))
        {
            body["user_context"] = options.Instruction;
        }

        face.Note("Starting a new run of Seer (it may count against your plan).");
        string? run = null, uuid = null;
        FixException? doubt = null;
        try
        {
            var answer = await client.PostAsync(issue.Organization, AutofixPath, body, cancellation).ConfigureAwait(false);
            if (answer.Code is >= 200 and < 300)
            {
                (run, uuid) = (answer.Body.Text("run_id"), answer.Body.Text("sentry_run_id"));
            }
            else
            {
                doubt = AccessErrors.Of(answer, client.Host, issue.Organization);
                if (answer.Code is < 500 or 500 && !(answer.Code == 500 && client.Host.IsSentryIo))
                {
                    throw doubt;
                }
            }
        }
        catch (FixException e) when (e.Failure == FixFailure.ApiError && e.InnerException is not null)
        {
            doubt = e;
        }

        // Whether a call without an answer was heard is seen from the run it made; it is not sent again.
        var started = time.GetTimestamp();
        while (true)
        {
            var seen = await ReadAsync(cancellation).ConfigureAwait(false);
            var ours = seen is not null && (doubt is not null || (run is null && uuid is null)
                ? before is null || !IsSameRun(seen, before)
                : (run is not null && seen.RunId == run) || (uuid is not null && seen.SentryRunId == uuid));
            if (ours)
            {
                return seen!;
            }

            if (time.GetElapsedTime(started) > options.Appear)
            {
                throw doubt ?? new FixException(FixFailure.ApiError, $"The new run does not show, or another has taken over: {issue.Url}");
            }

            await Task.Delay(options.Poll, time, cancellation).ConfigureAwait(false);
        }
    }

    private async Task<DriveResult?> ContinueAsync(SeerState state, string step, CancellationToken cancellation)
    {
        face.Progress($"Asking for {Words(step)}…");
        var answer = await client.PostAsync(issue.Organization, AutofixPath, Identified(state, new JsonObject { ["step"] = step, ["referrer"] = "api.cli" }), cancellation).ConfigureAwait(false);
        return answer.Code is >= 200 and < 300 ? null
            : AccessErrors.IsCodeGenerationDisabled(answer) ? new DriveResult(DriveEnd.CodeDisabled, state, AccessErrors.Of(answer, client.Host, issue.Organization).Message)
            : throw AccessErrors.Of(answer, client.Host, issue.Organization);
    }

    private async Task<bool> AnswerAsync(SeerState state, CancellationToken cancellation)
    {
        var pending = state.Pending ?? new PendingInput("", "", default);
        while (await face.AnswerAsync(pending, state, cancellation).ConfigureAwait(false) is { GiveUp: false } given)
        {
            SentryAnswer answer;
            if (given.Chat is { } words)
            {
                answer = await client.PostAsync(issue.Organization, $"/organizations/{Uri.EscapeDataString(issue.Organization)}/seer/explorer-chat/{Run(state)}/", new JsonObject { ["query"] = words }, cancellation).ConfigureAwait(false);
            }
            else
            {
                var payload = new JsonObject { ["type"] = "user_input_response", ["input_id"] = pending.Id };
                if (given.Data is not null)
                {
                    payload["response_data"] = given.Data;
                }

                answer = await UpdateAsync(state, payload, cancellation).ConfigureAwait(false);
            }

            if (answer.Code < 400)
            {
                // Never twice, even if a stale reply still shows the question.
                _answered.Add(pending.Id);
                return true;
            }

            face.Note(AccessErrors.Of(answer, client.Host, issue.Organization, explorer: true).Message);
        }

        return false;
    }

    private Task<SentryAnswer> UpdateAsync(SeerState state, JsonObject payload, CancellationToken cancellation) =>
        client.PostAsync(issue.Organization, $"/organizations/{Uri.EscapeDataString(issue.Organization)}/seer/explorer-update/{Run(state)}/", new JsonObject { ["payload"] = payload }, cancellation);

    private void Tell(SeerState state)
    {
        foreach (var block in state.Blocks)
        {
            if (block.Role == "assistant" && !block.Loading && block.Content.Trim().Length > 0 && _said.Add(block.Id))
            {
                face.Said(SafeText.Clean(block.Content.Trim()));
            }
        }

        if (state.Status == "processing" || state.IsLoading)
        {
            face.Progress(state.Activity ?? "Analyzing the issue…");
        }
    }

    private bool Reached(SeerState state) => state.Step is not null && Index(state.Step) >= Index(options.Target);

    private static int Index(string step) => ((List<string>)[.. SeerState.Steps]).IndexOf(step);

    private static string Words(string step) => step.Replace('_', ' ');

    private static string Run(SeerState state) => Uri.EscapeDataString(state.SentryRunId ?? state.RunId ?? "");

    private static JsonObject Identified(SeerState state, JsonObject body)
    {
        if (state.SentryRunId is { } uuid)
        {
            body["sentry_run_id"] = uuid;
        }
        else
        {
            body["run_id"] = long.TryParse(state.RunId, out var number) ? number : null;
        }

        return body;
    }

    private static bool IsSameRun(SeerState a, SeerState b) =>
        (a.SentryRunId is not null && a.SentryRunId == b.SentryRunId) || (a.RunId is not null && a.RunId == b.RunId);
}
