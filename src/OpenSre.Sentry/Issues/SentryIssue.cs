using System.Text.Json;
using OpenSre.Core;

namespace OpenSre.Sentry;

/// <summary>An issue the server knows.</summary>
public sealed record SentryIssue(string Organization, string? Project, string Id, string ShortId, string Title, string Url, JsonElement Raw);

/// <summary>Finds the issue somebody named.</summary>
public sealed class IssueResolver(SentryClient client, Func<string, string?> environment)
{
    /// <exception cref="FixException">It is not there, ambiguous, or of a kind Seer does not read.</exception>
    public async Task<SentryIssue> ResolveAsync(IssueArgument named, CancellationToken cancellation)
    {
        client.Host.MustBeFor(named.Host);
        var organization = named.Organization ?? Environment("SENTRY_ORG");
        var issue = named.Naming switch
        {
            IssueNaming.Number => await ReadAsync(organization, organization is null ? $"/issues/{named.Value}/" : $"/organizations/{Escape(organization)}/issues/{named.Value}/", cancellation).ConfigureAwait(false),
            IssueNaming.Share => await ReadAsync(null, $"/shared/issues/{named.Value}/", cancellation).ConfigureAwait(false),
            IssueNaming.ShortId => await ShortAsync(organization, named.Value, cancellation).ConfigureAwait(false),
            IssueNaming.Suffix => await ShortAsync(organization, $"{Project(named).ToUpperInvariant()}-{named.Value}", cancellation).ConfigureAwait(false),
            _ => await FirstAsync(Organization(organization), named, cancellation).ConfigureAwait(false),
        };
        var owner = organization ?? OrganizationOf(issue)
            ?? throw new FixException(FixFailure.ContextMissing, "The issue does not say its organization: set SENTRY_ORG or write org/ISSUE.");
        if (issue.Text("issueCategory") == "metric" || issue.Text("issueType") == "metric_issue")
        {
            throw new FixException(FixFailure.Usage, "That is a metric issue; Seer fixes errors only. Give its alert to opensre instead.");
        }

        var id = issue.Text("id") ?? throw new FixException(FixFailure.ApiError, "Sentry's answer has no issue in it.");
        return new SentryIssue(owner, issue.Get("project").Text("slug"), id, issue.Text("shortId") ?? id, SafeText.Line(issue.Text("title") ?? "", 200), client.Host.IssuePage(owner, id), issue);
    }

    private async Task<JsonElement> ReadAsync(string? organization, string path, CancellationToken cancellation)
    {
        var answer = await client.GetAsync(organization, path, cancellation).ConfigureAwait(false);
        return answer.Code == 200 ? answer.Body : throw AccessErrors.Of(answer, client.Host, organization ?? "");
    }

    private async Task<JsonElement> ShortAsync(string? organization, string shortId, CancellationToken cancellation)
    {
        if (organization is not null)
        {
            return (await ReadAsync(organization, $"/organizations/{Escape(organization)}/shortids/{Escape(shortId)}/", cancellation).ConfigureAwait(false)).Get("group");
        }

        var all = await ReadAsync(null, "/organizations/", cancellation).ConfigureAwait(false);
        List<(string Organization, JsonElement Issue)> hits = [];
        foreach (var slug in (all.ValueKind == JsonValueKind.Array ? all.EnumerateArray() : []).Select(o => o.Text("slug")).OfType<string>())
        {
            var answer = await client.GetAsync(slug, $"/organizations/{Escape(slug)}/shortids/{Escape(shortId)}/", cancellation).ConfigureAwait(false);
            if (answer.Code == 200 && answer.Body.Has("group"))
            {
                hits.Add((slug, answer.Body.Get("group")));
            }
        }

        return hits switch
        {
            [var only] => only.Issue,
            [] => throw new FixException(FixFailure.NotFound, $"No organization of this token has an issue {shortId}."),
            _ => throw new FixException(FixFailure.NotFound, $"{shortId} is in several organizations: {SafeText.Line(string.Join(", ", hits.Select(h => h.Organization)), 200)}; write ORGANIZATION/{shortId}."),
        };
    }

    private async Task<JsonElement> FirstAsync(string organization, IssueArgument named, CancellationToken cancellation)
    {
        var sort = named.Naming == IssueNaming.Latest ? "date" : "freq";
        var query = "is:unresolved" + (named.Project is { } project ? $" project:{project}" : "");
        var found = await ReadAsync(organization, $"/organizations/{Escape(organization)}/issues/?query={Escape(query)}&sort={sort}&limit=1", cancellation).ConfigureAwait(false);
        return found.ValueKind == JsonValueKind.Array && found.GetArrayLength() > 0 ? found[0] : throw new FixException(FixFailure.NotFound, "There is no unresolved issue.");
    }

    private string Project(IssueArgument named) => named.Project ?? Environment("SENTRY_PROJECT")
        ?? throw new FixException(FixFailure.ContextMissing, $"\"{named.Value}\" alone does not say which project: write PROJECT-{named.Value} or set SENTRY_PROJECT.");

    private static string Organization(string? organization) => organization
        ?? throw new FixException(FixFailure.ContextMissing, "The organization is not known: write org/@latest or set SENTRY_ORG.");

    private static string? OrganizationOf(JsonElement issue)
    {
        if (issue.Get("project").Get("organization").Text("slug") is { } slug)
        {
            return slug;
        }

        if (!Uri.TryCreate(issue.Text("permalink"), UriKind.Absolute, out var link))
        {
            return null;
        }

        return link.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries) is ["organizations", var org, ..] ? org
            : link.IdnHost.Split('.') is [var sub, "sentry", "io"] ? sub : null;
    }

    private string? Environment(string name) => environment(name)?.Trim() is { Length: > 0 } value ? value : null;

    private static string Escape(string part) => Uri.EscapeDataString(part);
}
