using OpenSre.Core;
using OpenSre.Investigation;
using OpenSre.Sentry;
using OpenSre.Terminal;

namespace OpenSre.Cli;

/// <summary>What was found without Seer.</summary>
/// <param name="File">The investigation of the issue's latest event.</param>
/// <param name="Lines">Lines of the working tree that the event's stack names, the innermost first.</param>
/// <param name="Commits">Commits Sentry suspects.</param>
internal sealed record LocalFinding(CaseFile File, IReadOnlyList<SuspectLine> Lines, IReadOnlyList<string> Commits);

/// <summary>
/// Without Seer: the issue's latest event is investigated as an alert, the lines its stack names are shown, and a model, if
/// one is configured, proposes a patch, which goes the same way as Seer's.
/// </summary>
internal static class LocalFix
{
    public static async Task<int> RunAsync(SentryClient client, SentryIssue issue, FixOptions options, FixPlace place, FixTerminal face, CancellationToken cancellation)
    {
        var alert = await IssueAlert.ReadAsync(client, issue, cancellation).ConfigureAwait(false);
        var advice = Advice(place);
        var found = await InvestigateAsync(alert, advice, options, place, cancellation).ConfigureAwait(false);
        if (!options.Json)
        {
            await ShowAsync(found, alert, place.Output).ConfigureAwait(false);
        }

        var (proposed, whyNot) = advice is null
            ? (null, "without Seer and without a model there is a diagnosis and these places, no patch (opensre model pick chooses a model)")
            : await ProposeAsync(advice, alert, found, options, face, cancellation).ConfigureAwait(false);
        List<RepositoryResult> repositories = [];
        var code = FixExit.NoFix;
        if (proposed is null)
        {
            face.Note("No patch: " + whyNot + ".");
        }
        else
        {
            // The model read the files of this working tree, whatever the remotes are called.
            var here = options with { Folders = new Dictionary<string, string>(options.Folders, StringComparer.OrdinalIgnoreCase) { [""] = Folder(options) } };
            (code, _) = await new FixApplying(here, face, place, issue).RunAsync(proposed, repositories, cancellation).ConfigureAwait(false);
        }

        if (options.Json)
        {
            await place.Output.WriteAsync(FixReport.Text(FixReport.Local(issue, found, proposed, repositories, face.Warnings, proposed is null ? whyNot : null), options.Fields)).ConfigureAwait(false);
        }

        return code;
    }

    private static string Folder(FixOptions options) => options.Folders.Values.FirstOrDefault() ?? Environment.CurrentDirectory;

    private static ModelAdvice? Advice(FixPlace place)
    {
        try
        {
            return place.Advice();
        }
        catch (InvalidDataException e)
        {
            throw new FixException(FixFailure.Usage, e.Message, e);
        }
    }

    private static async Task<LocalFinding> InvestigateAsync(IssueAlert alert, ModelAdvice? advice, FixOptions options, FixPlace place, CancellationToken cancellation)
    {
        var intake = AlertIntake.Read(alert.Alert, TimeProvider.System.GetUtcNow());
        if (intake.Alerts.Count == 0)
        {
            throw new FixException(FixFailure.ApiError, "The issue's event makes no alert: " + intake.Message);
        }

        var incident = Incidents.From(intake.Alerts, TimeProvider.System.GetUtcNow());
        var renderer = options.Json ? null : new PlainRenderer(place.Output, place.Look);
        var file = await new Investigator(Toolbox.Live(Toolbox.LocalRunner()), TimeProvider.System) { Advice = advice }
            .InvestigateAsync(incident, incident.Primary.Name, e => renderer?.Render(e), null, cancellation).ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
        return new LocalFinding(file, await SuspectLines.FindAsync(Folder(options), alert.Frames, cancellation).ConfigureAwait(false), alert.Commits);
    }

    private static async Task ShowAsync(LocalFinding found, IssueAlert alert, TextWriter output)
    {
        if (alert.Frames.Count > 0)
        {
            await output.WriteLineAsync(found.Lines.Count > 0 ? "\nLines of this working tree that the stack names, innermost first:" : "\nNone of the files the stack names is in this working tree.").ConfigureAwait(false);
            foreach (var line in found.Lines)
            {
                await output.WriteLineAsync($"  {SafeText.Line(line.Path, 200)}:{line.Line}  {line.Text}").ConfigureAwait(false);
                await output.WriteLineAsync(line.Changed is null ? "      not committed yet" : $"      last changed by {line.Changed}").ConfigureAwait(false);
            }
        }

        foreach (var commit in found.Commits)
        {
            await output.WriteLineAsync("Sentry suspects commit " + SafeText.Line(commit, 200)).ConfigureAwait(false);
        }

        await output.FlushAsync().ConfigureAwait(false);
    }

    private static async Task<(ProposedFix? Fix, string WhyNot)> ProposeAsync(ModelAdvice advice, IssueAlert alert, LocalFinding found, FixOptions options, FixTerminal face, CancellationToken cancellation)
    {
        Checkout checkout;
        try
        {
            checkout = await Checkout.OfAsync(Folder(options), cancellation).ConfigureAwait(false);
        }
        catch (FixException e)
        {
            return (null, e.Message.TrimEnd('.'));
        }

        face.Note($"Asking {advice.Name} for a patch; it reads tracked files of {SafeText.Line(checkout.Root, 200)} and changes none.");
        var proposal = new PatchProposal(checkout, advice, face);
        var ended = await proposal.AskAsync(alert, found, options.Instruction, cancellation).ConfigureAwait(false);
        if (proposal.Patches is not { Count: > 0 } patches)
        {
            return (null, ended);
        }

        face.Said($"**{SafeText.Line(advice.Name, 100)}** proposes: {proposal.Summary}");
        return (new ProposedFix(patches, _ => null, advice.Name, CanOpenPullRequest: false), "");
    }
}
