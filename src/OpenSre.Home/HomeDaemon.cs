using System.Globalization;
using OpenSre.Core;
using OpenSre.Investigation;

namespace OpenSre.Home;

/// <summary>What the assistant can do, made once its channel is there.</summary>
/// <param name="Skills">In the order they are asked.</param>
/// <param name="Background">What runs beside the chats until cancelled: monitors, refreshing.</param>
public sealed record HomeParts(IReadOnlyList<IChatSkill> Skills, IReadOnlyList<IDigestPart> Digest, IReadOnlyList<Func<CancellationToken, Task>> Background);

/// <summary>What parts are made from.</summary>
/// <param name="Again">Sends what may not have arrived in a chat.</param>
/// <param name="ChannelProblem">Why messages may not come through at present; empty when they do. Null where there is no such channel.</param>
public sealed record HomeContext(HomeConfig Config, IChatChannel Channel, ChatHistory History, HomeMetrics Metrics, TimeProvider Time, Action<string> Log, Func<string, CancellationToken, Task<int>> Again, Func<CancellationToken, Task<string>>? ChannelProblem)
{
    /// <summary>Why nothing is approved at the moment, in a sentence; null when all is well.</summary>
    public Func<string?> Frozen { get; init; } = () => null;

    /// <summary>Whether somebody can answer a question while what asks it goes on; false for a single question from the machine.</summary>
    public bool CanBeAnswered { get; init; } = true;
}

/// <param name="Receiver">Waits and pings of the stream.</param>
/// <param name="Outbox">Waits and limits of sending.</param>
/// <param name="Answers">How answers are shown as they grow.</param>
/// <param name="Outage">A time without the stream shorter than this is not worth a word.</param>
public sealed record HomePace(ReceiverTiming Receiver, OutboxTiming Outbox, AnswerPace Answers, TimeSpan Outage)
{
    public static HomePace Usual { get; } = new(ReceiverTiming.Usual, OutboxTiming.Usual, AnswerPace.Usual, TimeSpan.FromMinutes(2));
}

/// <summary>The assistant as a service: the Signal account, the desk, the listener and what runs beside them.</summary>
public sealed class HomeDaemon : IAsyncDisposable
{
    private static readonly TimeSpan SignOfLife = TimeSpan.FromSeconds(30);
    private readonly HomeConfig _config;
    private readonly HomeLock _lock;
    private readonly SignalApi _api;
    private readonly Outbox _outbox;
    private readonly Inbox _inbox;
    private readonly ChatDesk _desk;
    private readonly LocalDesk _local;
    private readonly SignalChannel _signal;
    private readonly SignalGate _gate;
    private readonly HomePace _pace;
    private readonly TimeProvider _time;
    private readonly Action<string> _log;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _running = [];
    private HomeListener? _listener;
    private DateTimeOffset? _offlineSince;

    private HomeDaemon(HomeConfig config, HomeLock held, Func<HomeContext, HomeParts> make, HomePace pace, TimeProvider time, Action<string> log)
    {
        var settings = config.Signal!;
        (_config, _lock, _pace, _time, _log) = (config, held, pace, time, log);
        _api = new SignalApi(settings, config.Timeouts.Send);
        _outbox = new Outbox(config.Folder, settings, _api, pace.Outbox, new RateLimit(config.Folder, time) { Said = log }, new Distrust(config.Folder) { Added = Distrusted, Said = log }, Metrics, time, log);
        _inbox = new Inbox(config.Folder, time, log);
        _signal = new SignalChannel(settings, _api, _outbox);
        var local = new LocalChannel(time);
        Channel = new HomeChannel(_signal, local);
        var history = new ChatHistory(config.Folder, time) { Said = log };
        Parts = make(new HomeContext(WithOwner(config), Channel, history, Metrics, time, log, _outbox.AgainAsync, WhyNotThroughAsync) { Frozen = () => WhyFrozen(config, _outbox.Distrusted) });
        var skills = new SkillSet(Parts.Skills, history, Metrics, log);
        _desk = new ChatDesk(Channel, skills, _inbox, time, pace.Answers);
        _local = new LocalDesk(skills, local);
        _gate = new SignalGate(config, _outbox, _inbox, new Pairing(config.Folder, time) { Added = Welcome, Said = log }, Metrics, time, log) { Accepted = Accept };
    }

    public HomeMetrics Metrics { get; } = new();

    public IChatChannel Channel { get; }

    public HomeParts Parts { get; }

    /// <summary>Where it listens; null where no listener is configured.</summary>
    public string? Address => _listener?.Address;

    /// <summary>The configuration with the person at this machine among the people; who can read its token owns the machine.</summary>
    public static HomeConfig WithOwner(HomeConfig config) => config with
    {
        NoticeChats = new LiveList<string>(() => config.NoticesTo),
        People = new LiveList<Person>(() => [.. config.People, new Person("you", LocalChannel.Chat, IsOperator: true)]),
    };

