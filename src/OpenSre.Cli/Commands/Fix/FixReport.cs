using System.Text.Json;
using System.Text.Json.Nodes;
using OpenSre.Core;
using OpenSre.Sentry;

namespace OpenSre.Cli;

/// <summary>What became of one repository's patches.</summary>
internal sealed record RepositoryResult(string Repository, RepositoryPlan? Plan, bool Written, bool Conflicts, string? Skipped, string? SavedAs);

/// <summary>The one object of <c>--json</c>; docs/fix.md describes it.</summary>
internal static class FixReport
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static JsonObject Of(SentryIssue? issue, DriveResult? driven, IReadOnlyList<RepositoryResult> repositories, IReadOnlyList<string> warnings, string? error)
    {
        var state = driven?.State;
        return new JsonObject
        {
            ["run_id"] = long.TryParse(state?.RunId, out var run) ? run : null,
            ["sentry_run_id"] = state?.SentryRunId,
            ["status"] = driven?.End switch
            {
                null => "error",
                DriveEnd.Completed => "completed",
                DriveEnd.Awaiting => "awaiting_user_input",
                DriveEnd.NoFix => "no_fix",
                DriveEnd.TimedOut => "timed_out",
                DriveEnd.CodeDisabled => "code_generation_disabled",
                _ => "error",
            },
            ["error"] = error ?? (driven?.End is DriveEnd.Failed or DriveEnd.TimedOut or DriveEnd.CodeDisabled ? driven.Reason : null),
            ["issue"] = issue is null ? null : new JsonObject { ["org"] = issue.Organization, ["id"] = issue.Id, ["short_id"] = issue.ShortId, ["title"] = issue.Title, ["url"] = issue.Url },
            ["artifacts"] = new JsonObject { ["root_cause"] = Data(state, "root_cause"), ["solution"] = Data(state, "solution") },
            ["no_fix_reason"] = driven?.End == DriveEnd.NoFix ? driven.Reason : null,
            ["patches"] = state is null ? new JsonArray() : Patches(state.Patches, state.PinnedCommit, repositories),
            ["prs"] = new JsonArray([.. (state?.PullRequests ?? []).Select(p => new JsonObject { ["repo_name"] = p.Repository, ["status"] = p.Status, ["number"] = p.Number, ["url"] = p.Url, ["branch"] = p.Branch, ["error"] = p.Error })]),
            ["pr_urls"] = new JsonArray([.. (state?.PullRequests ?? []).Where(p => p.Url is not null).Select(p => JsonValue.Create(p.Url))]),
            ["coding_agents"] = new JsonArray([.. (state?.CodingAgents ?? []).Select(a => JsonValue.Create(a))]),
            ["apply"] = new JsonArray([.. repositories.Select(Applied)]),
            ["pending_user_input"] = state is { IsAwaiting: true, Pending: { } pending }
                ? new JsonObject { ["id"] = pending.Id, ["input_type"] = pending.Type, ["data"] = Node(pending.Data) }
                : null,
            ["warnings"] = new JsonArray([.. warnings.Select(w => JsonValue.Create(w))]),
        };
    }

    public static string Text(JsonObject report, IReadOnlyList<string> fields)
    {
        if (fields.Count > 0)
        {
            foreach (var name in report.Select(m => m.Key).Where(k => !fields.Contains(k)).ToList())
            {
                report.Remove(name);
            }
        }

        return report.ToJsonString(Relaxed) + "\n";
    }

    /// <summary>The same object for a fix made without Seer: no run, the engine's diagnosis, and the lines the stack names.</summary>
    public static JsonObject Local(SentryIssue issue, LocalFinding found, ProposedFix? proposed, IReadOnlyList<RepositoryResult> repositories, IReadOnlyList<string> warnings, string? noFix)
    {
        var report = Of(issue, null, repositories, warnings, null);
        report["status"] = proposed is null ? "no_fix" : "completed";
        report["no_fix_reason"] = noFix;
        report["patches"] = proposed is null ? new JsonArray() : Patches(proposed.Patches, proposed.Pinned, repositories);
        report["diagnosis"] = found.File.Diagnosis is { } diagnosis ? JsonSerializer.SerializeToNode(diagnosis, CoreJson.Default.Diagnosis) : null;
        report["suspect_lines"] = new JsonArray([.. found.Lines.Select(l => new JsonObject { ["path"] = l.Path, ["line"] = l.Line, ["text"] = l.Text, ["function"] = l.Function, ["changed"] = l.Changed })]);
        report["suspect_commits"] = new JsonArray([.. found.Commits.Select(c => JsonValue.Create(c))]);
        return report;
    }

    private static JsonArray Patches(IReadOnlyList<FilePatch> patches, Func<string, string?> pinned, IReadOnlyList<RepositoryResult> repositories)
    {
        var planned = repositories.Where(r => r.Plan is not null).SelectMany(r => r.Plan!.Files.Select(f => (Key: (r.Repository, f.Path), File: f))).GroupBy(f => f.Key).ToDictionary(g => g.Key, g => g.First().File);
        var commits = patches.Select(p => p.Repository).Distinct(StringComparer.Ordinal).ToDictionary(r => r, pinned, StringComparer.Ordinal);
        return new([.. patches.Select(p => new JsonObject
        {
            ["repo_name"] = p.Repository,
            ["path"] = p.Path,
            ["type"] = p.Type switch { ChangeType.Added => "A", ChangeType.Deleted => "D", _ => "M" },
            ["added"] = p.Added,
            ["removed"] = p.Removed,
            ["diff"] = planned.GetValueOrDefault((p.Repository, p.Path))?.Diff is { Length: > 0 } fitted ? fitted : Unfitted(p),
            ["base_sha"] = commits[p.Repository],
        })]);
    }

    private static string? Unfitted(FilePatch patch)
    {
        try
        {
            return SeerPatches.Render(patch);
        }
        catch (PatchRefusedException)
        {
            // No form of it that git takes; the warnings say why it is refused.
            return null;
        }
    }

    private static JsonObject Applied(RepositoryResult result)
    {
        JsonArray Paths(params FileOutcome[] outcomes) => new([.. (result.Plan?.Files ?? []).Where(f => outcomes.Contains(f.Outcome)).Select(f => JsonValue.Create(f.Path))]);
        return new JsonObject
        {
            ["repo_name"] = result.Repository,
            ["repo_root"] = result.Plan?.Root,
            ["base_sha"] = result.Plan?.Base,
            ["written"] = result.Written,
            ["applied"] = result.Written ? Paths(FileOutcome.Ready) : new JsonArray(),
            ["would_apply"] = result.Written ? new JsonArray() : Paths(FileOutcome.Ready),
            ["already_applied"] = Paths(FileOutcome.AlreadyApplied),
            ["conflicted"] = Paths(FileOutcome.Conflicted),
            ["failed"] = new JsonArray([.. (result.Plan?.Files ?? []).Where(f => f.Outcome == FileOutcome.Failed).Select(f => new JsonObject { ["path"] = f.Path, ["reason"] = f.Reason })]),
            ["skipped"] = result.Skipped,
            ["patch_file"] = result.SavedAs,
        };
    }

    private static JsonNode? Data(SeerState? state, string key) => state is null ? null : Node(SeerPatches.Member(state.Artifact(key), "data"));

    private static JsonNode? Node(JsonElement element) => element.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null ? null : JsonNode.Parse(element.GetRawText());
}
