using System.Text.Json;
using OpenSre.Core;
using OpenSre.Sentry;
using OpenSre.Terminal;

namespace OpenSre.Cli;

/// <summary><c>opensre fix</c>: an issue of Sentry, fixed by Seer, its patch applied here.</summary>
internal static class FixCommand
{
    public static async Task<int> RunAsync(string[] arguments, TextWriter output, TextWriter errors)
    {
        using var stops = new Interrupts();
        var look = InteractiveSession.OutputLook;
        StreamReader? input = null;
        Task<string?>? reading = null;
        Func<string, CancellationToken, Task<string?>>? ask = InteractiveSession.IsInputTerminal ? AskAsync : null;
        return await RunAsync(arguments, new FixPlace(output, errors, look, ask) { Again = stops.Again, AskSecretAsync = AskSecretAsync }, stops.Token).ConfigureAwait(false);

        async Task<string?> AskAsync(string question, CancellationToken cancellation)
        {
            await errors.WriteAsync(look.Bold(question)).ConfigureAwait(false);
            await errors.FlushAsync(cancellation).ConfigureAwait(false);

            return await ReadLineAsync(cancellation).ConfigureAwait(false);
        }

        async Task<string?> AskSecretAsync(string question, CancellationToken cancellation)
        {
            if (!InteractiveSession.IsInputTerminal)
            {
                return await ReadLineAsync(cancellation).ConfigureAwait(false);
            }

            using var unseen = new UnechoedInput();
            await errors.WriteAsync(look.Bold(question)).ConfigureAwait(false);
            await errors.FlushAsync(cancellation).ConfigureAwait(false);
            var typed = await ReadLineAsync(cancellation).ConfigureAwait(false);
            await errors.WriteLineAsync().ConfigureAwait(false);
            return typed;
        }

        async Task<string?> ReadLineAsync(CancellationToken cancellation)
        {
            // A line that was being read when Ctrl+C came is still being read; two readers would take each other's words.
            input ??= new StreamReader(StandardInput.Raw());
            reading ??= Task.Run(input.ReadLine, CancellationToken.None);
            var line = await reading.WaitAsync(cancellation).ConfigureAwait(false);
            reading = null;
            return line;
        }
    }

    /// <summary>Runs it for any place.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, FixPlace place, CancellationToken cancellation)
    {
        try
        {
            var options = FixOptions.Parse([.. arguments]);
            if (options.Help)
            {
                await place.Output.WriteAsync(FixOptions.Text).ConfigureAwait(false);
                return FixExit.Done;
            }

            return options.Undo ? await UndoAsync(options, place, cancellation).ConfigureAwait(false)
                : options.Login ? await FixLogin.LoginAsync(options, place, cancellation).ConfigureAwait(false)
                : options.Logout ? await FixLogin.LogoutAsync(options, place).ConfigureAwait(false)
                : await FixAsync(options, place, cancellation).ConfigureAwait(false);
        }
        catch (FixException e)
        {
            await place.Errors.WriteLineAsync($"opensre: {SafeText.Clean(e.Message)}").ConfigureAwait(false);
            return FixExit.Of(e.Failure);
        }
    }

    private static async Task<int> UndoAsync(FixOptions options, FixPlace place, CancellationToken cancellation)
    {
        var output = place.Output;
        var folder = options.Folders.Values.FirstOrDefault() ?? Environment.CurrentDirectory;
        var (root, gitFolder) = await WorkingTree.OfAsync(folder, cancellation).ConfigureAwait(false);
        var record = UndoRecord.Latest(root, gitFolder) ?? throw new FixException(FixFailure.NotFound, $"Nothing was applied in {SafeText.Line(root, 200)} that could be taken back.");
        if (place.ApproveAsync is { } approve && !await approve("fix undo", $"put the files of {SafeText.Line(record.Name, 100)} back in {SafeText.Line(root, 200)}", "you asked for it", "what was written to these files; one that was touched since is left alone", cancellation).ConfigureAwait(false))
        {
            return FixExit.NotApplied;
        }

        var paths = record.Undo();
        await output.WriteLineAsync($"Taken back: {SafeText.Line(record.Name, 100)}, {paths.Count} {(paths.Count == 1 ? "file" : "files")}.").ConfigureAwait(false);
        foreach (var path in paths)
        {
            await output.WriteLineAsync("  " + SafeText.Line(path, 300)).ConfigureAwait(false);
        }

        return FixExit.Done;
    }

