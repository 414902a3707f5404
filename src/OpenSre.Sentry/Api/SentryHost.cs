namespace OpenSre.Sentry;

/// <summary>The server, and the one token for it.</summary>
/// <param name="Address">Its address, as in <c>https://sentry.io</c>.</param>
/// <param name="Token">Sent to this server only.</param>
public sealed record SentryHost(Uri Address, string Token)
{
    /// <summary>
    /// Finds the server and its token. A token of the environment (<c>SENTRY_AUTH_TOKEN</c> or <c>SENTRY_TOKEN</c>) is for
    /// the server the environment names (<c>SENTRY_HOST</c> or <c>SENTRY_URL</c>, else sentry.io); a stored one is for the
    /// server it was stored for.
    /// </summary>
    /// <param name="logins">Stored tokens; null for none.</param>
    /// <param name="named">The server an issue's address names, if it does.</param>
    /// <exception cref="FixException">There is no token, or the address cannot be used.</exception>
    public static SentryHost From(Func<string, string?> environment, SentryLogins? logins = null, Uri? named = null)
    {
        var given = First(environment, "SENTRY_HOST", "SENTRY_URL");
        var address = AddressOf(given ?? "https://sentry.io", environment);
        var own = First(environment, "SENTRY_AUTH_TOKEN", "SENTRY_TOKEN");
        if (named is not null && logins?.For(named) is { } there && (own is null || !new SentryHost(address, own).IsFor(named)))
        {
            return Of(there.Address, there.Token, environment);
        }

        if (own is not null)
        {
            return Of(address, own, environment);
        }

        return (logins?.For(address) ?? (given is null ? logins?.Only : null)) is { } stored
            ? Of(stored.Address, stored.Token, environment)
            : throw new FixException(FixFailure.NoToken, $"There is no token for {address.IdnHost}: set SENTRY_AUTH_TOKEN to one with the scopes org:read, project:read, event:read and event:write, or store it with opensre fix login.");
    }

    /// <summary>The server as somebody wrote it: <c>https</c>, or <c>http</c> on this machine or where it is allowed.</summary>
    /// <exception cref="FixException">It cannot be used.</exception>
    public static Uri AddressOf(string text, Func<string, string?> environment)
    {
        var whole = text.Contains("://", StringComparison.Ordinal) ? text : "https://" + text;
        return Uri.TryCreate(whole.TrimEnd('/'), UriKind.Absolute, out var address) && address.Scheme is "https" or "http" && address.UserInfo.Length == 0
            && (address.Scheme == "https" || address.IsLoopback || Allowed(environment))
            ? address
            : throw new FixException(FixFailure.Usage, "The address of Sentry (SENTRY_URL) cannot be used: it must be https (or http on this machine; SENTRY_ALLOW_HTTP=1 allows it elsewhere).");
    }

    /// <summary>A server with the token for it.</summary>
    /// <exception cref="FixException">One of them cannot be used.</exception>
    public static SentryHost Of(Uri address, string token, Func<string, string?> environment) =>
        token.Length > 0 && !token.Any(c => char.IsControl(c) || char.IsWhiteSpace(c) || c > '~')
            ? new SentryHost(AddressOf(address.ToString(), environment), token)
            : throw new FixException(FixFailure.Usage, "The token cannot be used: it must be one word.");

    public bool IsSentryIo => IsUnderSentryIo(Address.IdnHost);

    /// <summary>Refuses to speak to the server of an address somebody gave, unless the token is for it.</summary>
    /// <exception cref="FixException">It is another server.</exception>
    public void MustBeFor(Uri? given)
    {
        if (given is null || IsFor(given))
        {
            return;
        }

        throw new FixException(FixFailure.OtherHost, $"The issue is on {OpenSre.Core.SafeText.Line(given.IdnHost, 100)}, the token is for {Address.IdnHost}; it is not sent elsewhere. Set SENTRY_URL={given.GetLeftPart(UriPartial.Authority)} if the token belongs there, or opensre fix login --url {given.GetLeftPart(UriPartial.Authority)} with one that does.");
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

    private bool IsFor(Uri given) => IsSame(given) || (IsSentryIo && given.Scheme == "https" && IsUnderSentryIo(given.IdnHost));

    private bool IsSame(Uri other) => other.Scheme == Address.Scheme && other.IdnHost == Address.IdnHost && other.Port == Address.Port;

    internal static bool IsUnderSentryIo(string host) => host == "sentry.io" || host.EndsWith(".sentry.io", StringComparison.Ordinal);

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
