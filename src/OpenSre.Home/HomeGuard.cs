using OpenSre.Core;
using OpenSre.Investigation;

namespace OpenSre.Home;

/// <summary>Watching and acting put together: the skills, what runs beside the chats, and the paragraph of the digest.</summary>
/// <param name="log">Told of what went wrong inside, in a sentence.</param>
/// <param name="home">Carries out <c>ha.act</c>; null without Home Assistant.</param>
/// <param name="investigator">Finds out why before a notice is sent; null to send without.</param>
/// <param name="second">For what is critical and unanswered; null for none.</param>
/// <param name="surroundings">Looks at certificates, Home Assistant and the channel; null for none.</param>
/// <param name="frozen">Why nothing may be approved at the moment; null for never.</param>
/// <param name="stop">Ends plans that run when the program ends; what was begun is reported after the next start.</param>
public sealed class HomeGuard(
    HomeConfig config,
    IChatChannel channel,
    IHostReader reader,
    IHostRunners runners,
    TimeProvider time,
    Action<string> log,
    IHomeActions? home = null,
    IAlertInvestigator? investigator = null,
    ISecondChannel? second = null,
    ISurroundingsReader? surroundings = null,
    IBeat? beat = null,
    Func<string?>? frozen = null,
    CancellationToken stop = default) : IDigestPart, IDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(5);

    private readonly Parts _parts = Parts.Make(config, channel, reader, runners, time, log, home, investigator, second, surroundings, beat, frozen, stop);

    /// <summary>To be asked before all others, in this order.</summary>
    public IReadOnlyList<IChatSkill> Skills => [_parts.Approvals, _parts.Alerts, _parts.Requests];

    public MonitorEngine Engine => _parts.Engine;

    public PlanMaker Plans => _parts.Maker;

    /// <summary>Shows plans made of <see cref="Plans"/>, such as those of Home Assistant.</summary>
    public PlanDesk PlanDesk => _parts.PlanDesk;

    /// <summary>Who is asked before a tool outside that may change something is called, in an investigation of a host that somebody asked for; null where nobody could answer.</summary>
    public ToolApprover? Approver(ChatMessage asked, HostSettings host)
    {
        ArgumentNullException.ThrowIfNull(asked);
        ArgumentNullException.ThrowIfNull(host);
        // Whoever may not approve has it shown to those who may.
        return _parts.Calls.For(_parts.PlanDesk, host.Name, config.Find(asked.Sender) is { IsOperator: true } ? [asked.Chat] : [.. config.NoticesTo]);
    }

    /// <summary>All plans, and what became of them.</summary>
    public PlanBook PlanBook => _parts.PlanBook;

    /// <summary>What runs until cancelled.</summary>
    public IReadOnlyList<Func<CancellationToken, Task>> Background => [_parts.Loop.RunAsync, PlansAsync];

    public void Dispose() => _parts.Desk.Dispose();

    public Task<string> DigestAsync(DateTimeOffset since, CancellationToken cancellation)
    {
        lock (Engine.Book.Gate)
        {
            var now = time.GetUtcNow();
            var open = Engine.Book.Alarms.Values.Where(a => a.IsOpen).OrderByDescending(a => a.Severity).ThenBy(a => a.Since).Take(10).Select(a => NoticeText.Short(a, now, _parts.Desk.Settings)).ToList();
            var over = Engine.Book.Past.Concat(Engine.Book.Alarms.Values.Where(a => a.Phase == AlarmPhase.Over && a.FiredAt is not null)).Where(a => a.OverAt >= since).TakeLast(5).Select(a => "✅ " + NoticeText.Short(a, now, _parts.Desk.Settings)).ToList();
            var plans = PlanBook.All.Where(p => p.EndedAt >= since && p.State is not (PlanState.Expired or PlanState.Cancelled)).TakeLast(5).Select(p => $"{p.Code}: {p.Said()}").ToList();
            return Task.FromResult(string.Join('\n', [open.Count == 0 ? "No alert is open." : "Open alerts:", .. open, .. over, .. plans]));
        }
    }

    private async Task PlansAsync(CancellationToken cancellation)
    {
        var said = await SafelyAsync(() => PlanDesk.StartAsync(cancellation), "", cancellation).ConfigureAwait(false);
        while (!cancellation.IsCancellationRequested)
        {
            said = await SafelyAsync(() => PlanDesk.TickAsync(cancellation), said, cancellation).ConfigureAwait(false);
            await Task.Delay(Tick, time, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>What went wrong, which is logged unless it was the same before; empty when nothing did.</summary>
    private async Task<string> SafelyAsync(Func<Task> work, string before, CancellationToken cancellation)
    {
        try
        {
            await work().ConfigureAwait(false);
            return "";
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // Plans must go on being shown and expired, whatever became of one.
        catch (Exception e)
#pragma warning restore CA1031
        {
            var sentence = $"Plans could not be shown: {e.GetType().Name}: {OutsideText.Line(e.Message, 160)}";
            if (sentence != before)
            {
                log(sentence);
            }

            return sentence;
        }
    }

    private sealed record Parts(MonitorEngine Engine, NoticeDesk Desk, MonitorLoop Loop, PlanBook PlanBook, PlanMaker Maker, PlanDesk PlanDesk, ApprovalSkill Approvals, AlertSkill Alerts, ActionRequestSkill Requests, OutsideCalls Calls)
    {
        public static Parts Make(HomeConfig config, IChatChannel channel, IHostReader reader, IHostRunners runners, TimeProvider time, Action<string> log, IHomeActions? home, IAlertInvestigator? investigator, ISecondChannel? second, ISurroundingsReader? surroundings, IBeat? beat, Func<string?>? frozen, CancellationToken stop)
        {
            // One audit log for all faces: that of the home folder.
            var audit = new AuditLog(Path.Combine(Path.GetDirectoryName(config.Folder)!, "audit.jsonl"));
            var codes = new CodeBook(Path.Combine(config.Folder, "codes.json"), time, log);
            var book = AlarmBook.Open(Path.Combine(config.Folder, "alarms.json"), log);
            var plans = new PlanBook(Path.Combine(config.Folder, "plans.json"), audit, time, frozen, log);
            if (plans.WasLost)
            {
                book.Overnight.Add("My memory of plans could not be read: what was open can no longer be approved, and what was running may or may not have run to its end.");
            }

            var engine = new MonitorEngine(book, codes, config.Rules, config.Hosts, every: config.Timeouts.MonitorEvery);
            var options = ActionOptions.From(config);
            var settings = NoticeSettings.From(config);
            var calls = new OutsideCalls(plans, codes, options, time);
            var runner = new PlanRunner(plans, options, reader, runners, time, engine, home, SurroundingsReader.ReadAsync, calls);
            var maker = new PlanMaker(plans, codes, options, reader.Latest, time, home);
            var desk = new NoticeDesk(book, channel, settings, time, investigator, maker, second);
            var planDesk = new PlanDesk(plans, runner, channel);
            void Recall()
            {
                desk.Recall();
                planDesk.Recall();
            }

            // What the channel knows to have sent is known here before anything is heard.
            Recall();
            bool IsOperator(string sender) => config.Find(sender) is { IsOperator: true };
            return new Parts(
                engine,
                desk,
                new MonitorLoop(engine, desk, reader, time, config.Timeouts.MonitorEvery, log, surroundings, beat),
                plans,
                maker,
                planDesk,
                new ApprovalSkill(plans, runner, reader.Latest, IsOperator, channel.Self, time, stop) { Recall = Recall },
                new AlertSkill(book, settings, [.. config.Hosts.Select(h => h.Name)], IsOperator, channel.Self, time, maker.AlarmOf) { Recall = desk.Recall },
                new ActionRequestSkill(maker, planDesk, options, reader, IsOperator),
                calls);
        }
    }
}