    private static async Task<int> FixAsync(FixOptions options, FixPlace place, CancellationToken cancellation)
    {
        var (output, errors, look) = (place.Output, place.Errors, place.Look);
        var interactive = !options.Json && place.AskAsync is not null;
        var face = new FixTerminal(errors, interactive ? place.AskAsync : null, options.Yes, look);
        SentryIssue? issue = null;
        DriveResult? driven = null;
        SeerDriver? driver = null;
        SentryClient? client = null;
        List<RepositoryResult> repositories = [];
        string? error = null;
        int code;
        try
        {
            var named = IssueArgument.Parse(options.Issue);
            var host = SentryHost.From(Environment.GetEnvironmentVariable, SentryLogins.Read(FixLogin.StorePath), named.Host);
            client = new SentryClient(host, TimeProvider.System, new RegionCache(Path.Combine(HomeFolder.Path, "sentry-regions.json"), TimeProvider.System, options.Fresh));
            issue = await new IssueResolver(client, Environment.GetEnvironmentVariable).ResolveAsync(named, cancellation).ConfigureAwait(false);
            face.Note($"{issue.ShortId} {issue.Title}\n{issue.Url}");
            if (options.Local)
            {
                return await LocalFix.RunAsync(client, issue, options, place, face, cancellation).ConfigureAwait(false);
            }

            driver = new SeerDriver(client, issue, new DriveOptions(options.Stop, options.Force, options.Instruction, options.Timeout), face, TimeProvider.System);
            try
            {
                driven = await driver.RunAsync(cancellation).ConfigureAwait(false);
            }
            catch (FixException e) when (e.Failure == FixFailure.SeerUnavailable && !options.Json)
            {
                face.Warn(e.Message);
                if (interactive && await face.AskAsync("Investigate it here, without Seer? [Y/n] ", cancellation).ConfigureAwait(false) is { } said && !said.StartsWith("n", StringComparison.OrdinalIgnoreCase))
                {
                    return await LocalFix.RunAsync(client, issue, options, place, face, cancellation).ConfigureAwait(false);
                }

                return FixExit.SeerUnavailable;
            }

            code = FixExit.Of(driven.End);
            if (driven.Reason is { } reason)
            {
                face.Note((driven.End switch { DriveEnd.NoFix => "No fix: ", DriveEnd.Failed => "Seer failed: ", _ => "" }) + reason + (driven.End is DriveEnd.Failed or DriveEnd.Awaiting ? $"\n{issue.Url}" : ""));
            }

            foreach (var agent in driven.State.CodingAgents)
            {
                face.Note("Handed to a coding agent: " + SafeText.Line(agent, 300));
            }

            if (!options.Json)
            {
                await SummariseAsync(driven.State, output, look).ConfigureAwait(false);
            }

            if (driven.End == DriveEnd.Completed && driven.State.HasPatches)
            {
                var applying = new FixApplying(options, face, place, issue);
                var wanted = await applying.RunAsync(new ProposedFix(driven.State.Patches, driven.State.PinnedCommit, "Seer", CanOpenPullRequest: true), repositories, cancellation).ConfigureAwait(false);
                code = wanted.Code;
                if (wanted.PullRequest)
                {
                    var after = await driver.OpenPullRequestsAsync(driven.State, TimeSpan.FromMinutes(2), cancellation).ConfigureAwait(false);
                    driven = driven with { State = after };
                    code = await TellAsync(after, output, options.Json).ConfigureAwait(false) ? code : FixExit.PullRequestFailed;
                }
            }
        }
        catch (FixException e)
        {
            (error, code) = (SafeText.Clean(e.Message), FixExit.Of(e.Failure));
            await errors.WriteLineAsync($"opensre: {error}").ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            (error, code) = (await LeaveAsync(driver, face, place).ConfigureAwait(false), FixExit.Interrupted);
            await errors.WriteLineAsync($"\nopensre: {error}").ConfigureAwait(false);
        }
        finally
        {
            client?.Dispose();
        }

        if (options.Json)
        {
            await output.WriteAsync(FixReport.Text(FixReport.Of(issue, driven, repositories, face.Warnings, error), options.Fields)).ConfigureAwait(false);
        }

        return code;
    }

