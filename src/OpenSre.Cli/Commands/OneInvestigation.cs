using OpenSre.Core;
using OpenSre.Investigation;
using OpenSre.Terminal;

namespace OpenSre.Cli;

/// <summary>One investigation for a pipe: text in, events out, an exit code.</summary>
internal static class OneInvestigation
{
    /// <summary>Reads the text as alerts, investigates, and renders; unusable input is one sentence on <paramref name="errors"/>.</summary>
    public static async Task<int> RunAsync(
        string text,
        IReadOnlyList<IEvidenceTool> tools,
        TimeProvider time,
        IInvestigationRenderer renderer,
        TextWriter output,
        TextWriter errors,
        CancellationToken cancellation,
        InvestigationBudget? budget = null)
    {
        var intake = AlertIntake.Read(text, time.GetUtcNow());
        switch (intake.Kind)
        {
            case IntakeKind.Unusable or IntakeKind.Noise:
                await errors.WriteLineAsync($"opensre: {intake.Message}").ConfigureAwait(false);
                return ExitCodes.Unusable;
            case IntakeKind.Resolved:
                await output.WriteLineAsync(intake.Message).ConfigureAwait(false);
                return ExitCodes.Done;
        }

        var incident = Incidents.From(intake.Alerts, time.GetUtcNow());
        var file = await new Investigator(tools, time, budget).InvestigateAsync(incident, incident.Primary.Name, renderer.Render, null, cancellation).ConfigureAwait(false);
        return file is { Cancelled: false, Diagnosis: not null } ? ExitCodes.Done : ExitCodes.Failed;
    }

    /// <summary>The text of a file, or the words themselves when there is no such file.</summary>
    /// <exception cref="InvalidDataException">The file is there but cannot be read; the message is one sentence.</exception>
    public static string TextOf(string input)
    {
        try
        {
            return File.Exists(input) ? File.ReadAllText(input) : input;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"{SafeText.Line(input, 120)} cannot be read: {e.Message}", e);
        }
    }

    public static IInvestigationRenderer Renderer(TextWriter output, bool json) =>
        json ? new JsonLinesRenderer(output) : new PlainRenderer(output, Look.Plain);
}
