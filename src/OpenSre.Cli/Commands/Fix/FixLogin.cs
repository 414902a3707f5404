using OpenSre.Core;
using OpenSre.Sentry;

namespace OpenSre.Cli;

/// <summary><c>fix login</c> and <c>fix logout</c>: a token kept for one server, and sent to no other.</summary>
internal static class FixLogin
{
    private static readonly string[] AddressVariables = ["SENTRY_HOST", "SENTRY_URL"];

    /// <summary>The file the tokens are in.</summary>
    public static string StorePath => Path.Combine(HomeFolder.Path, "sentry-logins.json");

    /// <exception cref="FixException">The server does not take the token, or it cannot be stored.</exception>
    public static async Task<int> LoginAsync(FixOptions options, FixPlace place, CancellationToken cancellation)
    {
        var address = Address(options);
        if (place.AskSecretAsync is not { } ask)
        {
            throw new FixException(FixFailure.Usage, "A token is not typed into a session, which keeps what is typed: opensre fix login in a shell.");
        }

        var token = (await ask($"Token for {address.IdnHost}, with the scopes org:read, project:read, event:read and event:write (it is not shown): ", cancellation).ConfigureAwait(false))?.Trim();
        if (string.IsNullOrEmpty(token))
        {
            throw new FixException(FixFailure.NoToken, "No token was given; nothing is stored.");
        }

        // Before it is stored it is shown to its server, which says whether it is one.
        var host = SentryHost.Of(address, token, Environment.GetEnvironmentVariable);
        using var client = new SentryClient(host, TimeProvider.System);
        var seen = await client.OrganizationsAsync(cancellation).ConfigureAwait(false);
        SentryLogins.Read(StorePath).Store(host);
        await place.Output.WriteLineAsync($"Stored for {address.GetLeftPart(UriPartial.Authority)} in {SafeText.Line(StorePath, 300)}, which only you may read; it is sent to that server and nowhere else.\n{(seen.Count > 0 ? "It sees " + SafeText.Line(string.Join(", ", seen), 300) + "." : "It sees no organization.")}").ConfigureAwait(false);
        return FixExit.Done;
    }

    /// <exception cref="FixException">The file cannot be read or written.</exception>
    public static async Task<int> LogoutAsync(FixOptions options, FixPlace place)
    {
        var address = Address(options);
        var had = SentryLogins.Read(StorePath).Forget(address);
        await place.Output.WriteLineAsync(had ? $"The token for {address.GetLeftPart(UriPartial.Authority)} is forgotten here; at the server it is good until it is revoked there." : $"No token is stored for {address.GetLeftPart(UriPartial.Authority)}.").ConfigureAwait(false);
        return had ? FixExit.Done : FixExit.NotFound;
    }

    private static Uri Address(FixOptions options) => SentryHost.AddressOf(
        options.Url ?? AddressVariables.Select(Environment.GetEnvironmentVariable).FirstOrDefault(v => !string.IsNullOrWhiteSpace(v))?.Trim() ?? "https://sentry.io",
        Environment.GetEnvironmentVariable);
}
