using OpenSre.Tests;

namespace OpenSre.Home.Tests;

/// <summary>Timers of a chat, and orders that are put off.</summary>
public sealed class HomeTimersTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("home-timers").FullName;
    private readonly ManualTime _time = new();

    private string File => Path.Combine(_folder, "timers.json");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void They_are_set_named_prolonged_held_asked_about_and_cancelled()
    {
        var timers = new HomeTimers(new HomeTimerBook(File), TimeZoneInfo.Utc, _time);
        Assert.StartsWith("The timer “pizza”: 12 min left, until ", Say(timers, "set a pizza timer for 12 minutes"), StringComparison.Ordinal);
        Assert.StartsWith("The timer of 5 min: 5 min left", Say(timers, "set a timer for 5 minutes"), StringComparison.Ordinal);
        Assert.StartsWith("The timer “pizza”: 14 min left", Say(timers, "add 2 minutes to the pizza timer"), StringComparison.Ordinal);
        Assert.StartsWith("Which one? ", Say(timers, "cancel the timer"), StringComparison.Ordinal);
        Assert.Equal("The timer “pizza” is held with 14 min left.", Say(timers, "pause the pizza timer"));
        _time.Advance(TimeSpan.FromMinutes(3));
        Assert.Contains("The timer of 5 min: 2 min left", Say(timers, "check timers"), StringComparison.Ordinal);

        // Also after a restart, and nobody's business in another chat.
        timers = new HomeTimers(new HomeTimerBook(File), TimeZoneInfo.Utc, _time);
        Assert.Equal("No timer runs here.", Say(timers, "check timers", chat: "another"));
        Assert.StartsWith("The timer “pizza”: 14 min left", Say(timers, "resume the pizza timer"), StringComparison.Ordinal);
        Assert.Equal("The timer of 5 min is cancelled.", Say(timers, "cancel the 5 minute timer"));
        Assert.Equal("The timer is cancelled.", Say(timers, "cancel all timers"));
        Assert.Equal("No timer runs here.", Say(timers, "check timers"));
        Assert.Contains("seven days", Say(timers, "set a timer for 200 hours"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_over_rings_once_also_when_it_ended_while_nothing_ran()
    {
        var book = new HomeTimerBook(File);
        Say(new HomeTimers(book, TimeZoneInfo.Utc, _time), "set a timer for 5 minutes");
        _time.Advance(TimeSpan.FromMinutes(4));
        var chat = new FakeChat(_time);
        await RunAsync(new HomeTimers(new HomeTimerBook(File), TimeZoneInfo.Utc, _time), chat, 0);
        Assert.Empty(chat.Messages);
        _time.Advance(TimeSpan.FromMinutes(30));
        var again = new HomeTimerBook(File);
        await RunAsync(new HomeTimers(again, TimeZoneInfo.Utc, _time), chat, 1);
        Assert.Matches(@"^⏰ The timer of 5 min is over since \d\d:\d\d:\d\d\.$", Assert.Single(chat.Messages).Text);
        Assert.Empty(again.All);
    }

    [Fact]
    public async Task An_order_that_was_put_off_is_done_then_once_and_not_when_it_is_much_too_late()
    {
        var book = new HomeTimerBook(File);
        var timers = new HomeTimers(book, TimeZoneInfo.Utc, _time);
        var message = new ChatMessage("chat", "owner", 1, "");
        Assert.StartsWith("I will do that in 10 min, at ", timers.PutOff(message, "turn off the desk lamp", TimeSpan.FromMinutes(10)), StringComparison.Ordinal);
        timers.PutOff(message, "turn on the pump", TimeSpan.FromMinutes(100));
        _time.Advance(TimeSpan.FromMinutes(11));
        var chat = new FakeChat(_time);
        List<string> done = [];
        await RunAsync(timers, chat, 1, done);
        Assert.Equal("⏰ “turn off the desk lamp”: turn off the desk lamp.", Assert.Single(chat.Messages).Text);
        _time.Advance(TimeSpan.FromMinutes(120));
        await RunAsync(new HomeTimers(new HomeTimerBook(File), TimeZoneInfo.Utc, _time), chat, 2, done);
        Assert.Contains("when I was not running. Nothing was done.", chat.Messages[1].Text, StringComparison.Ordinal);
        Assert.Equal(["turn off the desk lamp"], done);
    }

    [Fact]
    public async Task Only_what_needs_no_confirmation_can_be_put_off()
    {
        await using var house = await TestHouse.StartAsync();
        var timers = new HomeTimers(new HomeTimerBook(null), TimeZoneInfo.Utc, _time);
        var skill = new HomeAssistantSkill(house.Client, house.Home.Settings(), TimeZoneInfo.Utc, _time, _ => true, TimeSpan.FromSeconds(1), () => "K7Q4", timers: timers);
        Assert.StartsWith("To unlock Front Door needs an answer", await LastWord.OfAsync(skill.TryAnswer(house.Message("unlock the front door in 10 minutes"))), StringComparison.Ordinal);
        Assert.StartsWith("I will do that in 10 min", await LastWord.OfAsync(skill.TryAnswer(house.Message("turn on the desk lamp in 10 minutes"))), StringComparison.Ordinal);
        Assert.Empty(house.Home.Calls);
        var chat = new FakeChat(_time);
        _time.Advance(TimeSpan.FromMinutes(10));
        using var stop = new CancellationTokenSource();
        var running = timers.RunAsync(chat, skill.CarryOutAsync, stop.Token);
        await HomeBed.Until(() => chat.Messages.Count == 1);
        Assert.Equal("⏰ “turn on the desk lamp”: Desk Lamp is on.", chat.Messages[0].Text);
        await stop.CancelAsync();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    [Theory]
    [InlineData("cancel all timers")]
    [InlineData("cancel the timer")]
    public void An_order_that_was_put_off_can_be_called_off(string text)
    {
        var timers = new HomeTimers(new HomeTimerBook(null), TimeZoneInfo.Utc, _time);
        timers.PutOff(new ChatMessage("chat", "owner", 1, ""), "turn off the desk lamp", TimeSpan.FromMinutes(10));
        Assert.Equal("Not to be done any more: “turn off the desk lamp”.", Say(timers, text));
        Assert.Equal("No timer runs here.", Say(timers, text));
    }

    private static async Task RunAsync(HomeTimers timers, FakeChat chat, int messages, List<string>? done = null)
    {
        using var stop = new CancellationTokenSource();
        var running = timers.RunAsync(
            chat,
            (t, _) =>
            {
                done?.Add(t.Order!);
                return Task.FromResult(t.Order + ".");
            },
            stop.Token);
        await HomeBed.Until(() => chat.Messages.Count >= messages);
        await stop.CancelAsync();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    private static string Say(HomeTimers timers, string text, string chat = "chat")
    {
        var request = new SentenceEngine(House.Empty).Understand(text).Request;
        Assert.True(request is not null, text);
        return timers.Answer(request, new ChatMessage(chat, "owner", 1, text));
    }
}
