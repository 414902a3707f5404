using OpenSre.Home.Tests;

namespace OpenSre.Tests.Cli;

/// <summary>The real program as a daemon, in trouble of every kind: several people, killed at any moment, broken files.</summary>
public sealed class HomeTroubleTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Both_operators_are_told_of_an_alert_and_the_second_may_approve_its_plan_and_is_told_how_it_went()
    {
        await using var home = await WatchedHome.MakeAsync();
        home.Set("web", "healthy");
        await home.StartAsync();
        home.Set("web", "unhealthy");
        var anna = await home.MessageAsync(IsAlert);
        var ben = await home.MessageAsync(IsAlert, SignalStandIn.Ben);
        Assert.NotEqual(anna.Timestamp, ben.Timestamp);

        // A thumb on somebody else's message is none.
        await home.Signal.ReactAsync(SignalStandIn.Ben, "👍", anna.Timestamp);
        await home.Signal.ReactAsync(SignalStandIn.Ben, "👍", ben.Timestamp);
        await home.MessageAsync(d => d.Text.Contains("✅ web runs and is healthy", StringComparison.Ordinal), SignalStandIn.Ben);
        Assert.Equal(["restart web"], home.Ran);
        await home.MessageAsync(d => d.Edits == anna.Timestamp && d.Text.Contains("✅ web runs and is healthy", StringComparison.Ordinal));

        static bool IsAlert(Delivered d) => d.Edits is null && d.Text.Contains("container web is unhealthy", StringComparison.Ordinal) && d.Text.Contains("docker restart web", StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_disk_keeps_no_alert_and_no_answer_back_and_nothing_is_done_that_could_not_be_written_down()
    {
        await using var home = await WatchedHome.MakeAsync();
        await using var disk = await SmallDisk.MountAsync(home.State);
        home.Set("web", "healthy");
        home.Set("db", "healthy");
        await home.StartAsync();
        await home.Signal.SayAsync(SignalStandIn.Anna, "help");
        await home.MessageAsync(d => d.Text.StartsWith("Ask me", StringComparison.Ordinal));
        await disk.FillAsync();
        home.Set("web", "unhealthy");
        await home.MessageAsync(d => d.Text.Contains("container web is unhealthy", StringComparison.Ordinal));
        await home.MessageAsync(d => d.Text.Contains("container web is unhealthy", StringComparison.Ordinal), SignalStandIn.Ben);
        await home.Signal.SayAsync(SignalStandIn.Anna, "alerts");
        await home.MessageAsync(d => d.Text.Contains("web is unhealthy, for", StringComparison.Ordinal));
        await home.Signal.SayAsync(SignalStandIn.Anna, "restart db");
        await home.MessageAsync(d => d.Text.StartsWith("I could not finish that", StringComparison.Ordinal));
        await home.MessageAsync(d => d.Text.Contains("I cannot write down what I know", StringComparison.Ordinal));
        Assert.Empty(home.Ran);

        // With room again it is as it was, also for the next start.
        disk.Empty();
        await home.UntilAsync(() => home.Log.Contains("alarms.json can be written again", StringComparison.Ordinal));
        await home.KillAsync();
        await home.StartAsync();
        home.Set("db", "unhealthy");
        await home.MessageAsync(d => d.Text.Contains("container db is unhealthy", StringComparison.Ordinal));
        Assert.Single(home.Signal.Sent, d => d.Edits is null && d.Recipient == SignalStandIn.Anna && d.Text.StartsWith("[warning]", StringComparison.Ordinal) && d.Text.Contains("container web is unhealthy, since", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_unit_starts_this_program_with_the_secrets_that_lie_where_it_was_printed()
    {
        using var opensre = new Opensre();
        await File.WriteAllTextAsync(Path.Combine(opensre.Home, ".env"), "SIGNAL_PHONE=+15550100000\n", Stop);
        var unit = (await opensre.RunAsync("", "home", "unit")).Output;
        var start = unit.Split('\n').Single(l => l.StartsWith("ExecStart=", StringComparison.Ordinal))["ExecStart=".Length..].Split(' ');
        Assert.Equal(["home", "--env", Path.Combine(opensre.Home, ".env")], start[2..]);
        using var started = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(start[0], [start[1], "home", "--help"]) { UseShellExecute = false, RedirectStandardOutput = true })!;
        Assert.Contains("opensre home doctor", await started.StandardOutput.ReadToEndAsync(Stop), StringComparison.Ordinal);
        await started.WaitForExitAsync(Stop);
    }

    [Fact]
    public async Task Killed_at_any_moment_it_loses_no_alert_no_approval_and_no_message_and_doubles_none()
    {
        var kills = int.Parse(Environment.GetEnvironmentVariable("OPENSRE_KILLS") ?? "2", System.Globalization.CultureInfo.InvariantCulture);
        var seed = int.Parse(Environment.GetEnvironmentVariable("OPENSRE_SEED") ?? "7", System.Globalization.CultureInfo.InvariantCulture);
        await using var home = await WatchedHome.MakeAsync();
        var random = new Random(seed);
        var number = 0;
        List<string> sick = [], asked = [], meant = [];
        TaskCompletionSource answered = new();
        Dictionary<string, string> approved = new(StringComparer.Ordinal);
        for (var round = 0; round < kills; round++)
        {
            await home.StartAsync();
            using var killed = CancellationTokenSource.CreateLinkedTokenSource(Stop);
            var living = LiveAsync(killed.Token);
            var moment = Task.Delay(TimeSpan.FromSeconds(2 + (random.NextDouble() * 28)), Stop);
            if (round % 3 != 0)
            {
                // Most kills fall into the seconds in which most is decided.
                answered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                await Task.WhenAny(answered.Task, Task.Delay(TimeSpan.FromSeconds(60), Stop));
                moment = Task.Delay(random.Next(2500), Stop);
            }

            await moment;
            await home.KillAsync();
            await killed.CancelAsync();
            await living;
        }

        await home.StartAsync();
        await home.UntilAsync(() => sick.TrueForAll(c => IsTold(c)));
        await home.UntilAsync(() => approved.All(a => IsSettled(a.Key, a.Value)), () => string.Join('\n', approved.Where(a => !IsSettled(a.Key, a.Value)).Select(a => $"no word of {a.Value}, {a.Key}:\n{home.Written(a.Value)}\n{home.Written(a.Key)}")));
        await home.UntilAsync(() => asked.TrueForAll(IsShown));

        // What would be said a second time is said soon.
        await Task.Delay(TimeSpan.FromSeconds(10), Stop);
        var messages = home.Signal.Sent.Where(d => d.Edits is null && d.Recipient == SignalStandIn.Anna).ToList();
        foreach (var container in sick)
        {
            Assert.True(messages.Count(d => IsNotice(d, container)) <= 1, $"{container} was told twice:\n{string.Join("\n---\n", messages.Where(d => IsNotice(d, container)).Select(d => d.Text))}");
        }

        foreach (var (container, code) in approved)
        {
            var ran = home.Ran.Count(r => r == $"restart {container}");
            Assert.True(ran <= 1, $"{container} was restarted {ran} times");
            if (messages.Concat(home.Signal.Sent).Any(d => d.Text.StartsWith($"Plan {code}: ✅", StringComparison.Ordinal)))
            {
                Assert.Equal(1, ran);
            }
            else if (messages.Exists(d => d.Text.StartsWith($"Plan {code}: cancelled", StringComparison.Ordinal)))
            {
                Assert.Equal(0, ran);
            }
        }

        // Nothing ran that nobody approved.
        Assert.All(home.Ran, r => Assert.Contains(r["restart ".Length..], meant));
        Assert.Null(new OpenSre.Investigation.AuditLog(Path.Combine(home.Home, "audit.jsonl")).Verify());
        TestContext.Current.TestOutputHelper?.WriteLine($"{kills} kills: {sick.Count} faults told, {sick.Count(c => messages.Exists(d => IsDoubt(d, c)))} of them as perhaps not arrived; {asked.Count} plans asked for, {approved.Count} approved, {home.Ran.Count} restarts run once, {approved.Count(a => messages.Exists(d => d.Text.StartsWith($"Plan {a.Value}: cancelled", StringComparison.Ordinal)))} called off, {approved.Count(a => messages.Exists(d => d.Text.StartsWith($"Plan {a.Value}: I was restarted", StringComparison.Ordinal)))} told as interrupted");

        bool IsNotice(Delivered d, string container) => d.Edits is null && (d.Text.StartsWith("[warning]", StringComparison.Ordinal) || d.Text.StartsWith("Digest", StringComparison.Ordinal)) && !d.Text.Contains("still:", StringComparison.Ordinal) && d.Text.Contains($"container {container} is unhealthy", StringComparison.Ordinal);
        bool IsDoubt(Delivered d, string text) => d.Text.StartsWith("A message of mine may not have reached you", StringComparison.Ordinal) && d.Text.Contains(text, StringComparison.Ordinal);
        bool IsTold(string container) => home.Signal.Sent.Any(d => d.Recipient == SignalStandIn.Anna && (IsDoubt(d, container) || d.Text.Contains($"container {container} is unhealthy", StringComparison.Ordinal)));
        bool IsSettled(string container, string code) => home.Signal.Sent.Any(d => IsDoubt(d, $"Plan {code}: ") || d.Text.Contains($"“approve {code}”", StringComparison.Ordinal) || d.Text.Contains("“👍”", StringComparison.Ordinal) || d.Text.Contains("“yes”", StringComparison.Ordinal)
            || (d.Text.StartsWith($"Plan {code}: ", StringComparison.Ordinal) && (d.Text.Contains('✅') || d.Text.Contains("cancelled", StringComparison.Ordinal) || d.Text.Contains("I was restarted", StringComparison.Ordinal) || d.Text.Contains("fixed", StringComparison.Ordinal) || d.Text.Contains("failed", StringComparison.Ordinal))));
        bool IsShown(string container) => home.Signal.Sent.Any(d => d.Text.Contains($"docker restart {container}", StringComparison.Ordinal) || d.Text.Contains($"“restart {container}”", StringComparison.Ordinal));

        // Something breaks, something is asked for, something is approved, over and over until the kill.
        async Task LiveAsync(CancellationToken until)
        {
            try
            {
                while (true)
                {
                    var id = $"{number++:D3}";
                    sick.Add($"sick{id}x");
                    home.Set($"sick{id}x", "unhealthy");
                    var wanted = $"mend{id}x";
                    home.Set(wanted, "healthy");

                    // It is known once a look has seen it.
                    await Task.Delay(TimeSpan.FromSeconds(9), until);
                    await home.Signal.SayAsync(SignalStandIn.Anna, $"restart {wanted}");
                    asked.Add(wanted);
                    Delivered? plan = null;
                    while ((plan = home.Signal.Sent.FirstOrDefault(d => d.Text.Contains($"docker restart {wanted}", StringComparison.Ordinal))) is null)
                    {
                        await Task.Delay(20, until);
                    }

                    var code = WatchedHome.CodeOf(plan.Text);
                    meant.Add(wanted);
                    var answer = random.Next(3) switch
                    {
                        0 => home.Signal.ReactAsync(SignalStandIn.Anna, "👍", plan.Timestamp),
                        1 => home.Signal.SayAsync(SignalStandIn.Anna, "yes", quote: plan.Timestamp),
                        _ => home.Signal.SayAsync(SignalStandIn.Anna, $"approve {code}"),
                    };
                    answered.TrySetResult();
                    if (home.HasWritten(await answer))
                    {
                        approved[wanted] = code;
                    }
                }
            }
            catch (OperationCanceledException)
            {
                // It was killed.
            }
            catch (HttpRequestException)
            {
                // Nobody there any more, and so nothing was promised.
            }
        }
    }
}
