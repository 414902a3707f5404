using OpenSre.Core;
using OpenSre.Home;

namespace OpenSre.Cli;

/// <summary>Puts the skills of the assistant together, in the order they are asked.</summary>
internal sealed class HomeComposition(HomeConfig config) : IAsyncDisposable
{
    private readonly HostRunners _runners = new(config.Hosts, RemoteHost.Options(), Toolbox.LocalRunner());
    private HostReader? _reader;
    private HomeAssistantClient? _home;

    public HomeParts Make(HomeContext context)
    {
        var house = HomeAssistant(context);
        var investigations = new InvestigationSkill(config, Tools, context.Time, () => ModelSetup.Advice(null, offline: false));
        _reader = new HostReader(config.Hosts, _runners, config.Timeouts.HostProbe, context.Time, slowByItself: true);
        var quick = new QuickSkill(_reader, config.Hosts, config.Timeouts.Fresh, context.Time);
        List<IDigestPart> parts = [quick];
        var digest = new Digest(config, parts, context.Time);
        return new HomeParts(
            [
                new ConversationSkill(config, context.History, context.Again, () => config.NotePaths),
                digest,
                .. house.Skills,
                quick,
                new CaseQuestionSkill(investigations),
                investigations,
                new NotUnderstoodSkill(config),
            ],
            parts,
            [stop => digest.RunAsync(context.Channel, stop), .. house.Background]);
    }

    public async ValueTask DisposeAsync()
    {
        if (_reader is not null)
        {
            await _reader.DisposeAsync().ConfigureAwait(false);
        }

        _runners.Dispose();
        if (_home is not null)
        {
            await _home.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Nothing where no Home Assistant is configured.</summary>
    private (IReadOnlyList<IChatSkill> Skills, IReadOnlyList<Func<CancellationToken, Task>> Background) HomeAssistant(HomeContext context)
    {
        if (config.HomeAssistant is not { } settings)
        {
            return ([], []);
        }

        var client = new HomeAssistantClient(settings, TimeSpan.FromSeconds(10), context.Time);
        _home = client;
        return ([new HomeAssistantSkill(client, settings, config.Zone, context.Time, sender => context.Config.Find(sender)?.IsOperator ?? false)], [stop => client.KeepAsync(context.Log, stop)]);
    }

    private IReadOnlyList<IEvidenceTool> Tools(HostSettings host) => host.IsLocal
        ? Toolbox.All(Toolbox.LocalRunner())
        : RemoteHost.Tools(_runners.For(host.Name));
}
