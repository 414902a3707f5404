using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace OpenSre.Home.Tests;

/// <summary>A home with a stand-in for Signal, fast waits and a folder of its own.</summary>
public sealed class HomeBed : IAsyncDisposable
{
    public static readonly HomePace Fast = new(
        new ReceiverTiming(TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(200), TimeSpan.FromMinutes(3), TimeSpan.FromSeconds(20)),
        new OutboxTiming(TimeSpan.FromSeconds(2), [TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(100)], 4, 1000, TimeSpan.Zero, TimeSpan.FromSeconds(30), TimeSpan.FromDays(30)),
        new AnswerPace(TimeSpan.FromMilliseconds(40), TimeSpan.FromMilliseconds(60), 8),
        TimeSpan.FromMinutes(2));

    public required SignalStandIn Signal { get; init; }

    public string Folder { get; } = Directory.CreateTempSubdirectory("opensre-home-").FullName;

    public ConcurrentQueue<string> Log { get; } = new();

    public HomeDaemon? Daemon { get; private set; }

    public static async Task<HomeBed> MakeAsync() => new() { Signal = await SignalStandIn.StartAsync() };

    public HomeConfig Config(TimeSpan? sendTimeout = null) => new()
    {
        Folder = Path.Combine(Folder, "home"),
        Signal = new SignalSettings(new Secret(SignalStandIn.Phone), Signal.Address),
        People = [new Person("Anna", SignalStandIn.Anna, true), new Person("Ben", SignalStandIn.Ben, false)],
        Groups = [new GroupChat(SignalAddress.Group("Mg8LQTdaZJs8+LJCrtQgblqHx+xI2dX9JJ8hVA2kqt8="), "Ops")],
        Hosts = [new HostSettings("atom", null)],
        Timeouts = new HomeTimeouts() with { Send = sendTimeout ?? TimeSpan.FromSeconds(5) },
        Listen = new ListenSettings(new Uri("http://127.0.0.1:0"), "/signal/word"),
    };

    public async Task<HomeDaemon> StartAsync(params IChatSkill[] skills) => await StartAsync(Config(), skills);

    public async Task<HomeDaemon> StartAsync(HomeConfig config, params IChatSkill[] skills)
    {
        Daemon = await HomeDaemon.StartAsync(config, c => new HomeParts([new ConversationSkill(config, c.History, c.Again, () => []), .. skills], [], []), TimeProvider.System, Log.Enqueue, CancellationToken.None, Fast);
        await Until(() => Signal.Listeners > 0);
        return Daemon;
    }

    public async Task StopAsync()
    {
        if (Daemon is { } daemon)
        {
            Daemon = null;
            await daemon.DisposeAsync();
        }
    }

    public Outbox Outbox(SignalApi api, HomeMetrics? metrics = null, OutboxTiming? timing = null)
    {
        var folder = Path.Combine(Folder, "home");
        return new Outbox(folder, Config().Signal!, api, timing ?? Fast.Outbox, new RateLimit(folder, TimeProvider.System), new Distrust(folder), metrics ?? new HomeMetrics(), TimeProvider.System, Log.Enqueue);
    }

    /// <summary>Waits for something that is sure to come; fails where it does not.</summary>
    public static async Task Until(Func<bool> condition, int seconds = 90, [CallerArgumentExpression(nameof(condition))] string what = "")
    {
        var end = DateTime.UtcNow.AddSeconds(seconds);
        while (!condition())
        {
            if (DateTime.UtcNow > end)
            {
                throw new TimeoutException($"It did not come about within {seconds} s: {what}");
            }

            await Task.Delay(10);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await Signal.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}

/// <summary>Answers "echo: " and the text, and remembers in which order it was asked.</summary>
public sealed class EchoSkill : IChatSkill
{
    public ConcurrentQueue<ChatMessage> Asked { get; } = new();

    public IAsyncEnumerable<string>? TryAnswer(ChatMessage message)
    {
        if (message.Text.Length == 0)
        {
            return null;
        }

        return Say();

        async IAsyncEnumerable<string> Say()
        {
            await Task.Yield();
            Asked.Enqueue(message);
            yield return "echo: " + message.Text;
        }
    }
}

/// <summary>Grows until told to end.</summary>
public sealed class SlowSkill : ILongSkill
{
    public TaskCompletionSource Finish { get; } = new();

    public IAsyncEnumerable<string>? TryAnswer(ChatMessage message)
    {
        return message.Text.StartsWith("why", StringComparison.Ordinal) ? Say() : null;

        async IAsyncEnumerable<string> Say([EnumeratorCancellation] CancellationToken cancellation = default)
        {
            yield return "looking 1";
            await Task.Delay(200, cancellation);
            yield return "looking 2";
            await Finish.Task.WaitAsync(cancellation);
            yield return "the answer";
        }
    }
}
