using OpenSre.Core;
using OpenSre.Sentry;
using OpenSre.Terminal;

namespace OpenSre.Cli;

/// <summary>Without Seer: the issue's latest event is investigated as an alert, and the lines its stack names are shown.</summary>
internal static class LocalFix
{
    public static async Task<int> RunAsync(SentryClient client, SentryIssue issue, FixOptions options, FixPlace where, CancellationToken cancellation)
    {
        var (output, errors) = (where.Output, where.Errors);
        var alert = await IssueAlert.ReadAsync(client, issue, cancellation).ConfigureAwait(false);
        var tools = Toolbox.Live(Toolbox.LocalRunner());
        var code = await OneInvestigation.RunAsync(alert.Alert, tools, TimeProvider.System, options.Json ? new JsonLinesRenderer(output) : new PlainRenderer(output, where.Look), output, errors, cancellation, advice: ModelSetup.Advice(null, false)).ConfigureAwait(false);

        // With --json standard output is the investigation's events alone.
        var place = options.Json ? errors : output;
        var folder = options.Folders.Values.FirstOrDefault() ?? Environment.CurrentDirectory;
        if (alert.Frames.Count > 0)
        {
            var lines = await SuspectLines.FindAsync(folder, alert.Frames, cancellation).ConfigureAwait(false);
            await place.WriteLineAsync(lines.Count > 0 ? "\nLines of this working tree that the stack names, innermost first:" : "\nNone of the files the stack names is in this working tree.").ConfigureAwait(false);
            foreach (var line in lines)
            {
                await place.WriteLineAsync($"  {SafeText.Line(line.Path, 200)}:{line.Line}  {line.Text}").ConfigureAwait(false);
            }
        }

        foreach (var commit in alert.Commits)
        {
            await place.WriteLineAsync("Sentry suspects commit " + SafeText.Line(commit, 200)).ConfigureAwait(false);
        }

        await place.WriteLineAsync("No patch is proposed: without Seer there is a diagnosis and these places, no code.").ConfigureAwait(false);
        return code == ExitCodes.Done ? FixExit.NoFix : code;
    }
}
