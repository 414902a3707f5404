using OpenSre.Core;
using OpenSre.Investigation;
using OpenSre.Terminal;

namespace OpenSre.Cli;

/// <summary>
/// Goes through an investigation once without any tool, for nobody: what the runtime has to load and compile for a real
/// one is then ready. It looks at nothing and writes nothing.
/// </summary>
internal static class WarmUp
{
    /// <param name="model">The model the session asks; what its answer passes through is made ready as well.</param>
    public static void Run(SessionModel model)
    {
        var now = TimeProvider.System.GetUtcNow();
        var renderer = new PlainRenderer(TextWriter.Null, Look.Plain);
        var alerts = AlertIntake.Read("disk full on /srv of web-1 since 10:05", now).Alerts;
        _ = Toolbox.All(Toolbox.LocalRunner());
        new Investigator([], TimeProvider.System)
            .InvestigateAsync(Incidents.From(alerts, now), "", Render, steering: null, CancellationToken.None)
            .GetAwaiter().GetResult();

        model.AdviceAtHand?.Rehearse?.Invoke(Render).GetAwaiter().GetResult();

        void Render(InvestigationEvent e)
        {
            var json = System.Text.Json.JsonSerializer.Serialize(e, CoreJson.Default.InvestigationEvent);
            _ = System.Text.Json.JsonSerializer.Deserialize(json, CoreJson.Default.InvestigationEvent);
            renderer.Render(e);
        }
    }
}
