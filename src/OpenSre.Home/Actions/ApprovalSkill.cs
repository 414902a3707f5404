using System.Threading.Channels;

namespace OpenSre.Home;

/// <summary>
/// Answers to plans: <c>approve CODE</c>, <c>approve CODE confirm</c>, <c>reject CODE reason</c>, the same words as a reply to
/// a plan's message, 👍 and 👎 on it; and <c>plans</c>, <c>history</c>, <c>/audit 5</c>, <c>resume HOST</c>. It comes before
/// every other skill. What is approved runs to its end whether or not anybody listens to the answer.
/// </summary>
/// <param name="self">What we are called in the chats, see <see cref="IChatChannel.Self"/>.</param>
/// <param name="stop">Ends what runs when the program ends; what was begun is reported after the next start.</param>
public sealed class ApprovalSkill(PlanBook book, PlanRunner runner, Func<string, HostReading?> latest, Func<string, bool> isOperator, string self, TimeProvider time, CancellationToken stop = default) : IChatSkill
{
    private static readonly TimeSpan BareWithin = TimeSpan.FromMinutes(10);

    /// <summary>Learns which messages show plans, where that was not noted; asked before a message of ours counts as showing none.</summary>
    public Action Recall { get; set; } = () => { };

    /// <summary>The plan that runs, or ran last; for tests and for an orderly end.</summary>
    public Task Running { get; private set; } = Task.CompletedTask;

    public IAsyncEnumerable<string>? TryAnswer(ChatMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (message.Deletes is not null)
        {
            return book.TakeBack(message) is { } plan ? One($"Plan {plan.Code}: cancelled, nothing was run.") : null;
        }

        if (PlanAnswer.Read(message, self) is { } answer)
        {
            return Rule(message, answer);
        }

        return message.Reaction is null && Command(message) is { } text ? One(text) : null;
    }

    private IAsyncEnumerable<string>? Rule(ChatMessage message, PlanAnswer answer)
    {
        var (plan, refusal) = Find(message, answer);
        if (plan is null)
        {
            return refusal is null ? null : One(refusal);
        }

        switch (answer.Kind)
        {
            case AnswerKind.Withdraw:
                return One(book.Withdraw(plan, message) ? $"Plan {plan.Code}: cancelled, nothing was run." : "");
            case AnswerKind.Reject:
                var ruled = book.Reject(plan, message, answer.How, answer.Reason, isOperator(message.Sender));
                return One(ruled.Plan is null ? ruled.Said : $"Plan {plan.Code}: {plan.Said()}. Nothing was run.");
        }

        if (answer.Problem is { } problem)
        {
            return One(problem);
        }

        var ruling = book.Approve(plan, message, answer.How, answer.Confirmed, isOperator(message.Sender), HashNow, runner.Options.Settings);
        if (ruling.Plan is null)
        {
            return One(ruling.Said);
        }

        var progress = Channel.CreateUnbounded<string>(new UnboundedChannelOptions { SingleReader = true });
        var running = Task.Run(() => RunAsync(plan, progress.Writer), CancellationToken.None);
        if (runner.Tells is not { } channel || message.Chat == LocalChannel.Chat)
        {
            Running = running;
            return Heard(plan, progress.Reader);
        }

        Running = Task.WhenAll(running, TellAsync(channel, plan, progress.Reader));
        return One("");
    }

