using System.Text.RegularExpressions;

namespace OpenSre.Sentry;

/// <summary>How an issue is named.</summary>
public enum IssueNaming
{
    /// <summary>By the number Sentry gave it.</summary>
    Number,

    /// <summary>By its short id, as in <c>SHOP-1A</c>.</summary>
    ShortId,

    /// <summary>By the part of the short id after the project's, as in <c>1A</c>; a project is needed as well.</summary>
    Suffix,

    /// <summary>The unresolved issue seen last.</summary>
    Latest,

    /// <summary>The unresolved issue with most events.</summary>
    MostFrequent,

    /// <summary>By the id of a share link.</summary>
    Share,
}

/// <summary>An issue as a person named it, before any server was asked.</summary>
/// <param name="Value">The number, short id (upper case), suffix or share id; empty for the selectors.</param>
/// <param name="Host">The address of the URL that was given, as in <c>https://sentry.example.com</c>; null when none was.</param>
public sealed partial record IssueArgument(IssueNaming Naming, string Value, string? Organization = null, string? Project = null, Uri? Host = null)
{
    /// <summary>Reads the first line that is not blank.</summary>
    /// <exception cref="FixException">It names no issue; the message says what would.</exception>
    public static IssueArgument Parse(string text)
    {
        var line = text.Split('\n').Select(l => l.Trim()).FirstOrDefault(l => l.Length > 0) ?? "";
        if (line.Length == 0)
        {
            throw Unusable("No issue is named.");
        }

        if (line.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || line.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
        {
            return FromUrl(line);
        }

        // A host without its scheme is what an address bar gives.
        if (BareAddress().IsMatch(line))
        {
            return FromUrl("https://" + line);
        }

        if (line.Length > 200 || !Plain().IsMatch(line))
        {
            throw Unusable("That is no issue: it has a space, a quote or one of ? % < > \\ in it.");
        }

        return FromWords(line);
    }

    private static IssueArgument FromWords(string line)
    {
        var parts = line.Split('/');
        switch (parts)
        {
            case [var one]:
                return One(one, null);
            case [var org, var rest] when Slug().IsMatch(org):
                var named = One(rest, org);
                return named.Naming == IssueNaming.Suffix && named.Project is null
                    ? throw Unusable($"\"{rest}\" alone does not say which project: write {org}/PROJECT-{rest} or {org}/PROJECT/{rest}.")
                    : named;
            case [var org, var project, var rest] when Slug().IsMatch(org) && Slug().IsMatch(project) && rest.Length > 0:
                if (rest[0] == '@')
                {
                    return Selector(rest, org) with { Project = project };
                }

                if (Digits().IsMatch(rest))
                {
                    return new IssueArgument(IssueNaming.Number, rest, org, project);
                }

                var prefix = project + "-";
                var suffix = rest.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) ? rest[prefix.Length..] : rest;
                return suffix.Contains('-', StringComparison.Ordinal)
                    ? ShortId(suffix, org) with { Project = project }
                    : new IssueArgument(IssueNaming.Suffix, Suffixed(suffix), org, project);
        }

        throw Unusable("That is no issue.");
    }

    private static IssueArgument One(string word, string? org)
    {
        if (word.StartsWith('@'))
        {
            return Selector(word, org);
        }

        if (Digits().IsMatch(word))
        {
            return new IssueArgument(IssueNaming.Number, word, org);
        }

        var mark = word.AsSpan().IndexOfAny('#', ':');
        if (mark >= 0)
        {
            var (project, id) = (word[..mark], word[(mark + 1)..]);
            if (project.Length > 0 && !Slug().IsMatch(project))
            {
                throw Unusable("That is no issue.");
            }

            return id.Contains('-', StringComparison.Ordinal)
                ? ShortId(id, org) with { Project = project.Length > 0 ? project : null }
                : new IssueArgument(IssueNaming.Suffix, Suffixed(id), org, project.Length > 0 ? project : null);
        }

        return word.Contains('-', StringComparison.Ordinal) ? ShortId(word, org) : new IssueArgument(IssueNaming.Suffix, Suffixed(word), org);
    }

