using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using OpenSre.Core;
using OpenSre.Investigation;

namespace OpenSre.Home;

/// <summary>What a person answered to a plan, and what was ruled about it.</summary>
/// <param name="Plan">Null when it was refused.</param>
/// <param name="Said">The reason of a refusal; empty for a message that was heard before.</param>
public sealed record PlanRuling(ActionPlan? Plan, string Said);

/// <summary>
/// All plans and what was done, in one file that is always whole, with an entry in the audit log for each step of their
/// lives. It rules about answers: who, where, when, to what, how often. A step that cannot be audited does not happen.
/// </summary>
public sealed class PlanBook
{
    private static readonly TimeSpan Young = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Ahead = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Kept = TimeSpan.FromDays(2);
    private const int PlansKept = 200;
    private const int SeenKept = 4000;

    private readonly PlanFile _file;
    private readonly string? _path;
    private readonly AuditLog _audit;
    private readonly TimeProvider _time;
    private readonly Func<string?> _frozen;
    private readonly Action<string> _log;
    private readonly string _session = $"home-{Environment.ProcessId}";

    /// <param name="path">Where it is kept; null for memory alone.</param>
    /// <param name="frozen">Why nothing may be approved or begun at the moment, such as an account whose identity changed; null when all is well.</param>
    /// <param name="log">Told when it cannot be read or written, in a sentence.</param>
    /// <remarks>A file that is no plan book is kept beside the new one: of what stood in it nothing can be approved any more.</remarks>
    /// <exception cref="InvalidDataException">The file is there and may not be read.</exception>
    public PlanBook(string? path, AuditLog audit, TimeProvider time, Func<string?>? frozen = null, Action<string>? log = null)
    {
        _path = path;
        _audit = audit;
        _time = time;
        _frozen = frozen ?? (() => null);
        _log = log ?? (_ => { });
        PlanFile? file = null;
        try
        {
            file = path is not null && File.Exists(path) ? JsonSerializer.Deserialize(File.ReadAllBytes(path), PlanJson.Default.PlanFile) : new PlanFile();
        }
        catch (JsonException)
        {
            // Said below, as for one of which parts are missing.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"{path} cannot be read: {e.Message}", e);
        }

        WasLost = file is not { IsWhole: true };
        if (WasLost)
        {
            _log(Unreadable.Keep(path!, "it cannot be read, so plans that were open or running are not known any more; nothing of them can be approved"));
        }

        _file = WasLost ? new PlanFile() : file!;
        LeftOver = [.. _file.Plans.Where(p => p.State is PlanState.Approved or PlanState.Running || (p.State == PlanState.Open && OutsideCalls.IsOne(p)))];
    }

    /// <summary>The file was there and could not be read.</summary>
    public bool WasLost { get; }

    /// <summary>What was in the middle when the program began, or waited for an investigation that ended with it; nothing that was decided since.</summary>
    public IReadOnlyList<ActionPlan> LeftOver { get; }

    public Lock Gate { get; } = new();

    /// <summary>Told of each plan that ended without having started. It must be quick: the book is held meanwhile.</summary>
    public Action<ActionPlan> Ended { get; set; } = _ => { };

    public AuditLog Audit => _audit;

    /// <summary>Why nothing is approved at the moment; null when all is well. It ends when somebody at the machine trusts the account again.</summary>
    public string? Frozen => _frozen();

    public IReadOnlyList<ActionPlan> All
    {
        get
        {
            lock (Gate)
            {
                return [.. _file.Plans];
            }
        }
    }

    public ActionPlan? Find(string code)
    {
        lock (Gate)
        {
            return _file.Plans.Find(p => p.Code == code);
        }
    }

    /// <summary>The plan a message of ours shows; null when it shows none.</summary>
    public ActionPlan? ShownBy(string chat, long timestamp)
    {
        lock (Gate)
        {
            return _file.Plans.Find(p => p.Posts.TryGetValue(chat, out var posted) && posted == timestamp);
        }
    }