    private async IAsyncEnumerable<string> Heard(ActionPlan plan, ChannelReader<string> progress)
    {
        await foreach (var text in progress.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
        {
            yield return text;
        }

        book.Told(plan);
    }

    /// <summary>One message about a plan, edited as it goes on; the answer to the approval itself is empty and leaves the chat free.</summary>
    private async Task TellAsync(IChatChannel channel, ActionPlan plan, ChannelReader<string> progress)
    {
        long? message = null;
        var shown = "";
        var text = "";
        while (await progress.WaitToReadAsync(CancellationToken.None).ConfigureAwait(false))
        {
            while (progress.TryRead(out var newer))
            {
                text = NoticeText.Cut(newer);
            }

            if (shown.Length == 0)
            {
                message = await channel.SendAsync(plan.Chat, text, $"plan-{plan.Code}-run@{plan.Chat}", null, CancellationToken.None).ConfigureAwait(false);
                shown = text;
            }
            else if (message is { } posted && text != shown && await channel.EditAsync(plan.Chat, posted, text, CancellationToken.None).ConfigureAwait(false))
            {
                shown = text;
            }
        }

        // How it ended is said in any case.
        if (text != shown)
        {
            await channel.SendAsync(plan.Chat, text, PlanDesk.EndKey(plan, plan.Chat), null, CancellationToken.None).ConfigureAwait(false);
        }

        if (plan.IsOver)
        {
            book.Told(plan);
        }
    }

    /// <summary>Before the first look after a start nothing can be compared; the runner looks and compares before it runs anything.</summary>
    private string? HashNow(ActionPlan plan) => OutsideCalls.IsOne(plan) ? runner.HashNow(plan, null) : latest(plan.Host) is { Problem: null } look ? runner.HashNow(plan, look) : plan.Hash;

    private async Task RunAsync(ActionPlan plan, ChannelWriter<string> progress)
    {
        try
        {
            await runner.RunAsync(plan, text => progress.TryWrite(text), stop).ConfigureAwait(false);
            progress.Complete();
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // What had begun stands in the book as running, and is looked at after the next start.
            progress.Complete();
        }
#pragma warning disable CA1031 // Whatever broke, the person who approved is told, and the plan does not stay running.
        catch (Exception e)
#pragma warning restore CA1031
        {
            progress.TryWrite($"Plan {plan.Code}: something broke on the way ({e.GetType().Name}: {OutsideText.Line(e.Message, 160)}). {plan.Begun} commands were begun; look before you ask again.");
            progress.Complete();
            if (!plan.IsOver)
            {
                book.Finish(plan, PlanState.Interrupted, $"it broke on the way: {OutsideText.Line(e.Message, 160)}", null, "", "unknown");
            }
        }
    }

    /// <summary>The plan an answer means. Neither a plan nor a sentence: it is not for us.</summary>
    private (ActionPlan? Plan, string? Refusal) Find(ChatMessage message, PlanAnswer answer)
    {
        if (answer.Code is { } code)
        {
            var plan = book.Find(code);
            var ours = ChatWords.Word(ChatWords.Split(message.Text)[0]) is "approve" or "reject";
            return plan is null && ours ? (null, $"There is no plan {code}.") : (plan, null);
        }

        if (answer.Target is { } target)
        {
            var shown = book.ShownBy(message.Chat, target);
            if (shown is null)
            {
                Recall();
                shown = book.ShownBy(message.Chat, target);
            }

            return (shown, null);
        }

        var open = book.Open().Where(p => p.Chats.Contains(message.Chat)).ToList();
        if (open is not [var only])
        {
            return (null, open.Count == 0 ? "No plan is open here." : $"{open.Count} plans are open: write \"approve CODE\" or react to the message. {string.Join(", ", open.Select(p => $"{p.Code} ({p.Actions[0].Action})"))}");
        }

        return answer.Kind == AnswerKind.Approve && time.GetUtcNow() - only.CreatedAt >= BareWithin
            ? (null, $"Plan {only.Code} was shown {RuleWords.Span(time.GetUtcNow() - only.CreatedAt)} ago: write \"approve {only.Code}\".")
            : (only, null);
    }

    private string? Command(ChatMessage message)
    {
        var words = ChatWords.Split(message.Text);
        switch (words.Length > 0 ? ChatWords.Word(words[0]).TrimStart('/') : "")
        {
            case "plans" or "plan" when words.Length == 1:
                var open = book.Open();
                return open.Count == 0 ? "No plan waits for an answer." : NoticeText.Cut(string.Join("\n\n", open.Take(5).Select(p => p.Show(runner.Options.Zone))));
            case "plan" when words.Length == 2 && CodeBook.Read(words[1]) is { } code && book.Find(code) is { } plan:
                return NoticeText.Cut($"{plan.Show(runner.Options.Zone)}\nFor: {plan.Reason}");
            case "why" when words.Length == 2 && CodeBook.Read(words[1]) is { } asked && book.Find(asked) is { Alarms.Count: 0 } about:
                return NoticeText.Cut($"{about.Reason}\n{about.Show(runner.Options.Zone)}");
            case "history" when words.Length == 1:
                return History(10);
            case "audit" when words.Length <= 2:
                return Audit(words.Length == 2 && int.TryParse(words[1], out var most) ? Math.Clamp(most, 1, 20) : 5);
            case "resume" when words.Length == 2 && !message.IsEdit && book.IsStuck(ChatWords.Word(words[1])):
                return !isOperator(message.Sender) ? "Only operators may do that." : book.Resume(ChatWords.Word(words[1])) ? $"Actions on {ChatWords.Word(words[1])} may be approved again." : null;
            default:
                return null;
        }
    }

    private string History(int most)
    {
        var past = book.All.Where(p => p.IsOver).OrderByDescending(p => p.EndedAt).Take(most).ToList();
        return past.Count == 0 ? "Nothing has been done yet." : NoticeText.Cut(string.Join('\n', past.Select(p =>
            $"{TimeZoneInfo.ConvertTime(p.EndedAt ?? p.CreatedAt, runner.Options.Zone):d MMM HH:mm} · {p.Code} · {string.Join(", ", p.Actions.Select(a => a.Action.ToString()))}: {p.Said()}")));
    }

    private string Audit(int most)
    {
        var records = book.Audit.Newest(most);
        var chain = book.Audit.Verify();
        return NoticeText.Cut((records.Count == 0 ? "The audit log is empty." : string.Join('\n', records.Select(r =>
            $"{TimeZoneInfo.ConvertTime(r.At, runner.Options.Zone):d MMM HH:mm:ss} · {r.Trail?.Code} {r.Trail?.Stage ?? r.Outcome.ToString().ToLowerInvariant()} · {OutsideText.Line(r.Trail?.Argv is { } argv ? string.Join(' ', argv) : r.Action, 100)}{(r.Trail?.ExitCode is { } exit ? $" → {exit}" : "")} · {r.By}")))
            + (chain is null ? "\nThe chain is whole." : $"\n⚠️ {chain}"));
    }

    private static async IAsyncEnumerable<string> One(string text)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        if (text.Length > 0)
        {
            yield return text;
        }
    }
}
