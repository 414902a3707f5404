namespace OpenSre.Sentry;

/// <summary>Where a remote is, told apart from how it is reached.</summary>
/// <param name="Host">The host, in lower case, without user and port.</param>
/// <param name="Name">The whole path on it, as in <c>acme/shop</c>, without a <c>.git</c> at its end.</param>
public sealed record RemoteUrl(string Host, string Name)
{
    private static readonly string[] Schemes = ["https", "http", "ssh", "git", "git+ssh", "ssh+git", "git+https"];

    /// <summary>Reads every form git takes; null for a folder on this machine and for what is no remote.</summary>
    public static RemoteUrl? Parse(string url)
    {
        url = url.Trim();
        var scheme = url.IndexOf("://", StringComparison.Ordinal);
        string host, path;
        if (scheme > 0)
        {
            if (!Schemes.Contains(url[..scheme].ToLowerInvariant()))
            {
                return null;
            }

            var rest = url[(scheme + 3)..];
            var slash = rest.IndexOf('/', StringComparison.Ordinal);
            if (slash <= 0)
            {
                return null;
            }

            (host, path) = (rest[..slash], rest[(slash + 1)..]);
            host = host[(host.LastIndexOf('@') + 1)..];
            var port = host.LastIndexOf(':');
            if (port > 0 && host.AsSpan(port + 1).IndexOfAnyExceptInRange('0', '9') < 0 && !host.EndsWith(']'))
            {
                host = host[..port];
            }

            var query = path.AsSpan().IndexOfAny('?', '#');
            path = query >= 0 ? path[..query] : path;
        }
        else
        {
            // [user@]host:path; a colon after a slash, or after a single letter, belongs to a folder's name.
            var colon = url.IndexOf(':', StringComparison.Ordinal);
            var slash = url.IndexOf('/', StringComparison.Ordinal);
            if (colon <= 1 || (slash >= 0 && slash < colon))
            {
                return null;
            }

            (host, path) = (url[..colon], url[(colon + 1)..]);
            host = host[(host.LastIndexOf('@') + 1)..];
        }

        path = Uri.UnescapeDataString(path).Trim('/');
        path = path.EndsWith(".git", StringComparison.OrdinalIgnoreCase) ? path[..^4].TrimEnd('/') : path;
        host = host.ToLowerInvariant() is "ssh.github.com" ? "github.com" : host.ToLowerInvariant();
        return host.Length == 0 || path.Length == 0 || path.Split('/').Any(s => s is "" or "." or "..") ? null : new RemoteUrl(host, Azure(host, path));
    }

    /// <summary>True when Sentry's name of a repository is this one: the whole path, in any case of letters.</summary>
    public bool IsNamed(string repository)
    {
        var name = repository.Replace(" / ", "/", StringComparison.Ordinal).Trim().Trim('/');
        return name.Contains('/', StringComparison.Ordinal) && string.Equals(Azure(Host, name), Name, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Azure DevOps names one repository <c>org/project/_git/repo</c> over HTTPS and <c>v3/org/project/repo</c> over SSH.</summary>
    private static string Azure(string host, string path)
    {
        if (!host.EndsWith("dev.azure.com", StringComparison.Ordinal) && !host.EndsWith("visualstudio.com", StringComparison.Ordinal))
        {
            return path;
        }

        return path.Split('/') switch
        {
            ["v3", var org, var project, var repo] => $"{org}/{project}/{repo}",
            [var org, var project, "_git", var repo] => $"{org}/{project}/{repo}",
            _ => path,
        };
    }
}