    /// <summary>Plans that wait for an answer; those that waited too long are expired on the way.</summary>
    public IReadOnlyList<ActionPlan> Open()
    {
        lock (Gate)
        {
            var now = _time.GetUtcNow();
            foreach (var plan in _file.Plans.Where(p => p.State == PlanState.Open && now >= p.ExpiresAt).ToList())
            {
                End(plan, PlanState.Expired, "", "expired");
            }

            return [.. _file.Plans.Where(p => p.State == PlanState.Open)];
        }
    }

    /// <summary>Keeps a new plan. It is written to the audit log first.</summary>
    public void Add(ActionPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        lock (Gate)
        {
            Write(plan, "offered", ApprovalOutcome.Declined, null);
            _file.Plans.Add(plan);
            while (_file.Plans.Count > PlansKept && _file.Plans.Find(p => p.IsOver) is { } old)
            {
                _file.Plans.Remove(old);
            }

            Save();
        }
    }

    public void Posted(string code, string chat, long timestamp)
    {
        lock (Gate)
        {
            if (_file.Plans.Find(p => p.Code == code) is { } plan && plan.Posts.TryAdd(chat, timestamp))
            {
                Tried(Save);
            }
        }
    }

    /// <summary>Times at which plans were offered unasked within the last hour.</summary>
    public int OffersInHour()
    {
        lock (Gate)
        {
            var now = _time.GetUtcNow();
            return _file.Plans.Count(p => p.Alarms.Count > 0 && now - p.CreatedAt < TimeSpan.FromHours(1));
        }
    }