    /// <summary>Why nothing is approved: the safety number of somebody who may approve changed, and nobody has compared it.</summary>
    public static string? WhyFrozen(HomeConfig config, Distrust distrust) =>
        config.People.FirstOrDefault(p => p.IsOperator && distrust.Contains(p.Uuid)) is { } person
            ? $"the safety number of {SafeText.Line(person.Name, 40)} changed. Compare it with them, then, at the machine: opensre home trust {SafeText.Line(person.Name, 40)} NUMBER"
            : null;

    /// <summary>Starts it.</summary>
    /// <param name="make">The skills and what runs beside them.</param>
    /// <exception cref="InvalidDataException">It cannot run like that; the message is one sentence that says what to do.</exception>
    public static async Task<HomeDaemon> StartAsync(HomeConfig config, Func<HomeContext, HomeParts> make, TimeProvider time, Action<string> log, CancellationToken cancellation, HomePace? pace = null)
    {
        if (config.Signal is not { } settings)
        {
            throw new InvalidDataException("no Signal account is configured: set SIGNAL_PHONE and SIGNAL_SERVICE in .env; opensre home doctor says more");
        }

        if (config.People.Count == 0)
        {
            throw new InvalidDataException("nobody may talk to it, so it does not start: run opensre home pair NAME --operator and send the code it shows from your phone");
        }

        if (HomeLock.TryTake(config.Folder) is not { } held)
        {
            throw new InvalidDataException($"another opensre home runs already (it holds {Path.Combine(config.Folder, "daemon.lock")}); two would answer everything twice");
        }

        var daemon = new HomeDaemon(config, held, make, pace ?? HomePace.Usual, time, log);
        try
        {
            if (config.Listen is { } listen)
            {
                daemon._listener = await HomeListener.StartAsync(listen, HomeToken.Of(config.Folder), daemon._local, daemon.Metrics, f => daemon._gate.Take(f.Span), cancellation).ConfigureAwait(false);
            }
        }
        catch (IOException e)
        {
            await daemon.DisposeAsync().ConfigureAwait(false);
            throw new InvalidDataException($"it cannot listen at {config.Listen!.Address}: {SafeText.Line(e.Message, 200)}", e);
        }

        daemon.Begin(settings, cancellation);
        return daemon;
    }

    /// <summary>Ends what runs. What is not sent or not answered is taken up by the next start.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        if (_listener is not null)
        {
            await _listener.DisposeAsync().ConfigureAwait(false);
        }

