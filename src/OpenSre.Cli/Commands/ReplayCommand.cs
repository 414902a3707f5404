using OpenSre.Investigation;
using OpenSre.Sources;

namespace OpenSre.Cli;

/// <summary><c>opensre replay</c>: investigates a recording, at its own time, away from the system.</summary>
internal static class ReplayCommand
{
    public static async Task<int> RunAsync(CommandLine line, TextWriter output, TextWriter errors, CancellationToken cancellation)
    {
        var bundle = Bundle.Load(line.Input!);
        if (bundle.Note.Length > 0)
        {
            await errors.WriteLineAsync(bundle.Note).ConfigureAwait(false);
        }

        return await OneInvestigation.RunAsync(
            bundle.Input,
            Toolbox.Of(bundle),
            new ReplayTime(bundle.Header.RecordedAt),
            OneInvestigation.Renderer(output, line.Json),
            output,
            errors,
            cancellation,
            line.Model is null ? null : ModelSetup.Advice(line.Model, line.Offline),
            new CaseSurroundings { Supply = SupplyRecording.Of(bundle) }).ConfigureAwait(false);
    }
}
