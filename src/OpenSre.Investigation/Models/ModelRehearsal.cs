using OpenSre.Core;
using OpenSre.Models;

namespace OpenSre.Investigation;

/// <summary>
/// Goes once through all that lies between a model's first token and the screen, with an answer that is made up here and for
/// nobody: what the runtime compiles on the way is then ready when the real one comes. It asks nobody and looks at nothing.
/// </summary>
internal static class ModelRehearsal
{
    /// <param name="render">A face that shows nothing, of the kind that will show the answer.</param>
    public static async Task RunAsync(ModelSettings settings, Action<InvestigationEvent> render)
    {
        using var handler = new RehearsalHandler();
        var catalogue = new ModelCatalogue("", ModelConfiguration.Empty, name => name == settings.KeyVariable ? "rehearsal" : null, handler: handler);
        var advice = new ModelAdvice { Name = settings.Title, Open = () => catalogue.Open(settings with { BaseUrl = new Uri("http://rehearsal.invalid") }, new Masking()) };
        var alert = new Alert { Name = "Rehearsal", Summary = "disk full on /srv" };
        await new Investigator([], TimeProvider.System) { Advice = advice }.InvestigateAsync(Incidents.From([alert], TimeProvider.System.GetUtcNow()), "", render, steering: null, CancellationToken.None).ConfigureAwait(false);
    }
}
