using OpenSre.Core;
using OpenSre.Diagnostics;
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
        ModelAdvice? advice = null,
        CaseSurroundings? beside = null)
    {
        return await RunAsync(text, alerts => (tools, alerts), time, null, renderer, output, errors, cancellation, advice, beside).ConfigureAwait(false);
    }

    /// <inheritdoc cref="RunAsync(string, IReadOnlyList{IEvidenceTool}, TimeProvider, IInvestigationRenderer, TextWriter, TextWriter, CancellationToken, ModelAdvice?, CaseSurroundings?)"/>
    /// <param name="look">The tools for some alerts, and these alerts as they are to be read.</param>
    /// <param name="profile">The kind of system; a single machine if null.</param>
    public static async Task<int> RunAsync(
        string text,
        Func<IReadOnlyList<Alert>, (IReadOnlyList<IEvidenceTool> Tools, IReadOnlyList<Alert> Alerts)> look,
        TimeProvider time,
        EngineProfile? profile,
        IInvestigationRenderer renderer,
        TextWriter output,
        TextWriter errors,
        CancellationToken cancellation,
        ModelAdvice? advice = null,
        CaseSurroundings? beside = null)
    {
        var intake = AlertIntake.Read(text, time.GetUtcNow());
        switch (intake.Kind)
        {
            case IntakeKind.Unusable or IntakeKind.Noise:
                await errors.WriteLineAsync($"opensre: {intake.Message}").ConfigureAwait(false);
                return ExitCodes.Unusable;
            case IntakeKind.Resolved:
                // Standard output carries nothing but events when a script reads it.
                await (renderer is JsonLinesRenderer ? errors : output).WriteLineAsync(intake.Message).ConfigureAwait(false);
                return ExitCodes.Done;
        }

        var (tools, alerts) = look(intake.Alerts);
        var incident = Incidents.From(alerts, time.GetUtcNow());
        if (advice?.Rehearse is { } rehearse)
        {
            // While the engine looks: the model's first words then wait for nothing.
            _ = Task.Run(() => rehearse(Renderer(TextWriter.Null, renderer is JsonLinesRenderer).Render), CancellationToken.None);
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var listened = new UntilReaderGone(renderer, stop);
        var known = beside ?? CaseSurroundings.None;
        await using var leads = known.Background is null ? null : BusLeads.Open();
        var file = await new Investigator(tools, time, profile: profile) { Advice = advice, Beside = BusLeads.With(leads, known) }.InvestigateAsync(incident, incident.Primary.Name, listened.Render, null, stop.Token).ConfigureAwait(false);
        return file.Report.Length > 0 && !listened.IsGone ? ExitCodes.Done : ExitCodes.Failed;
    }

    /// <summary>The text of a file, or the words themselves when no file is meant.</summary>
    /// <exception cref="InvalidDataException">A file is meant that cannot be read; the message is one sentence.</exception>
    public static string TextOf(string given)
    {
        var input = InputText.Of(given);
        return input.Error is null ? input.Text : throw new InvalidDataException(input.Error);
    }

    public static IInvestigationRenderer Renderer(TextWriter output, bool json) =>
        json ? new JsonLinesRenderer(output) : new PlainRenderer(output, InteractiveSession.OutputLook);
}
