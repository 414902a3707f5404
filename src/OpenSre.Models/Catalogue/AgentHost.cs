namespace OpenSre.Models;

/// <summary>
/// A model that serves many tasks at a time. Those of Codex share one process, which is started when the first comes and
/// ends with this; other models are opened anew for each.
/// </summary>
public sealed class AgentHost : IAsyncDisposable
{
    private readonly ModelCatalogue _catalogue;
    private readonly ModelSettings _settings;
    private readonly CodexServer? _codex;

    internal AgentHost(ModelCatalogue catalogue, ModelSettings settings, CodexServer? codex) =>
        (_catalogue, _settings, _codex) = (catalogue, settings, codex);

    /// <summary>Makes the model ready for one task. The caller disposes of it.</summary>
    /// <exception cref="ModelException">Something is missing, or the program is offline.</exception>
    public IAgent Open(Masking masking, Transcript? transcript = null) => _catalogue.Open(_settings, masking, transcript, null, _codex);

    public ValueTask DisposeAsync() => _codex?.DisposeAsync() ?? ValueTask.CompletedTask;
}
