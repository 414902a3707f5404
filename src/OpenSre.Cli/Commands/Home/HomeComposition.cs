using OpenSre.Core;
using OpenSre.Home;
using OpenSre.Investigation;

namespace OpenSre.Cli;

/// <summary>Puts the assistant together: how hosts are reached, what is watched, and the skills in the order they are asked.</summary>
internal sealed class HomeComposition : IAsyncDisposable
{
    private readonly HomeConfig _config;
    private readonly HostRunners _runners;
    private readonly HostReader _reader;
    private readonly HomeAssistantClient? _assistant;
    private readonly BesideSetup _beside;
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(10) };
    private readonly CancellationTokenSource _stop = new();
    private readonly HashSet<string> _notes = new(StringComparer.Ordinal);
    private HomeGuard? _guard;

    public HomeComposition(HomeConfig config)
    {
        _config = config;
        _beside = BesideSetup.Open(notes: config.NotePaths);
        _runners = new HostRunners(config.Hosts, RemoteHost.Options(), Toolbox.LocalRunner());
        _reader = new HostReader(config.Hosts, _runners, config.Timeouts.HostProbe, slowByItself: true);
        _assistant = config.HomeAssistant is { } settings ? new HomeAssistantClient(settings, TimeSpan.FromSeconds(10), TimeProvider.System) : null;
    }

    /// <summary>Looks at hosts; for the doctor.</summary>
    public IHostReader Reader => _reader;

    public HomeParts Make(HomeContext context)
    {
        var config = context.Config;
        var time = context.Time;
        var surroundings = new SurroundingsReader([.. config.Hosts.SelectMany(h => h.Certificates)], _assistant is null ? null : stop => WhyNoAssistantAsync(context.Log, stop), context.ChannelProblem, time);
        List<ISecondChannel> ways = [];
        if (_assistant is not null && config.HomeAssistant is { NotifyService: { } notify })
        {
            ways.Add(new HomeNotify(_assistant, notify, context.Log));
        }

        if (_assistant is not null && config.HomeAssistant is { Speech: { } speech })
        {
            ways.Add(new HomeSpeech(_assistant, speech, context.Log));
        }

        var second = ways.Count > 0 ? new SecondWays(ways) : null;
        var beat = config.Beat is { } address ? new HttpBeat(_http, address, context.Log) : null;
        _guard = new HomeGuard(config, context.Channel, _reader, _runners, time, context.Log, home: _assistant is null ? null : new HomeActions(_assistant, config.HomeAssistant!, time), investigator: new EngineInvestigator(InvestigateAsync, time), second: second, surroundings: surroundings, beat: beat, frozen: context.Frozen, stop: _stop.Token);
        var asked = new LastAsked(time);
        var quick = new QuickSkill(_reader, config.Hosts, config.Timeouts.Fresh, time, asked);
        var investigations = new InvestigationSkill(config, Tools, time, () => ModelSetup.Advice(null, offline: false), _beside.For(), context.CanBeAnswered ? _guard.Approver : null, asked, quick.RunsOn);
        var digest = new Digest(config, [quick, _guard], time);

        List<IChatSkill> rest = [];
        List<IChatSkill> skills = [.. _guard.Skills, new ConversationSkill(config, context.History, context.Again, Notes, time), digest, new HostReplySkill(investigations), quick];
        List<Func<CancellationToken, Task>> background = [.. _guard.Background, stop => digest.RunAsync(context.Channel, stop)];
        if (_assistant is { } assistant)
        {
            var timers = new HomeTimers(new HomeTimerBook(Path.Combine(config.Folder, "timers.json"), context.Log), config.Zone, time);
            var house = new HomeAssistantSkill(assistant, config.HomeAssistant!, config.Zone, time, sender => config.Find(sender) is { IsOperator: true }, _guard.PlanBook.Audit, context.CanBeAnswered ? context.Frozen : () => "that needs an answer, and a single question from the machine has nobody to answer it; say it again while opensre home runs", timers);
            skills.Insert(0, house.Codes);
            skills.Add(house);
            rest.Add(house.Rest);
            background.Add(stop => timers.RunAsync(context.Channel, house.CarryOutAsync, stop));
        }

        skills.AddRange([new CaseQuestionSkill(investigations), investigations, .. rest, new NotUnderstoodSkill(config)]);
        return new HomeParts(skills, [quick, _guard], background);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        _guard?.Dispose();
        _http.Dispose();
        if (_assistant is not null)
        {
            await _assistant.DisposeAsync().ConfigureAwait(false);
        }

        await _reader.DisposeAsync().ConfigureAwait(false);
        await _beside.DisposeAsync().ConfigureAwait(false);
        _runners.Dispose();
        _stop.Dispose();
    }

    /// <summary>The notes that are read, as they are now.</summary>
    private IReadOnlyList<string> Notes()
    {
        var (files, problems) = _beside.Knowledge?.Notes(null) ?? ([], []);
        return [.. files.Select(f => $"{SafeText.Line(f.Path, 200)} ({f.Bytes:N0} bytes{(f.Trusted ? "" : ", anybody's: told as data")})"), .. problems.Select(p => SafeText.Line(p, 240))];
    }

    /// <summary>Empty when Home Assistant answers. What of it cannot be read is logged, once each.</summary>
    private async Task<string> WhyNoAssistantAsync(Action<string> log, CancellationToken cancellation)
    {
        try
        {
            var house = await _assistant!.ConnectAsync(cancellation).ConfigureAwait(false);
            foreach (var note in house.Notes.Where(_notes.Add))
            {
                log($"Home Assistant: {SafeText.Line(note, 300)}");
            }

            return "";
        }
        catch (HomeAssistantException e)
        {
            return e.Message;
        }
    }

    private async Task<CaseFile?> InvestigateAsync(string host, Incident incident, CancellationToken cancellation) =>
        _config.Hosts.FirstOrDefault(h => h.Name == host) is { } settings
            ? await new Investigator(Tools(settings), TimeProvider.System, InvestigationBudget.Default with { Time = _config.Timeouts.Investigation }) { Beside = _beside.For() }.InvestigateAsync(incident, incident.Primary.Name, _ => { }, null, cancellation).ConfigureAwait(false)
            : null;

    private IReadOnlyList<IEvidenceTool> Tools(HostSettings host)
    {
        var runner = _runners.For(host.Name);
        return host.IsLocal ? Toolbox.Live(runner) : RemoteHost.Tools(runner);
    }
}
