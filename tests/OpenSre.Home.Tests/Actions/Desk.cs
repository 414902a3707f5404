using OpenSre.Investigation;

namespace OpenSre.Home.Tests.Actions;

/// <summary>The approval workflow with everything around it made of words.</summary>
internal sealed class Desk
{
    public const string Owner = "owner-uuid";
    public const string Chat = "owner-chat";

    public static readonly ActionOptions Usual = new()
    {
        Grace = TimeSpan.Zero,
        Hosts =
        [
            new HostSettings("nas", null, [], ["nas.example.org:443"], [], ["nginx.service"], ["/var/log/app/*.log"], ["storage"]),
        ],
        Runbook =
        [
            new RunbookStep("flush-dns", "nas", ["resolvectl", "flush-caches"], ["resolvectl", "query", "example.org"], [], TimeSpan.FromSeconds(20), false),
            new RunbookStep("rebalance", "nas", ["zpool", "scrub", "tank"], [], ["zpool", "scrub", "-s", "tank"], TimeSpan.FromSeconds(20), true),
        ],
    };

    public Desk(string folder, ActionOptions? options = null, RushingTime? time = null, FakeHosts? hosts = null, FakeChat? channel = null, IHomeActions? home = null)
    {
        Folder = folder;
        Time = time ?? new RushingTime(new DateTimeOffset(2026, 5, 4, 10, 0, 0, TimeSpan.Zero));
        Hosts = hosts ?? new FakeHosts(Time);
        Channel = channel ?? new FakeChat(Time);
        Options = options ?? Usual;
        Audit = new AuditLog(Path.Combine(folder, "audit.jsonl"));
        Codes = new CodeBook(Path.Combine(folder, "codes.json"), Time);
        Distrust = new Distrust(folder);
        Plans = new PlanBook(Path.Combine(folder, "plans.json"), Audit, Time, () => Distrust.Contains(Owner) ? "the safety number of Owner changed" : null);
        Engine = new MonitorEngine(AlarmBook.Open(Path.Combine(folder, "alarms.json")), Codes, hosts: Options.Hosts);
        Calls = new OutsideCalls(Plans, Codes, Options, Time);
        Runner = new PlanRunner(Plans, Options, Hosts, Hosts, Time, Engine, home, calls: Calls);
        Maker = new PlanMaker(Plans, Codes, Options, Hosts.Latest, Time, home);
        Posts = new PlanDesk(Plans, Runner, Channel);

        // Most tests read how it went as the answer itself.
        Runner.Tells = null;
        Skill = new ApprovalSkill(Plans, Runner, Hosts.Latest, s => s == Owner, Channel.Self, Time);
        Requests = new ActionRequestSkill(Maker, Posts, Options, Hosts, s => s == Owner);
    }

    public string Folder { get; }

    public RushingTime Time { get; }

    public FakeHosts Hosts { get; }

    public FakeChat Channel { get; }

    public ActionOptions Options { get; }

    public AuditLog Audit { get; }

    public CodeBook Codes { get; }

    public Distrust Distrust { get; }

    public PlanBook Plans { get; }

    public MonitorEngine Engine { get; }

    public OutsideCalls Calls { get; }

    public PlanRunner Runner { get; }

    public PlanMaker Maker { get; }

    public PlanDesk Posts { get; }

    public ApprovalSkill Skill { get; }

    public ActionRequestSkill Requests { get; }

    /// <summary>Asks for something and has the plan shown; its message is the newest in the channel.</summary>
    public async Task<ActionPlan> AskAsync(string text)
    {
        var before = Plans.All.Count;
        var answer = await LastWord.OfAsync(Requests.TryAnswer(Message(text)));
        Assert.True(Plans.All.Count == before + 1, $"no plan: {answer}");
        Time.Advance(TimeSpan.FromSeconds(5));
        return Plans.All[^1];
    }

    /// <summary>An alarm about a container, and the plan that is offered for it.</summary>
    public async Task<ActionPlan> AlarmAsync(string container = "plex")
    {
        Hosts.Look = Hosts.Look.With(container, c => c with { Health = "unhealthy" });
        for (var i = 0; i < 3; i++)
        {
            Engine.Observe(Hosts.Look with { At = Time.GetUtcNow() });
            Time.Advance(TimeSpan.FromMinutes(1));
        }

        var alarm = Assert.Single(Engine.Book.Alarms.Values, a => a.IsOpen);
        var code = Maker.Offer([NoticeDesk.Summary(alarm)], null, [Chat]);
        Assert.NotNull(code);
        Maker.Posted(code, Chat, (await Channel.SendAsync(Chat, Maker.Describe(code), "notice-1", null, CancellationToken.None))!.Value);
        Time.Advance(TimeSpan.FromSeconds(5));
        return Plans.Find(code)!;
    }

    public ChatMessage Message(string text, string sender = Owner, string chat = Chat, ChatQuote? quote = null, ChatReaction? reaction = null, bool isEdit = false, TimeSpan age = default) =>
        new(chat, sender, (Time.GetUtcNow() - age).ToUnixTimeMilliseconds(), text, quote, reaction, IsEdit: isEdit, ReceivedAt: Time.GetUtcNow());

    /// <summary>What is answered in the end; null when it is for nobody here.</summary>
    public async Task<string?> SayAsync(ChatMessage message)
    {
        var answer = await LastWord.OfAsync(Skill.TryAnswer(message));
        await Skill.Running;
        Time.Advance(TimeSpan.FromSeconds(1));
        return answer;
    }

    public Task<string?> SayAsync(string text) => SayAsync(Message(text));
}
