using System.Text.Json;

namespace OpenSre.Sentry;

/// <summary>A question Seer waits with.</summary>
public sealed record PendingInput(string Id, string Type, JsonElement Data);

/// <summary>Something Seer said or did.</summary>
public sealed record SeerBlock(string Id, string Role, string Content, bool Loading);

/// <summary>A pull request of one repository.</summary>
/// <param name="Status">creating, completed or error.</param>
public sealed record PullRequestState(string Repository, string Status, int? Number, string? Url, string? Branch, string? Error);

/// <summary>A run of Seer as one reply described it. Everything may be missing; what is not understood is left alone.</summary>
public sealed class SeerState
{
    public static readonly IReadOnlyList<string> Steps = ["root_cause", "solution", "code_changes"];

    private readonly JsonElement _run;
    private readonly List<JsonElement> _blocks;

    public SeerState(JsonElement run)
    {
        _run = run;
        _blocks = [.. run.Items("blocks")];
        Status = (run.Text("status") ?? "").ToLowerInvariant();
        IsLegacy = !run.Has("blocks") && (run.Has("steps") || (run.Text("status") is { Length: > 0 } s && s.All(c => char.IsUpper(c) || c == '_')));
        Step = _blocks.FindLast(b => Steps.Contains(b.Get("message").Get("metadata").Text("step") ?? "")).Get("message").Get("metadata").Text("step");
        Patches = Folded();
    }

    public string? RunId => _run.Text("run_id");

    public string? SentryRunId => _run.Text("sentry_run_id");

    public string Status { get; }

    /// <summary>The server answered in the form from before explorer mode.</summary>
    public bool IsLegacy { get; }

    /// <summary>The step that began last.</summary>
    public string? Step { get; }

    public bool IsFailed => Status is "error" or "canceled" or "cancelled";

    /// <summary>Seer works on it, or waits with a question.</summary>
    public bool IsRunning => Status == "processing" || IsLoading || IsAwaiting;

    public bool IsAwaiting => Status is "awaiting_user_input" or "need_more_information";

    public bool IsLoading => _blocks.Exists(b => b.Is("loading"));

    public PendingInput? Pending => _run.Get("pending_user_input") is { ValueKind: JsonValueKind.Object } p && p.Text("id") is { } id
        ? new PendingInput(id, p.Text("input_type") ?? "", p.Get("data"))
        : null;

    /// <summary>Changes whenever the run has moved on.</summary>
    public string Mark => $"{Status}|{_run.Text("updated_at")}|{_blocks.Count}|{Step}";

    public IEnumerable<SeerBlock> Blocks => _blocks.Select((b, i) =>
        new SeerBlock(b.Text("id") ?? $"#{i}", b.Get("message").Text("role") ?? "", b.Get("message").Text("content") ?? "", b.Is("loading")));

    /// <summary>All changes of the run, folded: the last state of every file, without files that were put back.</summary>
    public IReadOnlyList<FilePatch> Patches { get; }

    public bool HasPatches => Patches.Count > 0;

    public IReadOnlyList<PullRequestState> PullRequests => [.. _run.Members("repo_pr_states").Select(p => new PullRequestState(
        p.Value.Text("repo_name") ?? p.Name,
        p.Value.Text("pr_creation_status") ?? "",
        p.Value.Has("pr_number") ? p.Value.Number("pr_number") : null,
        p.Value.Text("pr_url"),
        p.Value.Text("branch_name"),
        p.Value.Text("pr_creation_error")))];

    /// <summary>Addresses where coding agents that took over can be watched.</summary>
    public IReadOnlyList<string> CodingAgents => [.. _run.Members("coding_agents").Select(a =>
        string.Join(' ', new[] { a.Value.Text("name") ?? a.Value.Text("provider") ?? a.Name, a.Value.Text("status"), a.Value.Text("agent_url") }
            .Concat(a.Value.Items("results").Select(r => r.Text("pr_url"))).Where(t => !string.IsNullOrEmpty(t))))];

    /// <summary>The latest artifact of a key; undefined when there is none.</summary>
    public JsonElement Artifact(string key) => _blocks.SelectMany(b => b.Items("artifacts")).LastOrDefault(a => a.Text("key") == key);

