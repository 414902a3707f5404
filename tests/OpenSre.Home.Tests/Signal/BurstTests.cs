using System.Diagnostics;
using System.Globalization;

namespace OpenSre.Home.Tests;

public class BurstTests
{
    /// <summary>
    /// A burst with every third message twice, over the websocket and the webhook, while the stream is closed again and
    /// again. OPENSRE_BURST sets how many; the figure in docs/home.md is of 10,000.
    /// </summary>
    [Fact]
    public async Task Of_a_burst_with_duplicates_and_reconnects_everything_delivered_is_answered_once()
    {
        var count = int.Parse(Environment.GetEnvironmentVariable("OPENSRE_BURST") ?? "600", CultureInfo.InvariantCulture);
        await using var bed = await HomeBed.MakeAsync();
        var echo = new EchoSkill();
        var daemon = await bed.StartAsync(echo);
        bed.Signal.Webhook = new Uri(daemon.Address + "/signal/word");
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < count; i++)
        {
            var sender = i % 2 == 0 ? SignalStandIn.Anna : SignalStandIn.Ben;
            var at = await bed.Signal.SayAsync(sender, $"m{i}");
            if (i % 3 == 0)
            {
                await bed.Signal.SayAsync(sender, $"m{i}", at);
            }

            if (i % Math.Max(100, count / 20) == 50)
            {
                await bed.Signal.CloseAsync(i % 200 == 50 ? 1006 : 1000);
            }
        }

        var said = watch.Elapsed;
        await HomeBed.Until(() => bed.Signal.Sent.Count >= count, seconds: Math.Max(30, count / 50));
        var answered = watch.Elapsed;
        await Task.Delay(200, TestContext.Current.CancellationToken);
        Assert.Equal(Enumerable.Range(0, count).Select(i => $"echo: m{i}").Order(), bed.Signal.Sent.Select(d => d.Text).Order());
        foreach (var person in new[] { SignalStandIn.Anna, SignalStandIn.Ben })
        {
            var order = echo.Asked.Where(m => m.Sender == person).Select(m => int.Parse(m.Text[1..], CultureInfo.InvariantCulture)).ToList();
            Assert.Equal(order.Order(), order);
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{count} messages: said in {said.TotalSeconds:0.0} s, all answered after {answered.TotalSeconds:0.0} s, {daemon.Metrics.Duplicates.Value} duplicates left alone, {bed.Signal.Connections} connections");
        Assert.True(daemon.Metrics.Duplicates.Value >= count / 3);
        Assert.True(bed.Signal.Connections > 3);
    }
}