        await Task.WhenAny(Task.WhenAll(_running), Task.Delay(TimeSpan.FromSeconds(5))).ConfigureAwait(false);
        await _desk.DisposeAsync().ConfigureAwait(false);
        await _outbox.DisposeAsync().ConfigureAwait(false);
        await _inbox.DisposeAsync().ConfigureAwait(false);
        _local.Dispose();
        _api.Dispose();
        _lock.Dispose();
        _stop.Dispose();
    }

    private void Begin(SignalSettings settings, CancellationToken cancellation)
    {
        if (_config.People is LivePeople people)
        {
            people.Said = PeopleChanged;
        }

        if (settings.Service is { Scheme: "http", IsLoopback: false })
        {
            _log("SIGNAL_SERVICE is reached over plain http beyond this machine: whoever is on that network can read and send as the assistant; bind it to 127.0.0.1 or put TLS and a token before it");
        }

        _offlineSince = LastSign();
        var receiver = new SignalReceiver(settings, _pace.Receiver, _time)
        {
            Frame = Take,
            Connected = Connected,
            Disconnected = why =>
            {
                _offlineSince ??= _time.GetUtcNow();
                _log($"{why}; opening it again");
            },
        };
        Run("the stream of messages", receiver.RunAsync);
        Run("what was left open", stop => _desk.ResumeAsync(_outbox.Has, stop));
        Run("signs of life", SignAsync);
        foreach (var work in Parts.Background)
        {
            Run("background work", work);
        }

        cancellation.ThrowIfCancellationRequested();
    }

    private void Run(string what, Func<CancellationToken, Task> work) => _running.Add(Task.Run(async () =>
    {
        try
        {
            await work(_stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The daemon ends.
        }
#pragma warning disable CA1031 // One part fails, the others go on; the log says which.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _log($"{what} ended in an internal error ({e.GetType().Name} at {SafeText.Line(e.StackTrace?.Split('\n', 2)[0] ?? "", 200)}); restart opensre home");
        }
    }));

    /// <summary>Whatever a frame holds, the stream goes on to the next.</summary>
    private void Take(ReadOnlyMemory<byte> frame)
    {
        try
        {
            _ = _gate.Take(frame.Span);
        }
#pragma warning disable CA1031 // One frame must not end the hearing of all that follow; the log says which part failed.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _log($"a frame of the service ended in an internal error ({e.GetType().Name} at {SafeText.Line(e.StackTrace?.Split('\n', 2)[0] ?? "", 200)}); what it held has no 👀 and must be sent again");
        }
    }

    /// <summary>Says at once that a message was taken: what gets no 👀 was lost on the way.</summary>
    private void Accept(ChatMessage message, Task durable)
    {
        _desk.Take(message);
        if (message.Text.Length > 0 || message.Unread is not null)
        {
            _ = AcknowledgeAsync(message, durable);
        }
    }

    private async Task AcknowledgeAsync(ChatMessage message, Task durable)
    {
        try
        {
            await durable.ConfigureAwait(false);
            await _signal.ReactAsync(message, "👀", _stop.Token).ConfigureAwait(false);
            if (!message.IsGroup)
            {
                await _api.ReadAsync(message.Chat, message.Timestamp, _stop.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The daemon ends; the next one answers the message.
        }
        catch (IOException)
        {
            // It could not be written down, which the inbox has said; without 👀 the person knows that it may get lost.
        }
    }

    /// <summary>Whoever sent the code is heard from now on, and told so.</summary>
    private void Welcome(Person person)
    {
        _log($"{SafeText.Line(person.Name, 40)} was paired and is heard from now on");
        _ = _outbox.SendAsync(person.Uuid, $"Hello {SafeText.Line(person.Name, 40)}. You may talk to me now{(person.IsOperator ? " and approve changes" : "")}. Say “help” for what I can do.", $"paired:{person.Uuid}:{_time.GetUtcNow().ToUnixTimeSeconds()}", null, null, CancellationToken.None);
    }

    /// <summary>The list of people broke, or is whole again: whoever was taken off it may still be heard, so operators are told as well.</summary>
    private void PeopleChanged(string sentence)
    {
        _log(sentence);
        foreach (var person in _config.People.Where(p => p.IsOperator))
        {
            _ = _outbox.SendAsync(person.Uuid, "⚠️ At the machine: " + sentence + ".", $"people:{_time.GetUtcNow().ToUnixTimeMilliseconds()}:{person.Uuid}", null, null, CancellationToken.None);
        }
    }

    /// <summary>An account that may be somebody else's now: those who may approve are told, over their own.</summary>
    private void Distrusted(string uuid)
    {
        if (_config.Find(uuid) is not { } person)
        {
            return;
        }

        var name = SafeText.Line(person.Name, 40);
        var sentence = $"⚠️ The safety number of {name} changed: it may be a new phone, or somebody else. I follow nothing they say{(person.IsOperator ? ", and no plan is approved by anybody," : "")} until it was compared and, at the machine: opensre home trust {name} NUMBER";
        foreach (var other in _config.People.Where(p => p.IsOperator && p.Uuid != uuid))
        {
            _ = _outbox.SendAsync(other.Uuid, sentence, $"distrusted:{uuid}:{_time.GetUtcNow().ToUnixTimeSeconds()}:{other.Uuid}", null, null, CancellationToken.None);
        }
    }

    private void Connected()
    {
        Metrics.Connections.Add();
        _log("the stream of messages is open");
        if (_offlineSince is { } since && _time.GetUtcNow() - since >= _pace.Outage)
        {
            var from = TimeZoneInfo.ConvertTime(since, _config.Zone);
            var to = TimeZoneInfo.ConvertTime(_time.GetUtcNow(), _config.Zone);
            var sentence = string.Create(CultureInfo.InvariantCulture, $"I was offline {(from.Date == to.Date ? $"{from:HH:mm}" : $"{from:d MMM HH:mm}")}–{to:HH:mm}. What you wrote in that time may be lost; please send it again.");
            foreach (var person in _config.People.Where(p => p.IsOperator))
            {
                _ = _outbox.SendAsync(person.Uuid, sentence, $"offline:{since.ToUnixTimeSeconds()}:{person.Uuid}", null, null, CancellationToken.None);
            }
        }

        _offlineSince = null;
    }

    /// <summary>Touches a file while the stream is up, so that the next start knows how long nobody listened.</summary>
    private async Task SignAsync(CancellationToken stop)
    {
        while (true)
        {
            if (_offlineSince is null)
            {
                Touch();
            }

            // Looked at here as well, so that a list that broke is said although nobody writes.
            _ = _config.People.Count;
            await Task.Delay(SignOfLife, _time, stop).ConfigureAwait(false);
        }
    }

    private void Touch()
    {
        try
        {
            WholeFile.Replace(Path.Combine(_config.Folder, "alive"), []);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The disk takes nothing at the moment, which is said where it matters; the next start takes the time without a sign for longer than it was.
        }
    }

    private async Task<string> WhyNotThroughAsync(CancellationToken cancellation) => _outbox.Limit.Present is { } limit
        ? string.Create(CultureInfo.InvariantCulture, $"Signal limits sending until {TimeZoneInfo.ConvertTime(limit.Until, _config.Zone):d MMM HH:mm}")
        : await _api.WhyNotAliveAsync(cancellation).ConfigureAwait(false) ?? "";

    private DateTimeOffset? LastSign()
    {
        var path = Path.Combine(_config.Folder, "alive");
        return File.Exists(path) ? new DateTimeOffset(File.GetLastWriteTimeUtc(path)) : null;
    }
}
