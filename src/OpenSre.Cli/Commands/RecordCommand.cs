using OpenSre.Investigation;
using OpenSre.Sources;

namespace OpenSre.Cli;

/// <summary><c>opensre record</c>: investigates and keeps every command with its answer in one file.</summary>
internal static class RecordCommand
{
    public static async Task<int> RunAsync(CommandLine line, TextWriter output, TextWriter errors, CancellationToken cancellation)
    {
        var text = OneInvestigation.TextOf(line.Input!);
        var path = line.Output ?? $"incident-{TimeProvider.System.GetUtcNow():yyyyMMdd-HHmmss}.bundle";
        var remote = line.Host is { } host ? RemoteHost.Reach(host) : null;
        using var writer = BundleWriter.Create(path, text);
        var runner = new RecordingRunner(remote ?? Toolbox.LocalRunner(), writer);
        var tools = remote is null ? Toolbox.Live(runner) : RemoteHost.Tools(runner);
        var beside = BesideSetup.Open();
        int code;
        await using (beside.ConfigureAwait(false))
        {
            code = await OneInvestigation.RunAsync(text, tools, TimeProvider.System, OneInvestigation.Renderer(output, json: false), output, errors, cancellation, beside: beside.For(recording: writer) with { Background = null, Keep = null }).ConfigureAwait(false);
        }

        if (line.All && code == ExitCodes.Done)
        {
            // What this investigation did not need, a later version of the engine may ask for.
            var incident = Incidents.From(AlertIntake.Read(text, TimeProvider.System.GetUtcNow()).Alerts, TimeProvider.System.GetUtcNow());
            await new Investigator(tools, TimeProvider.System, InvestigationBudget.Everything).InvestigateAsync(incident, "everything", _ => { }, null, cancellation).ConfigureAwait(false);
        }

        await errors.WriteLineAsync(writer.Failure ?? $"Recorded in {path}; replay it with: opensre replay {path}").ConfigureAwait(false);
        return writer.Failure is null ? code : ExitCodes.Failed;
    }
}