    private static IssueArgument Selector(string word, string? org) => word[1..].Replace("-", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal).ToLowerInvariant() switch
    {
        "latest" => new IssueArgument(IssueNaming.Latest, "", org),
        "mostfrequent" => new IssueArgument(IssueNaming.MostFrequent, "", org),
        _ => throw Unusable($"There is no selector {word}; there are @latest and @most_frequent."),
    };

    private static IssueArgument ShortId(string id, string? org)
    {
        var dash = id.LastIndexOf('-');
        return dash > 0 && Slug().IsMatch(id[..dash])
            ? new IssueArgument(IssueNaming.ShortId, id[..dash].ToUpperInvariant() + "-" + Suffixed(id[(dash + 1)..]), org, id[..dash].ToLowerInvariant())
            : throw Unusable($"\"{id}\" is no short id; one looks like SHOP-1A.");
    }

    private static string Suffixed(string suffix) =>
        SuffixForm().IsMatch(suffix) ? suffix.ToUpperInvariant() : throw Unusable($"\"{suffix}\" is no short id; one looks like SHOP-1A.");

    private static IssueArgument FromUrl(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.UserInfo.Length > 0)
        {
            throw Unusable("That address cannot be read.");
        }

        var host = new Uri(url.GetLeftPart(UriPartial.Authority));
        var parts = Uri.UnescapeDataString(url.AbsolutePath).Split('/', StringSplitOptions.RemoveEmptyEntries);
        var labels = url.Host.Split('.');
        string? org = null;
        if (labels is [var sub, "sentry", "io"] && sub is not ("us" or "de" or "www"))
        {
            (org, host) = (sub, new Uri("https://sentry.io"));
        }
        else if (url.Host is "sentry.io" or "www.sentry.io" or "us.sentry.io" or "de.sentry.io")
        {
            host = new Uri("https://sentry.io");
        }

        if (parts is ["organizations", var named, .. var rest])
        {
            (org, parts) = (named, rest);
        }

        if (org is not null && !Slug().IsMatch(org))
        {
            throw Unusable("That address names no organization.");
        }

        switch (parts)
        {
            case ["share", "issue", var share, ..] when ShareId().IsMatch(share):
                return new IssueArgument(IssueNaming.Share, share.ToLowerInvariant(), org, Host: host);
            case ["issues", var id, ..]:
                return Identified(id, org, null, host);
            case [var old, var project, "issues", var id, ..] when org is null && Slug().IsMatch(old) && Slug().IsMatch(project):
                return Identified(id, old, project, host);
            case [var project, "issues", var id, ..] when org is not null && Slug().IsMatch(project):
                return Identified(id, org, project, host);
            case ["projects", var project, "issues", var id, ..] when Slug().IsMatch(project):
                return Identified(id, org, project, host);
        }

        throw Unusable("That address is no issue's; one looks like https://ORGANIZATION.sentry.io/issues/123456/.");
    }

    private static IssueArgument Identified(string id, string? org, string? project, Uri host) =>
        Digits().IsMatch(id) ? new IssueArgument(IssueNaming.Number, id, org, project, host) : ShortId(id, org) with { Host = host };

    private static FixException Unusable(string why) =>
        new(FixFailure.Usage, why + (why.Contains("one looks like", StringComparison.Ordinal) ? "" : " Issues are named as SHOP-1A, 123456, org/SHOP-1A, org/project/1A, @latest, or by their address."));

    [GeneratedRegex(@"^[^\s\p{C}?%""'<>\\]+$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Plain();

    [GeneratedRegex(@"^[0-9]{1,19}$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Digits();

    [GeneratedRegex(@"^[A-Za-z0-9_][A-Za-z0-9_.-]*$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Slug();

    [GeneratedRegex(@"^[A-Za-z0-9]{1,16}$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex SuffixForm();

    [GeneratedRegex(@"^[0-9a-fA-F]{32}$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex ShareId();

    [GeneratedRegex(@"^(?:[a-z0-9-]+\.)*sentry\.io/", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex BareAddress();
}
