using OpenSre.Home.Tests.Actions;

namespace OpenSre.Home.Tests;

/// <summary>From the fault to the proof, with nothing but a look at the host and a thumb.</summary>
public sealed class HomeGuardTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("home-guard").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task An_alert_comes_with_a_plan_and_a_thumb_on_it_mends_the_trouble()
    {
        var time = new FastTime(new DateTimeOffset(2026, 5, 4, 10, 0, 0, TimeSpan.Zero));
        var hosts = new FakeHosts(time);
        var chat = new FakeChat(time);
        var config = new HomeConfig { Folder = Path.Combine(_folder, "home"), People = [new Person("Owner", "owner", IsOperator: true)], Hosts = [new HostSettings("nas", null)], Zone = TimeZoneInfo.Utc };
        using var guard = new HomeGuard(config, chat, hosts, hosts, time, _ => { });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var background = guard.Background.Select(b => Task.Run(() => b(stop.Token), CancellationToken.None)).ToList();
        hosts.Look = hosts.Look.With("plex", c => c with { Health = "unhealthy", HealthOutput = "timeout" });

        var alert = await Until(() => chat.Messages.ToList().Find(m => m.Text.Contains("plex is unhealthy", StringComparison.Ordinal)));
        Assert.Contains("docker restart plex", alert.Text, StringComparison.Ordinal);
        var plan = await Until(() => guard.PlanBook.ShownBy("owner", alert.Timestamp));
        var thumb = new ChatMessage("owner", "owner", time.GetUtcNow().ToUnixTimeMilliseconds(), "", null, new ChatReaction("👍", alert.Timestamp, chat.Self, false));
        Assert.Null(guard.Skills[1].TryAnswer(thumb with { Chat = "another" }));
        await foreach (var text in guard.Skills[0].TryAnswer(thumb)!)
        {
            Assert.Fail($"the chat must stay free: {text}");
        }

        await Until(() => plan.State == PlanState.Fixed ? plan : null);
        await Until(() => chat.Messages.ToList().Find(m => chat.Now(m).StartsWith($"Plan {plan.Code}: ✅ plex runs and is healthy", StringComparison.Ordinal)));
        Assert.Equal(PlanState.Fixed, plan.State);
        Assert.Equal(["docker restart plex"], hosts.Ran);
        await Until(() => chat.Messages.ToList().Find(m => m.Text.StartsWith("✅ nas recovered", StringComparison.Ordinal)));
        await stop.CancelAsync();
        await Task.WhenAny(Task.WhenAll(background), Task.Delay(TimeSpan.FromSeconds(20), CancellationToken.None));
        Assert.All(background, b => Assert.True(b.IsCompleted && !b.IsFaulted));
    }

    private static async Task<T> Until<T>(Func<T?> found) where T : class
    {
        for (var i = 0; i < 1500; i++)
        {
            if (found() is { } there)
            {
                return there;
            }

            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        throw new TimeoutException();
    }
}
