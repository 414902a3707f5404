using OpenSre.Core;
using OpenSre.Home;

namespace OpenSre.Cli;

/// <summary>Puts the skills of the assistant together, in the order they are asked.</summary>
internal sealed class HomeComposition(HomeConfig config) : IAsyncDisposable
{
    public HomeParts Make(HomeContext context)
    {
        var investigations = new InvestigationSkill(config, Tools, context.Time, () => ModelSetup.Advice(null, offline: false));
        List<IDigestPart> parts = [];
        var digest = new Digest(config, parts, context.Time);
        return new HomeParts(
            [
                new ConversationSkill(config, context.History, context.Again, () => config.NotePaths),
                digest,
                new CaseQuestionSkill(investigations),
                investigations,
                new NotUnderstoodSkill(config),
            ],
            parts,
            [stop => digest.RunAsync(context.Channel, stop)]);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private IReadOnlyList<IEvidenceTool> Tools(HostSettings host) => host.IsLocal
        ? Toolbox.All(Toolbox.LocalRunner())
        : throw new InvalidDataException($"{host.Name} cannot be looked at from here yet");
}
