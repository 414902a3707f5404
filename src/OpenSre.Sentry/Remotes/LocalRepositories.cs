using OpenSre.Core;

namespace OpenSre.Sentry;

/// <summary>A working tree that is a repository Sentry names.</summary>
/// <param name="Root">Its top folder.</param>
/// <param name="Note">Something a person should know about the match, or null.</param>
public sealed record LocalRepository(string Root, string? Note);

/// <summary>Finds the working tree of a repository Sentry names.</summary>
public static class LocalRepositories
{
    /// <summary>The working tree a folder is in, if one of its remotes has that name; null when none has.</summary>
    /// <exception cref="FixException">git is missing.</exception>
    public static async Task<LocalRepository?> MatchAsync(string repository, string folder, CancellationToken cancellation)
    {
        var top = await GitProgram.RunAsync(folder, cancellation, "rev-parse", "--show-toplevel").ConfigureAwait(false);
        if (top.Code != 0 || top.Text.Length == 0)
        {
            return null;
        }

        RemoteUrl? found = null;
        foreach (var url in await UrlsAsync(top.Text, cancellation).ConfigureAwait(false))
        {
            if (RemoteUrl.Parse(url) is { } remote && remote.IsNamed(repository) && (found is null || remote.Host == "github.com"))
            {
                found = remote;
            }
        }

        return found is null ? null
            : new LocalRepository(top.Text, found.Host.Contains('.', StringComparison.Ordinal) ? null : $"its remote is at \"{SafeText.Line(found.Host, 60)}\", an alias that cannot be checked");
    }

    /// <summary>Every URL of every remote, for fetching and pushing, with git's own rewriting done.</summary>
    internal static async Task<IReadOnlyList<string>> UrlsAsync(string root, CancellationToken cancellation)
    {
        // One process for all remotes; get-url --all expands insteadOf as `remote -v` does, and -v says both directions.
        var answer = await GitProgram.RunAsync(root, cancellation, "remote", "-v").ConfigureAwait(false);
        List<string> urls = [];
        foreach (var line in answer.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var tab = line.IndexOf('\t', StringComparison.Ordinal);
            var kind = line.LastIndexOf(" (", StringComparison.Ordinal);
            if (tab >= 0 && kind > tab)
            {
                urls.Add(line[(tab + 1)..kind]);
            }
        }

        return urls;
    }
}