    /// <summary>
    /// Rules about a yes. What is granted is stored and audited before this returns, and its code is used up.
    /// </summary>
    /// <param name="how">code, quote, reaction or bare.</param>
    /// <param name="confirmed">The word "confirm" stood beside the code.</param>
    /// <param name="present">Renders the plan again as things are now; its hash must be the one that was shown.</param>
    public PlanRuling Approve(ActionPlan plan, ChatMessage message, string how, bool confirmed, bool isOperator, Func<ActionPlan, string?> present, ActionSettings settings)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(message);
        lock (Gate)
        {
            var now = _time.GetUtcNow();
            if (!Hear(message, now))
            {
                return new PlanRuling(null, "");
            }

            var refusal = Answerable(plan, message, isOperator, now);
            refusal ??= (plan.Risk, how, confirmed) switch
            {
                (ActionRisk.High, "code", true) => null,
                (ActionRisk.High, _, _) => $"Plan {plan.Code} is of high risk: only the text \"approve {plan.Code} confirm\" does it.",
                (ActionRisk.Medium, "bare", _) => $"Plan {plan.Code} is of medium risk: write \"approve {plan.Code}\", or answer or react to its message.",
                _ => null,
            };
            refusal ??= Rate(plan, now, settings);
            if (refusal is null && present(plan) != plan.Hash)
            {
                refusal = $"What plan {plan.Code} would run is not what was shown any more; nothing was run. Ask for it again.";
                End(plan, PlanState.Refused, refusal, "refused", message, how);
            }

            if (refusal is not null)
            {
                return Refused(refusal);
            }

            plan.By = Account(message.Sender);
            plan.How = how;
            plan.Chat = message.Chat;
            plan.DecidedAt = now;
            plan.AnsweredBy = message.Timestamp;
            var state = plan.State;
            plan.State = PlanState.Approved;
            var what = "the audit log";
            try
            {
                Write(plan, "approved", ApprovalOutcome.Approved, null);
                what = "the list of plans";
                Save();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                plan.State = state;
                return new PlanRuling(null, $"Nothing was run: {what} cannot be written ({e.Message}).");
            }

            return new PlanRuling(plan, "");
        }
    }

    /// <summary>Rules about a no.</summary>
    public PlanRuling Reject(ActionPlan plan, ChatMessage message, string how, string reason, bool isOperator)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(message);
        lock (Gate)
        {
            if (!Hear(message, _time.GetUtcNow()))
            {
                return new PlanRuling(null, "");
            }

            // A no is taken however late it comes; it does nothing.
            if (!isOperator)
            {
                return Refused("Only operators may answer plans.");
            }

            if (!plan.Chats.Contains(message.Chat))
            {
                return Refused($"Plan {plan.Code} was not shown in this chat.");
            }

            if (plan.State is not (PlanState.Open or PlanState.Approved))
            {
                return Refused($"Plan {plan.Code}: {plan.Said()}.");
            }

            End(plan, plan.State == PlanState.Open ? PlanState.Rejected : PlanState.Cancelled, OutsideText.Line(reason, 200), "rejected", message, how);
            return new PlanRuling(plan, "");
        }
    }

    private PlanRuling Refused(string said)
    {
        Tried(Save);
        return new PlanRuling(null, said);
    }

    /// <summary>Takes an approval back; true when nothing had started and nothing will.</summary>
    public bool Withdraw(ActionPlan plan, ChatMessage message)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(message);
        lock (Gate)
        {
            if (plan.State != PlanState.Approved || plan.How != "reaction" || plan.By != Account(message.Sender))
            {
                return false;
            }

            End(plan, PlanState.Cancelled, "the reaction was taken back before it started", "rejected", message, "reaction");
            return true;
        }
    }

    /// <summary>The plan that a message approved which its sender has deleted, if it has not started; it never will.</summary>
    public ActionPlan? TakeBack(ChatMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        lock (Gate)
        {
            if (_file.Plans.Find(p => p.State == PlanState.Approved && p.AnsweredBy == message.Deletes && p.By == Account(message.Sender)) is not { } plan)
            {
                return null;
            }

            End(plan, PlanState.Cancelled, "the message that approved it was deleted before it started", "rejected", message, "deletion");
            return plan;
        }
    }

    /// <summary>From approved to running; false when it was cancelled meanwhile.</summary>
    public bool Start(ActionPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        lock (Gate)
        {
            if (plan.State != PlanState.Approved)
            {
                return false;
            }

            Write(plan, "started", ApprovalOutcome.Approved, null);
            plan.State = PlanState.Running;
            _file.Done.Add(new DoneAction(_time.GetUtcNow(), plan.Host, [.. plan.Actions.Select(a => a.Action.Thing)]));
            _file.Done.RemoveAll(d => _time.GetUtcNow() - d.At > Kept);
            Save();
            return true;
        }
    }

    /// <summary>Says that a command is about to begin. After a crash it counts as perhaps run, and is never run again.</summary>
    public void Begin(ActionPlan plan, ActionStep step)
    {
        ArgumentNullException.ThrowIfNull(plan);
        lock (Gate)
        {
            plan.Begun++;
            plan.LastBegun = step.Shown;
            Write(plan, "step", ApprovalOutcome.Approved, t => t with { Argv = [.. step.Argv.Select(Redaction.Apply)] });
            Save();
        }
    }

    /// <summary>Says how a command ended, and with it, what the host looked like.</summary>
    public void Finish(ActionPlan plan, PlanState state, string result, int? exitCode, string before, string after)
    {
        ArgumentNullException.ThrowIfNull(plan);
        lock (Gate)
        {
            plan.State = state;
            plan.Result = result;
            plan.EndedAt = _time.GetUtcNow();
            plan.IsUntold = true;
            if (state is PlanState.Failed or PlanState.NotFixed or PlanState.Undone)
            {
                _file.Failures[plan.Host] = _file.Failures.GetValueOrDefault(plan.Host) + 1;
            }
            else if (state == PlanState.Fixed)
            {
                _file.Failures.Remove(plan.Host);
            }

            // What was done was done; that it cannot be written down keeps nobody from being told.
            Tried(Save);
            Tried(() => Write(plan, state == PlanState.Interrupted ? "interrupted" : "finished", ApprovalOutcome.Approved, t => t with { ExitCode = exitCode, Before = before, After = after }));
        }
    }

    /// <summary>How a plan ended was handed to the channel.</summary>
    public void Told(ActionPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        lock (Gate)
        {
            if (plan.IsUntold)
            {
                plan.IsUntold = false;
                Tried(Save);
            }
        }
    }

    /// <summary>Ends a plan that never started.</summary>
    public void End(ActionPlan plan, PlanState state, string result)
    {
        ArgumentNullException.ThrowIfNull(plan);
        lock (Gate)
        {
            End(plan, state, result, state.ToString().ToLowerInvariant());
        }
    }

    /// <summary>Calls a plan off that has not started; false when it is too late for that.</summary>
    public bool TryCancel(ActionPlan plan, string why)
    {
        ArgumentNullException.ThrowIfNull(plan);
        lock (Gate)
        {
            if (plan.State is not (PlanState.Open or PlanState.Approved))
            {
                return false;
            }

            End(plan, PlanState.Cancelled, why, "cancelled");
            return true;
        }
    }

    /// <summary>Whether things on a host failed so often that a person has to look.</summary>
    public bool IsStuck(string host)
    {
        lock (Gate)
        {
            return _file.Failures.GetValueOrDefault(host) >= 2;
        }
    }

    /// <summary>Lets actions on a host go on after failures.</summary>
    public bool Resume(string host)
    {
        lock (Gate)
        {
            var was = _file.Failures.Remove(host);
            Save();
            return was;
        }
    }

    /// <summary>
    /// False for a message that was taken before. It is stored together with what was ruled about it: a kill between the two
    /// would leave an answer that counts as taken and was lost.
    /// </summary>
    private bool Hear(ChatMessage message, DateTimeOffset now)
    {
        var id = $"{Account(message.Sender)}:{message.Timestamp}";
        if (_file.Heard.ContainsKey(id))
        {
            return false;
        }

        _file.Heard[id] = now;
        if (_file.Heard.Count > SeenKept)
        {
            foreach (var old in _file.Heard.OrderBy(h => h.Value).Take(SeenKept / 4).Select(h => h.Key).ToList())
            {
                _file.Heard.Remove(old);
            }
        }

        return true;
    }

    private string? Answerable(ActionPlan plan, ChatMessage message, bool isOperator, DateTimeOffset now)
    {
        var sent = DateTimeOffset.FromUnixTimeMilliseconds(message.Timestamp);
        if (!isOperator)
        {
            return "Only operators may approve plans.";
        }

        if (Frozen is { } frozen)
        {
            return $"Nothing is approved at the moment: {frozen}";
        }

        if (message.IsEdit)
        {
            return "An edited message approves nothing; write it anew.";
        }

        if (!plan.Chats.Contains(message.Chat))
        {
            return $"Plan {plan.Code} was not shown in this chat.";
        }

        if (plan.State != PlanState.Open)
        {
            return $"Plan {plan.Code}: {plan.Said()}.";
        }

        if (now >= plan.ExpiresAt)
        {
            End(plan, PlanState.Expired, "", "expired");
            return $"Plan {plan.Code} has expired. Ask for it again.";
        }

        var shown = plan.Posts.TryGetValue(message.Chat, out var posted) ? DateTimeOffset.FromUnixTimeMilliseconds(posted) : plan.CreatedAt;
        return sent < shown ? $"That was written before plan {plan.Code} was shown; nothing was run."
            : now - sent > Young ? $"That was written {RuleWords.Span(now - sent)} ago; nothing was run. If you still want it, write it again."
            : sent - now > Ahead ? "The clock of your phone is ahead by minutes; nothing was run."
            : null;
    }

    private string? Rate(ActionPlan plan, DateTimeOffset now, ActionSettings settings)
    {
        if (_file.Failures.GetValueOrDefault(plan.Host) >= 2)
        {
            return $"Two actions on {plan.Host} have failed; nothing more is run there until somebody has looked. \"resume {plan.Host}\" goes on.";
        }

        if (_file.Done.Count(d => d.Host == plan.Host && now - d.At < TimeSpan.FromHours(1)) >= settings.PerHostAndHour)
        {
            return $"There were {settings.PerHostAndHour} actions on {plan.Host} within the hour; no more for now.";
        }

        return plan.Actions.Select(a => a.Action.Thing).FirstOrDefault(t => t.Length > 0 && _file.Done.Exists(d => d.Host == plan.Host && now - d.At < TimeSpan.FromMinutes(15) && d.Things.Contains(t))) is { } thing
            ? $"{thing} was acted on within the last 15 minutes; not again so soon."
            : null;
    }

    private void End(ActionPlan plan, PlanState state, string result, string stage, ChatMessage? message = null, string how = "")
    {
        plan.IsUntold = plan.State == PlanState.Approved && message is null;
        plan.State = state;
        plan.Result = result;
        plan.EndedAt = _time.GetUtcNow();
        if (message is not null)
        {
            plan.By = Account(message.Sender);
            plan.How = how;
            plan.Chat = message.Chat;
        }

        Tried(Save);
        Ended(plan);
        Tried(() => Write(plan, stage, state == PlanState.Expired ? ApprovalOutcome.Expired : ApprovalOutcome.Declined, t => t with { After = result.Length > 0 ? result : null }));
    }

    private void Write(ActionPlan plan, string stage, ApprovalOutcome outcome, Func<AuditTrail, AuditTrail>? more)
    {
        var trail = new AuditTrail(stage, plan.Code, Account(plan.Chat), plan.By, plan.How) { Evidence = plan.Evidence.Length > 0 ? plan.Evidence : null };
        _audit.Append(new AuditRecord(1, _time.GetUtcNow(), _session, string.Join(", ", plan.Actions.Select(a => a.Action.ToString())), Redaction.Apply(string.Join(" ; ", plan.AllSteps.Select(s => s.Shown))), plan.Hash, outcome, plan.By.Length > 0 ? $"{plan.By} by {plan.How}" : "nobody yet")
        {
            Trail = more is null ? trail : more(trail),
        });
    }

    /// <summary>A name for an account that does not tell the account.</summary>
    public static string Account(string account) => account.Length == 0 ? "" : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(account)))[..12];

    /// <summary>Stores that something will not happen, or has: which is so whether or not it can be written down.</summary>
    private void Tried(Action store)
    {
        try
        {
            store();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _log($"what became of a plan cannot be written down ({OutsideText.Line(e.Message, 160)}); it holds until the next start");
        }
    }

    private void Save()
    {
        if (_path is not null)
        {
            WholeFile.Replace(_path, JsonSerializer.SerializeToUtf8Bytes(_file, PlanJson.Default.PlanFile));
        }
    }
}

internal sealed class PlanFile
{
    public List<ActionPlan> Plans { get; set; } = [];

    public List<DoneAction> Done { get; set; } = [];

    /// <summary>Failed plans in a row, by host.</summary>
    public Dictionary<string, int> Failures { get; set; } = [];

    /// <summary>Answers that were taken, so that none is taken twice.</summary>
    public Dictionary<string, DateTimeOffset> Heard { get; set; } = [];

    internal bool IsWhole => Plans is not null && Done is not null && Failures is not null && Heard is not null && Done.TrueForAll(d => d is { Host: not null, Things: not null })
        && Plans.TrueForAll(p => p is { Code: not null, Host: not null, Hash: not null, Actions.Count: > 0, Chats: not null, Posts: not null, Alarms: not null } && p.Actions.All(a => a is { Action: not null, Steps: not null, Undo: not null }));
}

internal sealed record DoneAction(DateTimeOffset At, string Host, IReadOnlyList<string> Things);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, IgnoreReadOnlyProperties = true)]
[JsonSerializable(typeof(PlanFile))]
internal sealed partial class PlanJson : JsonSerializerContext;