    /// <summary>After Ctrl+C the run is kept, and Seer stopped only when somebody says so.</summary>
    /// <returns>What has become of it, in a sentence.</returns>
    private static async Task<string> LeaveAsync(SeerDriver? driver, FixTerminal face, FixPlace place)
    {
        const string Kept = "Stopped here; the run of Seer goes on in the background, and the same command attaches to it.";
        if (driver?.Latest is not { IsRunning: true } state)
        {
            return driver?.Latest is null ? "Stopped." : "Stopped here; what Seer has found stays, and the same command shows it again.";
        }

        if (!face.CanAsk || place.Again() is not { } stop)
        {
            return Kept;
        }

        try
        {
            face.Note("");
            if (await face.AskAsync("Seer is still at work. Stop it as well? What it has found stays. [y/N] ", stop).ConfigureAwait(false) is not { } said || !said.StartsWith("y", StringComparison.OrdinalIgnoreCase))
            {
                return Kept;
            }

            await driver.InterruptAsync(state, stop).ConfigureAwait(false);
            return "Seer was asked to stop; the run stays, and the same command goes on with it.";
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return Kept;
        }
        catch (FixException e)
        {
            return $"{Kept} It was not stopped: {SafeText.Clean(e.Message)}";
        }
    }

    private static async Task SummariseAsync(SeerState state, TextWriter output, Look look)
    {
        var cause = SeerPatches.Member(state.Artifact("root_cause"), "data");
        if (SeerPatches.Words(cause, "one_line_description") is { } line)
        {
            await output.WriteLineAsync(look.Bold("Root cause: ") + SafeText.Line(line, 1000)).ConfigureAwait(false);
        }

        var solution = SeerPatches.Member(state.Artifact("solution"), "data");
        if (SeerPatches.Words(solution, "one_line_summary") is { } summary)
        {
            await output.WriteLineAsync(look.Bold("Plan: ") + SafeText.Line(summary, 1000)).ConfigureAwait(false);
            if (SeerPatches.Member(solution, "steps") is { ValueKind: JsonValueKind.Array } steps)
            {
                foreach (var step in steps.EnumerateArray())
                {
                    await output.WriteLineAsync("  - " + SafeText.Line(SeerPatches.Words(step, "title") ?? "", 300)).ConfigureAwait(false);
                }
            }
        }
    }

    private static async Task<bool> TellAsync(SeerState state, TextWriter output, bool json)
    {
        var good = true;
        var wanted = state.Patches.Select(p => p.Repository).Distinct(StringComparer.Ordinal).ToList();
        foreach (var repository in wanted)
        {
            var pr = state.PullRequests.FirstOrDefault(p => p.Repository == repository);
            good &= pr is { Status: "completed", Url: not null };
            if (!json)
            {
                await output.WriteLineAsync(pr switch
                {
                    { Status: "completed" } => $"Pull request for {SafeText.Line(repository, 100)}: {SafeText.Line(pr.Url ?? "", 300)}",
                    { Status: "error", Number: not null } => $"The pull request {SafeText.Line(pr.Url ?? "", 300)} exists, but a later push failed: {SafeText.Line(pr.Error ?? "", 300)}",
                    { Status: "error" } => $"No pull request for {SafeText.Line(repository, 100)}: {SafeText.Line(pr.Error ?? "no reason given", 300)}",
                    _ => $"The pull request for {SafeText.Line(repository, 100)} is still being made.",
                }).ConfigureAwait(false);
            }
        }

        return good;
    }
}