    /// <summary>The commit Seer worked on in a repository, if it said so.</summary>
    public string? PinnedCommit(string repository)
    {
        foreach (var block in Enumerable.Reverse(_blocks))
        {
            var metadata = block.Get("message").Get("metadata");
            if ((metadata.Text("repo_pins") ?? metadata.Text("base_shas")) is not { } text)
            {
                continue;
            }

            try
            {
                using var pins = JsonDocument.Parse(text);
                var pin = pins.RootElement.Get(repository);
                if ((pin.ValueKind == JsonValueKind.String ? pin.GetString() : pin.Text("base_sha") ?? pin.Text("sha")) is { } commit)
                {
                    return commit;
                }
            }
            catch (JsonException)
            {
                // Pins that cannot be read are as good as none: the merge then has no base, and says so.
                return null;
            }
        }

        return null;
    }

    /// <summary>What it does now, in one line; null when it does not say.</summary>
    public string? Activity
    {
        get
        {
            var todo = _blocks.FindLast(b => b.Items("todos").Any()).Items("todos").FirstOrDefault(t => t.Text("status") == "in_progress").Text("content");
            var text = todo ?? Blocks.LastOrDefault(b => b.Role != "user" && b.Content.Trim() is { Length: > 0 } c && !c.StartsWith("Thinking", StringComparison.Ordinal))?.Content.Trim().Split('\n')[0];
            return text is null ? null : OpenSre.Core.SafeText.Line(text, 300);
        }
    }

    /// <summary>Why it failed, as far as it says.</summary>
    public string Failure => string.Join(": ", new[] { _run.Text("failure_reason") ?? Status, Blocks.LastOrDefault(b => b.Role == "assistant" && b.Content.Trim().Length > 0)?.Content.Trim() }
        .Where(t => !string.IsNullOrEmpty(t)).Select(t => OpenSre.Core.SafeText.Line(t!, 300)));

    /// <summary>Why there will be no code, when the run itself says so; else null.</summary>
    public string? NoFixReason
    {
        get
        {
            var (cause, solution) = (Artifact("root_cause"), Artifact("solution"));
            return solution.ValueKind == JsonValueKind.Object && !solution.Has("data") ? Clean(solution.Text("reason")) ?? "Seer found no solution."
                : cause.ValueKind == JsonValueKind.Object && !cause.Has("data") ? Clean(cause.Text("reason")) ?? "Seer found no root cause."
                : cause.Get("data").Text("classification") is { } kind && kind != "code_fix" ? Clean(cause.Get("data").Text("no_code_fix_reason")) ?? $"Seer says that no code fixes it ({OpenSre.Core.SafeText.Line(kind, 40)})."
                : null;
        }
    }

    internal static FilePatch Patch(JsonElement given)
    {
        var patch = given.Get("patch");
        var type = patch.Text("type") switch { "A" => ChangeType.Added, "D" => ChangeType.Deleted, "M" => ChangeType.Modified, _ => (ChangeType)(-1) };
        return new FilePatch(
            given.Text("repo_name") ?? "",
            patch.Text("path") ?? "",
            type,
            patch.Number("added"),
            patch.Number("removed"),
            given.Text("diff") ?? "",
            [.. patch.Items("hunks").Select(h => new ReceivedHunk(
                h.Number("source_start"),
                h.Text("section_header") ?? "",
                [.. h.Items("lines").Select(l => new ReceivedLine(l.Text("line_type") ?? "", l.Text("value") ?? ""))]))]);
    }

    private static string? Clean(string? text) => string.IsNullOrWhiteSpace(text) ? null : OpenSre.Core.SafeText.Line(text, 500);

    private List<FilePatch> Folded()
    {
        Dictionary<(string, string), JsonElement> last = [];
        foreach (var given in _blocks.SelectMany(b => b.Items("merged_file_patches")))
        {
            last[(given.Text("repo_name") ?? "", given.Get("patch").Text("path") ?? "")] = given;
        }

        // A file whose change was taken back has neither; a new empty file and a deleted one are changes all the same.
        return [.. last.Values.Select(Patch).Where(p => p.Added != 0 || p.Removed != 0 || p.Type != ChangeType.Modified)];
    }
}
