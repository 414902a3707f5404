using OpenSre.Home.Tests.Actions;

namespace OpenSre.Home.Tests;

/// <summary>How everything is: asked for, and by itself each day.</summary>
public class DigestTests
{
    [Fact]
    public async Task It_comes_each_day_at_its_time_to_everybody_who_gets_notices_and_once()
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Vienna");
        var start = new DateTimeOffset(2026, 10, 24, 3, 0, 0, TimeSpan.Zero);
        var chat = new FakeChat(TimeProvider.System);
        var config = new HomeConfig { Folder = "unused", Zone = zone, DigestAt = new TimeOnly(7, 0), People = [new Person("Anna", "anna", IsOperator: true), new Person("Ben", "ben", IsOperator: true), new Person("Cleo", "cleo", IsOperator: false)] };

        // Twice, as after a restart at that moment.
        for (var run = 0; run < 2; run++)
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            var time = new RushingTime(start);
            var running = new Digest(config, [new Part("2 containers run"), new Part(""), new Part("No alert is open.")], time).RunAsync(chat, stop.Token);
            while (time.GetUtcNow() < start.AddDays(4))
            {
                await Task.Delay(20, stop.Token);
            }

            await stop.CancelAsync();
            await Task.WhenAny(running);
        }

        // The clock goes back in the night to the second day.
        var said = chat.Messages.Where(m => new[] { " 24 ", " 25 ", " 26 " }.Any(m.Text.Split('\n')[0].Contains)).ToList();
        Assert.Equal(["Digest of Saturday 24 October, 07:00", "Digest of Sunday 25 October, 07:00", "Digest of Monday 26 October, 07:00"], said.Where(m => m.Chat == "anna").Select(m => m.Text.Split('\n')[0]));
        Assert.Equal(3, said.Count(m => m.Chat == "ben"));
        Assert.All(said, m => Assert.EndsWith("\n\n2 containers run\n\nNo alert is open.", m.Text, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("digest")]
    [InlineData("Give me a summary!")]
    [InlineData("/report")]
    public async Task It_is_told_on_request(string text)
    {
        var time = new RushingTime(DateTimeOffset.UnixEpoch);
        var digest = new Digest(new HomeConfig { Folder = "unused", Zone = TimeZoneInfo.Utc }, [new Part("No alert is open.")], time);
        Assert.EndsWith("No alert is open.", await LastWord.OfAsync(digest.TryAnswer(new ChatMessage("anna", "anna", 1, text))), StringComparison.Ordinal);
        Assert.Null(digest.TryAnswer(new ChatMessage("anna", "anna", 1, "digest the logs of plex")));
    }

    private sealed class Part(string text) : IDigestPart
    {
        public Task<string> DigestAsync(DateTimeOffset since, CancellationToken cancellation) => Task.FromResult(text);
    }
}
