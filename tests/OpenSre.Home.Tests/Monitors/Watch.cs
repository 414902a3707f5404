using OpenSre.Tests;

namespace OpenSre.Home.Tests;

/// <summary>The watching as it runs, with a clock moved by hand: a look a minute, the desk every fifteen seconds.</summary>
internal sealed class Watch
{
    public const string Chat = "owner";

    public Watch(NoticeSettings? settings = null, string? folder = null, ManualTime? time = null, FakeChat? channel = null, IAlertInvestigator? investigator = null, IPlanMaker? plans = null, ISecondChannel? second = null, IReadOnlyDictionary<string, RuleSettings>? rules = null, IReadOnlyList<HostSettings>? hosts = null)
    {
        Time = time ?? new ManualTime();
        Channel = channel ?? new FakeChat(Time);
        Settings = settings ?? new NoticeSettings { Chats = [Chat] };
        Codes = new CodeBook(folder is null ? null : Path.Combine(folder, "codes.json"), Time);
        Book = AlarmBook.Open(folder is null ? null : Path.Combine(folder, "alarms.json"));
        Engine = new MonitorEngine(Book, Codes, rules, hosts);
        Desk = new NoticeDesk(Book, Channel, Settings, Time, investigator, plans, second);
        Skill = new AlertSkill(Book, Settings, ["nas", "pi"], s => s == Chat, Channel.Self, Time);
    }

    public ManualTime Time { get; }

    public FakeChat Channel { get; }

    public NoticeSettings Settings { get; }

    public CodeBook Codes { get; }

    public AlarmBook Book { get; }

    public MonitorEngine Engine { get; }

    public NoticeDesk Desk { get; }

    public AlertSkill Skill { get; }

    public DateTimeOffset Now => Time.GetUtcNow();

    /// <summary>Goes on for so many minutes, looking at each at what the function shows.</summary>
    public async Task RunAsync(int minutes, params Func<DateTimeOffset, HostReading>[] looks)
    {
        for (var minute = 0; minute < minutes; minute++)
        {
            foreach (var look in looks)
            {
                Engine.Observe(look(Now));
            }

            for (var quarter = 0; quarter < 4; quarter++)
            {
                await Desk.TickAsync(CancellationToken.None);
                await Desk.SettleAsync();
                await Desk.TickAsync(CancellationToken.None);
                Time.Advance(TimeSpan.FromSeconds(15));
            }
        }
    }

    /// <summary>What is answered to a text; null when it is for nobody here.</summary>
    public async Task<string?> SayAsync(string text, ChatQuote? quote = null, string sender = Chat) =>
        await LastWord.OfAsync(Skill.TryAnswer(new ChatMessage(Chat, sender, Now.ToUnixTimeMilliseconds(), text, quote)));

    public async Task<string?> ReactAsync(string emoji, long target) =>
        await LastWord.OfAsync(Skill.TryAnswer(new ChatMessage(Chat, Chat, Now.ToUnixTimeMilliseconds(), "", null, new ChatReaction(emoji, target, Channel.Self, false))));
}
