namespace OpenSre.Sentry;

/// <summary>The server, and the one token for it.</summary>
/// <param name="Address">Its address, as in <c>https://sentry.io</c>.</param>
/// <param name="Token">Sent to this server only.</param>
public sealed record SentryHost(Uri Address, string Token)
{
    /// <summary>Reads <c>SENTRY_AUTH_TOKEN</c> or <c>SENTRY_TOKEN</c>, and <c>SENTRY_HOST</c> or <c>SENTRY_URL</c>.</summary>
    /// <exception cref="FixException">There is no token, or the address cannot be used.</exception>
    public static SentryHost From(Func<string, string?> environment)
    {
        var token = First(environment, "SENTRY_AUTH_TOKEN", "SENTRY_TOKEN")
            ?? throw new FixException(FixFailure.NoToken, "There is no token for Sentry: set SENTRY_AUTH_TOKEN to one with the scopes org:read, project:read, event:read and event:write.");
        var given = First(environment, "SENTRY_HOST", "SENTRY_URL") ?? "https://sentry.io";
        var text = given.Contains("://", StringComparison.Ordinal) ? given : "https://" + given;
        return Uri.TryCreate(text.TrimEnd('/'), UriKind.Absolute, out var address) && address.Scheme is "https" or "http" && address.UserInfo.Length == 0
            && (address.Scheme == "https" || address.IsLoopback || Allowed(environment))
            && !token.Any(c => char.IsControl(c) || char.IsWhiteSpace(c) || c > '~')
            ? new SentryHost(address, token)
            : throw new FixException(FixFailure.Usage, "SENTRY_URL or the token cannot be used: the address must be https (or http on this machine; SENTRY_ALLOW_HTTP=1 allows it elsewhere), the token one word.");
    }

    public bool IsSentryIo => IsUnderSentryIo(Address.IdnHost);

    /// <summary>Refuses to speak to the server of an address somebody gave, unless the token is for it.</summary>
    /// <exception cref="FixException">It is another server.</exception>
    public void MustBeFor(Uri? given)
    {
        if (given is null || IsSame(given) || (IsSentryIo && given.Scheme == "https" && IsUnderSentryIo(given.IdnHost)))
        {
            return;
        }

        throw new FixException(FixFailure.OtherHost, $"The issue is on {OpenSre.Core.SafeText.Line(given.IdnHost, 100)}, the token is for {Address.IdnHost}; it is not sent elsewhere. Set SENTRY_URL={given.GetLeftPart(UriPartial.Authority)} if the token belongs there.");
    }

    /// <summary>The region's address, if it may be trusted with the token; else this one.</summary>
    public Uri Region(string? regionUrl) =>
        Uri.TryCreate(regionUrl, UriKind.Absolute, out var region) && region.UserInfo.Length == 0
        && (IsSame(region) || (IsSentryIo && region.Scheme == "https" && region.IsDefaultPort && IsUnderSentryIo(region.IdnHost)))
            ? region
            : Address;

    /// <summary>The page of an issue, for a person.</summary>
    public string IssuePage(string organization, string id) =>
        IsSentryIo ? $"https://{organization}.sentry.io/issues/{id}/" : $"{Address.GetLeftPart(UriPartial.Authority)}/organizations/{organization}/issues/{id}/";

    private bool IsSame(Uri other) => other.Scheme == Address.Scheme && other.IdnHost == Address.IdnHost && other.Port == Address.Port;

    private static bool IsUnderSentryIo(string host) => host == "sentry.io" || host.EndsWith(".sentry.io", StringComparison.Ordinal);

    private static bool Allowed(Func<string, string?> environment) => environment("SENTRY_ALLOW_HTTP") == "1";

    private static string? First(Func<string, string?> environment, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (environment(name)?.Trim() is { Length: > 0 } value)
            {
                return value;
            }
        }

        return null;
    }
}
