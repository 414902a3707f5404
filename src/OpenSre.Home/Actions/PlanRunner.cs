using System.Collections.Concurrent;
using OpenSre.Core;

namespace OpenSre.Home;

/// <summary>
/// Carries out approved plans: looks again whether the trouble is still there and the commands still are the ones that were
/// shown, runs one command after the other, stops at the first that fails, and believes only a look that proves it.
/// One plan at a time on a host.
/// </summary>
/// <param name="calls">Makes the calls of tools outside that were approved; null where there are none.</param>
/// <param name="readCertificate">Reads a certificate after it was renewed; null where that cannot be done.</param>
public sealed class PlanRunner(
    PlanBook book,
    ActionOptions options,
    IHostReader reader,
    IHostRunners runners,
    TimeProvider time,
    MonitorEngine? engine = null,
    IHomeActions? home = null,
    Func<string, CancellationToken, Task<CertificateReading>>? readCertificate = null,
    OutsideCalls? calls = null)
{
    private const int TailLength = 200;

    private readonly ConcurrentDictionary<string, SemaphoreSlim> _hosts = new(StringComparer.Ordinal);

    public ActionOptions Options => options;

    /// <summary>
    /// Where it is told how an approved plan goes, beside the conversation, so that the chat stays free meanwhile: an
    /// approval can be taken back, and other questions are answered. Set by <see cref="PlanDesk"/>; null tells the answer alone.
    /// </summary>
    public IChatChannel? Tells { get; set; }

    /// <summary>What a plan comes to now; null when it is refused now.</summary>
    public string? HashNow(ActionPlan plan, HostReading? reading)
    {
        ArgumentNullException.ThrowIfNull(plan);
        if (OutsideCalls.IsOne(plan))
        {
            return calls?.HashNow(plan);
        }

        List<PlannedAction> rendered = [];
        foreach (var action in plan.Actions)
        {
            if (ActionCatalogue.Render(action.Action, new ActionSight(reading, options, home)).Action is not { } now)
            {
                return null;
            }

            rendered.Add(now);
        }

        return PlannedAction.Hash(rendered);
    }

    /// <summary>Runs an approved plan to its end.</summary>
    /// <param name="say">Told of the progress; each text replaces the one before.</param>
    public async Task RunAsync(ActionPlan plan, Action<string> say, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(say);
        if (calls is not null && OutsideCalls.IsOne(plan))
        {
            await calls.RunAsync(plan, say, cancellation).ConfigureAwait(false);
            return;
        }

        if (plan.How == "reaction" && options.Grace > TimeSpan.Zero)
        {
            say($"Plan {plan.Code} starts in a moment; take your reaction back to stop it.");
            await Task.Delay(options.Grace, time, cancellation).ConfigureAwait(false);
        }

        var host = _hosts.GetOrAdd(plan.Host, _ => new SemaphoreSlim(1, 1));
        if (!host.Wait(0, CancellationToken.None))
        {
            say($"Plan {plan.Code} waits for another one on {plan.Host}.");
            await host.WaitAsync(cancellation).ConfigureAwait(false);
        }

        try
        {
            await AloneAsync(plan, say, cancellation).ConfigureAwait(false);
        }
        finally
        {
            host.Release();
        }
    }

    /// <summary>
    /// After a start: plans that were approved and not begun are called off, plans that were in the middle are reported as
    /// unknown with what is to be seen now. Nothing is run. What was decided since the start is none of them.
    /// </summary>
    public async Task<IReadOnlyList<ActionPlan>> RecoverAsync(CancellationToken cancellation)
    {
        List<ActionPlan> touched = [];
        foreach (var plan in book.LeftOver)
        {
            if (OutsideCalls.IsOne(plan))
            {
                if (book.TryCancel(plan, "I was restarted, and with it ended the investigation that asked; nothing was called"))
                {
                    touched.Add(plan);
                }
                else if (plan.State == PlanState.Running)
                {
                    book.Finish(plan, PlanState.Interrupted, "I was restarted in the middle of it: whether it was called is not known. It is not called again by itself.", null, "unknown", "unknown");
                    touched.Add(plan);
                }
            }
            else if (plan.State == PlanState.Approved)
            {
                book.End(plan, PlanState.Cancelled, "I was restarted before it began, nothing was run; ask for it again");
                touched.Add(plan);
            }
            else if (plan.State == PlanState.Running)
            {
                var steps = plan.AllSteps.ToList();
                var reading = await LookAsync(plan.Host, cancellation).ConfigureAwait(false);
                var now = plan.Actions.Select(a => ActionCatalogue.Recipe(a.Action.Kind).Prove?.Invoke(a.Action, reading, reading).Said).OfType<string>().ToList();
                book.Finish(
                    plan,
                    PlanState.Interrupted,
                    (plan.Begun == 0
                        ? "I was restarted as it began; no command had been started."
                        : $"I was restarted in the middle of it: {plan.Begun} of {steps.Count} commands were begun, the last of them ({plan.LastBegun}) may or may not have run.")
                    + (now.Count > 0 ? $" Now: {string.Join("; ", now)}." : "") + " It is not run again by itself.",
                    null,
                    "unknown",
                    reading.Problem ?? string.Join("; ", now));
                touched.Add(plan);
            }
        }

        return touched;
    }

    /// <summary>What is done to a home and to no host has nothing to be looked at here.</summary>
    private async Task<HostReading> LookAsync(string host, CancellationToken cancellation) => reader.Hosts.Contains(host, StringComparer.Ordinal)
        ? await reader.ReadAsync(host, cancellation).ConfigureAwait(false)
        : new HostReading(host, time.GetUtcNow(), TimeSpan.Zero, null, new Dictionary<string, string>());

    private async Task AloneAsync(ActionPlan plan, Action<string> say, CancellationToken cancellation)
    {
        if (plan.State != PlanState.Approved)
        {
            say($"Plan {plan.Code}: {plan.Said()}.");
            return;
        }

        say($"Plan {plan.Code}: looking again first …");
        var before = await LookAsync(plan.Host, cancellation).ConfigureAwait(false);
        if (Objection(plan, before) is var (state, why))
        {
            book.End(plan, state, why);
            say($"Plan {plan.Code}: {why}");
            return;
        }

        if (!book.Start(plan))
        {
            say($"Plan {plan.Code}: {plan.Said()}.");
            return;
        }

        var was = Describe(plan, before);
        List<string> proofs = [];
        List<PlannedAction> done = [];
        var number = 0;
        var needless = plan.Actions.Where((_, i) => engine is not null && i < plan.For.Count && plan.For[i].Count > 0 && plan.For[i].All(a => engine.Holds(a, before) is false || IsOver(a))).ToHashSet();
        var total = plan.Actions.Where(a => !needless.Contains(a)).Sum(a => a.Steps.Count);
        proofs.AddRange(needless.Select(a => $"{a.Action.Thing} resolved itself and was left alone"));
        foreach (var action in plan.Actions.Where(a => !needless.Contains(a)))
        {
            Announce(action.Action);
            foreach (var step in action.Steps)
            {
                book.Begin(plan, step);
                say($"Plan {plan.Code}: {++number}/{total} {step.Shown} …");
                var (worked, said, exitCode) = await StepAsync(action, step, cancellation).ConfigureAwait(false);
                if (!worked)
                {
                    var undone = await UndoAsync(plan, done, cancellation).ConfigureAwait(false);
                    var rest = number < total ? " What came after it was not run." : "";
                    await EndAsync(plan, PlanState.Failed, $"❌ {step.Shown} failed: {said}.{rest}{undone}", exitCode, was, say, cancellation).ConfigureAwait(false);
                    return;
                }

                if (action.Action.Kind == "ha.act" && said.Length > 0)
                {
                    proofs.Add(said);
                }
            }

            say($"Plan {plan.Code}: {number}/{total} ran; waiting for the proof …");
            var proof = await ProveAsync(action, before, cancellation).ConfigureAwait(false);
            if (proof.IsProven is not true)
            {
                var undone = await UndoAsync(plan, [.. done, action], cancellation).ConfigureAwait(false);
                var rest = number < total ? " What came after it was not run." : "";
                await EndAsync(plan, undone.Length > 0 ? PlanState.Undone : PlanState.NotFixed, $"⚠️ Not fixed: it ran, but {proof.Said}.{rest}{undone}", 0, was, say, cancellation).ConfigureAwait(false);
                return;
            }

            done.Add(action);
            if (proof.Said.Length > 0)
            {
                proofs.Add(proof.Said);
            }
        }

        if (await StillAsync(plan, cancellation).ConfigureAwait(false) is { } still)
        {
            await EndAsync(plan, PlanState.NotFixed, $"⚠️ Not fixed: {string.Join("; ", proofs)}, but {still}.", 0, was, say, cancellation).ConfigureAwait(false);
            return;
        }

        await EndAsync(plan, PlanState.Fixed, $"✅ {string.Join("; ", proofs)}.", 0, was, say, cancellation).ConfigureAwait(false);
    }

    /// <summary>Why it is not run after all; null when it may.</summary>
    private (PlanState State, string Why)? Objection(ActionPlan plan, HostReading now)
    {
        if (book.Frozen is { } frozen)
        {
            return (PlanState.Refused, $"nothing was run: {frozen}.");
        }

        if (now.Problem is { } problem && plan.Actions.Any(a => a.Action.Kind != "ha.act"))
        {
            return (PlanState.Refused, $"{plan.Host} does not answer ({OutsideText.Line(problem, 120)}); nothing was run.");
        }

        if (engine is not null && plan.Alarms.Count > 0 && plan.Alarms.All(a => engine.Holds(a, now) is false || IsOver(a)))
        {
            return (PlanState.Needless, $"it resolved itself at {TimeZoneInfo.ConvertTime(now.At, options.Zone):HH:mm}; nothing was run.");
        }

        if (HashNow(plan, now) != plan.Hash)
        {
            return (PlanState.Refused, "what it would run now is not what was shown; nothing was run.");
        }

        var worst = plan.Actions.Max(a => (int)BlastRadius.Of(a.Action, new ActionSight(now, options, home)).Risk);
        return worst > (int)plan.Risk ? (PlanState.Refused, "more depends on it now than was shown; nothing was run. Ask for it again.") : null;
    }

    private bool IsOver(string key)
    {
        lock (engine!.Book.Gate)
        {
            return !engine.Book.Alarms.TryGetValue(key, out var alarm) || alarm.Phase == AlarmPhase.Over;
        }
    }

    private void Announce(TypedAction action)
    {
        if (action.Kind == "container.stop")
        {
            engine?.StoppedOnPurpose(action.Host, action.Thing);
        }
        else if (action.Kind == "host.reboot")
        {
            engine?.RebootingUntil(action.Host, time.GetUtcNow() + ActionCatalogue.Recipe(action.Kind).Within);
        }
    }

    private async Task<(bool Worked, string Said, int? ExitCode)> StepAsync(PlannedAction action, ActionStep step, CancellationToken cancellation)
    {
        if (action.Action.Kind == "ha.act")
        {
            var outcome = await home!.ActAsync(action.Action, cancellation).ConfigureAwait(false);
            return (outcome.Proven, OutsideText.Line(outcome.Said.TrimEnd('.'), TailLength), null);
        }

        var result = await RunAsync(step, "action." + action.Action.Kind, cancellation).ConfigureAwait(false);

        // A machine that goes down takes the connection with it; whether it came back is for the proof.
        return action.Action.Kind == "host.reboot" && result.Status is CommandStatus.Exited or CommandStatus.TimedOut && result.ExitCode is 0 or 255 or 143
            ? (true, "", result.ExitCode)
            : (result is { Status: CommandStatus.Exited, ExitCode: 0 }, Tail(result), result.Status == CommandStatus.Exited ? result.ExitCode : null);
    }

    private Task<CommandResult> RunAsync(ActionStep step, string operation, CancellationToken cancellation) =>
        runners.For(step.Host).RunAsync(new CommandRequest(operation, step.Argv[0], [.. step.Argv.Skip(1)], null, step.Timeout, 16_384), cancellation);

    private async Task<ActionProof> ProveAsync(PlannedAction action, HostReading before, CancellationToken cancellation)
    {
        var recipe = ActionCatalogue.Recipe(action.Action.Kind);
        switch (action.Action.Kind)
        {
            case "ha.act":
                return new ActionProof(true, "");
            case "runbook":
                var declared = RunbookActions.Find(action.Action, new ActionSight(before, options, home));
                if (declared.Check.Count == 0)
                {
                    return new ActionProof(true, $"{declared.Name} ran; it declares no check, so nothing proves that it helped");
                }

                var check = await RunAsync(new ActionStep(declared.Host, declared.Check, declared.Timeout), "action.check", cancellation).ConfigureAwait(false);
                return check is { Status: CommandStatus.Exited, ExitCode: 0 } ? new ActionProof(true, $"{declared.Name}: its check passed") : new ActionProof(false, $"the check of {declared.Name} failed: {Tail(check)}");
            case "certificate.renew" when readCertificate is not null:
                var certificate = await readCertificate(action.Action.Thing, cancellation).ConfigureAwait(false);
                return certificate.Ends is { } ends && ends - time.GetUtcNow() > TimeSpan.FromDays(20)
                    ? new ActionProof(true, $"{action.Action.Thing} serves a certificate that is good for {RuleWords.Span(ends - time.GetUtcNow())}")
                    : new ActionProof(false, $"{action.Action.Thing} still serves the old certificate; what serves it may need a reload");
        }

        if (recipe.Prove is not { } prove)
        {
            return new ActionProof(false, "nothing can be seen that would prove it");
        }

        var last = new ActionProof(null, "nothing was seen");
        var looks = Math.Max(1, (int)(recipe.Within / options.ProofEvery));
        for (var look = 0; look < looks; look++)
        {
            last = prove(action.Action, before, await LookAsync(action.Action.Host, cancellation).ConfigureAwait(false));
            if (last.IsProven is not null)
            {
                return last;
            }

            await Task.Delay(options.ProofEvery, time, cancellation).ConfigureAwait(false);
        }

        return last with { Said = $"{last.Said} after {RuleWords.Span(recipe.Within)}" };
    }

    /// <summary>What the plan was to end and still is there; null when it is over, or cannot be told by a look.</summary>
    private async Task<string?> StillAsync(ActionPlan plan, CancellationToken cancellation)
    {
        if (engine is null || plan.Alarms.Count == 0)
        {
            return null;
        }

        var looks = Math.Max(1, (int)(TimeSpan.FromMinutes(1) / options.ProofEvery));
        for (var look = 0; look < looks; look++)
        {
            var reading = await LookAsync(plan.Host, cancellation).ConfigureAwait(false);
            if (plan.Alarms.All(a => engine.Holds(a, reading) is not true))
            {
                return null;
            }

            await Task.Delay(options.ProofEvery, time, cancellation).ConfigureAwait(false);
        }

        lock (engine.Book.Gate)
        {
            return "the trouble is still there: " + string.Join("; ", plan.Alarms.Select(a => engine.Book.Alarms.GetValueOrDefault(a)?.What).OfType<string>());
        }
    }

    private async Task<string> UndoAsync(ActionPlan plan, IReadOnlyList<PlannedAction> done, CancellationToken cancellation)
    {
        List<string> said = [];
        foreach (var action in done.Reverse())
        {
            if (action.Action.Kind == "ha.act" && action.Undo.Count > 0)
            {
                said.Add(OutsideText.Line((await home!.UndoAsync(action.Action, cancellation).ConfigureAwait(false)).Said, TailLength));
                continue;
            }

            foreach (var step in action.Undo)
            {
                book.Begin(plan, step);
                var result = await RunAsync(step, "action.undo", cancellation).ConfigureAwait(false);
                said.Add(result is { Status: CommandStatus.Exited, ExitCode: 0 } ? $"{step.Shown} took it back" : $"taking it back failed: {step.Shown}: {Tail(result)}");
            }
        }

        return said.Count == 0 ? "" : " " + string.Join("; ", said) + ".";
    }

    private async Task EndAsync(ActionPlan plan, PlanState state, string result, int? exitCode, string was, Action<string> say, CancellationToken cancellation)
    {
        var after = await LookAsync(plan.Host, cancellation).ConfigureAwait(false);
        book.Finish(plan, state, result, exitCode, was, Describe(plan, after));
        say($"Plan {plan.Code}: {result}" + (book.IsStuck(plan.Host) ? $"\nThat is the second failure on {plan.Host}: nothing more is run there until somebody has looked (\"resume {plan.Host}\")." : ""));
    }

    /// <summary>The state of what the plan acts on, for the audit log.</summary>
    private string Describe(ActionPlan plan, HostReading reading) => reading.Problem ?? string.Join("; ", plan.Actions.Select(a =>
        a.Action.Kind == "ha.act" ? home?.State(a.Action) ?? "unknown"
        : reading.Containers.FirstOrDefault(c => c.Name == a.Action.Thing) is { } container
            ? $"{container.Name} {container.State}{(container.Health is { } health ? "/" + health : "")}"
            : $"{a.Action.Thing} failed units {string.Join(',', reading.FailedUnits ?? [])}".Trim()).Distinct(StringComparer.Ordinal));

    private static string Tail(CommandResult result)
    {
        var text = (result.Error.Trim().Length > 0 ? result.Error : result.Output).Trim();
        var line = text.LastIndexOf('\n') is > 0 and var at ? text[(at + 1)..] : text;
        return result.Status switch
        {
            CommandStatus.Exited => $"exit {result.ExitCode}{(line.Length > 0 ? ": " + OutsideText.Line(line, TailLength) : "")}",
            CommandStatus.TimedOut => "it did not end in time and was stopped; what it had done is not known",
            _ => OutsideText.Line(line.Length > 0 ? line : result.Status.ToString(), TailLength),
        };
    }
}
