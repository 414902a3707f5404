using OpenSre.Home.Tests;

namespace OpenSre.Tests.Cli;

/// <summary>The daemon of a home whose files hold garbage: it starts, says what it lost, hears, watches and asks before it does anything.</summary>
public sealed class HomeBrokenFilesTests
{
    [Theory]
    [InlineData("")]
    [InlineData("{\"v\":1")]
    [InlineData("\0\0\0\0garbage\n[]\nnull\n{\"id\":7}\n")]
    public async Task Whatever_its_files_hold_it_starts_and_goes_on(string content)
    {
        await using var home = await WatchedHome.MakeAsync();
        home.Set("web", "healthy");
        Directory.CreateDirectory(home.State);
        foreach (var file in new[] { "alarms.json", "plans.json", "codes.json", "inbox.jsonl", "outbox.jsonl", "timers.json", "pairing.json", "rate-limit.json", "distrusted", "alive", "http-token" })
        {
            await File.WriteAllTextAsync(Path.Combine(home.State, file), content, TestContext.Current.CancellationToken);
        }

        await File.WriteAllTextAsync(Path.Combine(home.Home, "audit.jsonl"), content, TestContext.Current.CancellationToken);
        await home.StartAsync();
        home.Set("web", "unhealthy");
        await home.MessageAsync(d => d.Text.Contains("container web is unhealthy", StringComparison.Ordinal));
        await home.Signal.SayAsync(SignalStandIn.Anna, "help");
        await home.MessageAsync(d => d.Text.StartsWith("Ask me", StringComparison.Ordinal));
        await home.Signal.SayAsync(SignalStandIn.Ben, "digest");
        await home.MessageAsync(d => d.Text.StartsWith("Digest of", StringComparison.Ordinal) && d.Text.Contains("container web is unhealthy", StringComparison.Ordinal), SignalStandIn.Ben);
        foreach (var file in new[] { "alarms.json", "plans.json" })
        {
            Assert.Contains($"{file}: it cannot be read", home.Log, StringComparison.Ordinal);
            Assert.Equal(content, await File.ReadAllTextAsync(Path.Combine(home.State, file + ".unreadable"), TestContext.Current.CancellationToken));
        }

        // Nobody gets in by a token that was emptied.
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(home.Signal.Webhook!, "/v1/home/messages")) { Content = new StringContent("{\"text\":\"status\"}") };
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + content.Split('\n')[0].Trim('\0'));
        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, (await http.SendAsync(request, TestContext.Current.CancellationToken)).StatusCode);
        Assert.Empty(home.Ran);
    }
}
