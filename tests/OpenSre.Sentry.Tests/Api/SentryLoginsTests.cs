using System.Net;
using OpenSre.Tests;

namespace OpenSre.Sentry.Tests;

public sealed class SentryLoginsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("opensre-logins-").FullName;

    private string Store => Path.Combine(_folder, "home", "sentry-logins.json");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_stored_token_is_private_and_found_for_its_own_server_only()
    {
        SentryLogins.Read(Store).Store(new SentryHost(new Uri("https://sentry.io"), "one"));
        SentryLogins.Read(Store).Store(new SentryHost(new Uri("https://sentry.example.com/base"), "two"));
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(Store) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
        var logins = SentryLogins.Read(Store);
        Assert.Equal("one", logins.For(new Uri("https://acme.sentry.io/issues/1/"))?.Token);
        Assert.Equal("two", logins.For(new Uri("https://sentry.example.com/organizations/a/issues/1/"))?.Token);
        Assert.Equal("https://sentry.example.com/base", logins.For(new Uri("https://sentry.example.com"))!.Address.ToString());
        foreach (var other in (string[])["http://sentry.io", "https://sentry.io:8443", "https://sentry.io.example.com", "https://evilsentry.io", "https://example.com", "http://sentry.example.com"])
        {
            Assert.Null(logins.For(new Uri(other)));
        }

        Assert.True(logins.Forget(new Uri("https://us.sentry.io")));
        Assert.Null(SentryLogins.Read(Store).For(new Uri("https://sentry.io")));
    }

    [Fact]
    public void A_file_others_may_read_or_that_is_damaged_is_refused()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Modes are those of Unix.");
            return;
        }

        SentryLogins.Read(Store).Store(new SentryHost(new Uri("https://sentry.io"), "one"));
        File.SetUnixFileMode(Store, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        Assert.Contains("chmod 600", Assert.Throws<FixException>(() => SentryLogins.Read(Store)).Message);
        File.SetUnixFileMode(Store, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.WriteAllText(Store, "{");
        Assert.Throws<FixException>(() => SentryLogins.Read(Store));
    }

    [Theory]
    [InlineData(null, null, null, "stored-io", "https://sentry.io/")]
    [InlineData("own", null, null, "own", "https://sentry.io/")]
    [InlineData(null, "https://self.example.com", null, "stored-self", "https://self.example.com/")]
    [InlineData("own", "https://self.example.com", null, "own", "https://self.example.com/")]
    [InlineData("own", null, "https://self.example.com/organizations/a/issues/1/", "stored-self", "https://self.example.com/")]
    [InlineData("own", null, "https://acme.sentry.io/issues/1/", "own", "https://sentry.io/")]
    [InlineData(null, null, "https://acme.sentry.io/issues/1/", "stored-io", "https://sentry.io/")]
    public void Each_token_goes_to_its_server(string? own, string? url, string? named, string token, string address)
    {
        SentryLogins.Read(Store).Store(new SentryHost(new Uri("https://sentry.io"), "stored-io"));
        SentryLogins.Read(Store).Store(new SentryHost(new Uri("https://self.example.com"), "stored-self"));
        var host = SentryHost.From(Named(own, url), SentryLogins.Read(Store), named is null ? null : new Uri(named));
        Assert.Equal((token, address), (host.Token, host.Address.ToString()));
        host.MustBeFor(named is null ? null : new Uri(named));
    }

    [Fact]
    public void A_server_without_a_token_gets_none_of_the_others()
    {
        SentryLogins.Read(Store).Store(new SentryHost(new Uri("https://self.example.com"), "stored-self"));
        var logins = SentryLogins.Read(Store);
        Assert.Equal("stored-self", SentryHost.From(Named(null, null), logins).Token);
        Assert.Equal(FixFailure.NoToken, Assert.Throws<FixException>(() => SentryHost.From(Named(null, "https://other.example.com"), logins)).Failure);
        var host = SentryHost.From(Named(null, null), logins, new Uri("https://other.example.com/organizations/a/issues/1/"));
        Assert.Equal(FixFailure.OtherHost, Assert.Throws<FixException>(() => host.MustBeFor(new Uri("https://other.example.com/organizations/a/issues/1/"))).Failure);
    }

    [Fact]
    public async Task A_region_is_asked_for_once_a_week_and_always_when_nothing_kept_is_believed()
    {
        var time = new ManualTime();
        var path = Path.Combine(_folder, "regions.json");
        Assert.Equal(["https://sentry.io/api/0/organizations/acme/", "https://us.sentry.io/api/0/x/"], await AskAsync(fresh: false));
        Assert.Equal(["https://us.sentry.io/api/0/x/"], await AskAsync(fresh: false));
        Assert.Equal(["https://sentry.io/api/0/organizations/acme/ no-cache", "https://us.sentry.io/api/0/x/ no-cache"], await AskAsync(fresh: true));
        time.Advance(TimeSpan.FromDays(8));
        Assert.Equal(2, (await AskAsync(fresh: false)).Count);
        await File.WriteAllTextAsync(path, "{", TestContext.Current.CancellationToken);
        Assert.Equal(2, (await AskAsync(fresh: false)).Count);

        // What was kept is still not trusted with a token unless it is Sentry's.
        new RegionCache(path, time).Keep("acme", "https://us.sentry.io.example.com");
        Assert.Equal(["https://sentry.io/api/0/x/"], await AskAsync(fresh: false));

        async Task<List<string>> AskAsync(bool fresh)
        {
            using var wire = new Wire();
            using var client = new SentryClient(new SentryHost(new Uri("https://sentry.io"), "one"), time, new RegionCache(path, time, fresh), wire);
            await client.GetAsync("acme", "/x/", TestContext.Current.CancellationToken);
            return wire.Asked;
        }
    }

    private static Func<string, string?> Named(string? token, string? url) => name => name switch { "SENTRY_AUTH_TOKEN" => token, "SENTRY_URL" => url, _ => null };

    private sealed class Wire : HttpMessageHandler
    {
        public List<string> Asked { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Asked.Add($"{request.RequestUri}{(request.Headers.CacheControl is { NoCache: true } ? " no-cache" : "")}");
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent("""{"links":{"regionUrl":"https://us.sentry.io"}}""") });
        }
    }
}
