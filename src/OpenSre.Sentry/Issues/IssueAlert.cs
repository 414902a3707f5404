using System.Text.Json;
using System.Text.Json.Nodes;

namespace OpenSre.Sentry;

/// <summary>A line of code an event's stack names, that belongs to the program itself.</summary>
/// <param name="File">As the event names it, with <c>/</c>.</param>
/// <param name="Line">From 1.</param>
public sealed record SuspectFrame(string File, int Line, string? Function);

/// <summary>An issue's latest event, as the alert an investigation takes, and what it says about the code.</summary>
/// <param name="Alert">JSON in the form of Sentry's webhook.</param>
/// <param name="Frames">The innermost first.</param>
/// <param name="Commits">Commits Sentry suspects, as <c>id message</c>.</param>
public sealed record IssueAlert(string Alert, IReadOnlyList<SuspectFrame> Frames, IReadOnlyList<string> Commits)
{
    private const int MaxBreadcrumbs = 20;
    private const int MaxFrames = 12;

    /// <exception cref="FixException">The event cannot be read.</exception>
    public static async Task<IssueAlert> ReadAsync(SentryClient client, SentryIssue issue, CancellationToken cancellation)
    {
        var organization = Uri.EscapeDataString(issue.Organization);
        var answer = await client.GetAsync(issue.Organization, $"/organizations/{organization}/issues/{Uri.EscapeDataString(issue.Id)}/events/latest/", cancellation).ConfigureAwait(false);
        if (answer.Code != 200)
        {
            throw AccessErrors.Of(answer, client.Host, issue.Organization);
        }

        List<string> commits = [];
        if (issue.Project is { } project && answer.Body.Text("eventID") is { } id)
        {
            // Suspect commits need an integration; a server without one answers 404, and there are none.
            var committers = await client.GetAsync(issue.Organization, $"/projects/{organization}/{Uri.EscapeDataString(project)}/events/{Uri.EscapeDataString(id)}/committers/", cancellation).ConfigureAwait(false);
            commits = [.. committers.Body.Items("committers").SelectMany(c => c.Items("commits")).Select(c => $"{c.Text("id")} {OpenSre.Core.SafeText.Line(c.Text("message") ?? "", 120)}")];
        }

        return From(issue, answer.Body, commits);
    }

    internal static IssueAlert From(SentryIssue issue, JsonElement happening, IReadOnlyList<string> commits)
    {
        var exceptions = Entry(happening, "exception").Items("values").ToList();
        var breadcrumbs = Entry(happening, "breadcrumbs").Items("values").TakeLast(MaxBreadcrumbs)
            .Select(b => $"{b.Text("timestamp")} {b.Text("category")} {b.Text("level")}: {b.Text("message")}").ToList();
        var data = new JsonObject
        {
            ["event"] = new JsonObject
            {
                ["title"] = issue.Title,
                ["message"] = happening.Text("message") is { Length: > 0 } message ? message : issue.Title,
                ["culprit"] = happening.Text("culprit") ?? issue.Raw.Text("culprit"),
                ["level"] = issue.Raw.Text("level") ?? "error",
                ["datetime"] = happening.Text("dateCreated") ?? issue.Raw.Text("lastSeen"),
                ["platform"] = happening.Text("platform"),
                ["project"] = issue.Project,
                ["release"] = happening.Get("release").Text("version"),
                ["issue_id"] = issue.Id,
                ["web_url"] = issue.Url,
                ["tags"] = new JsonArray([.. happening.Items("tags").Select(t => new JsonArray(t.Text("key"), t.Text("value")))]),
                ["exception"] = new JsonObject { ["values"] = new JsonArray([.. exceptions.Select(e => new JsonObject { ["type"] = e.Text("type"), ["value"] = e.Text("value") })]) },
                ["breadcrumbs"] = new JsonArray([.. breadcrumbs.Select(b => JsonValue.Create(b))]),
            },
        };
        var frames = exceptions.SelectMany(e => e.Get("stacktrace").Items("frames")).Where(f => f.Is("inApp") || f.Is("in_app")).Reverse()
            .Select(f => new SuspectFrame((f.Text("filename") ?? f.Text("absPath") ?? "").Replace('\\', '/'), f.Has("lineNo") ? f.Number("lineNo") : f.Number("lineno"), f.Text("function")))
            .Where(f => f.File.Length > 0 && f.Line > 0).Distinct().Take(MaxFrames).ToList();
        return new IssueAlert(new JsonObject { ["action"] = "triggered", ["installation"] = new JsonObject { ["uuid"] = issue.Id }, ["data"] = data }.ToJsonString(), frames, commits);
    }

    private static JsonElement Entry(JsonElement happening, string type) =>
        happening.Items("entries").FirstOrDefault(e => e.Text("type") == type) is { ValueKind: JsonValueKind.Object } entry ? entry.Get("data") : happening.Get(type);
}
