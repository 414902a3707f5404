namespace OpenSre.Sentry.Tests;

public class IssueArgumentTests
{
    [Theory]
    [InlineData("123456", IssueNaming.Number, "123456", null, null)]
    [InlineData("  123456  ", IssueNaming.Number, "123456", null, null)]
    [InlineData("\n\n  SHOP-1A\nSHOP-2B\n", IssueNaming.ShortId, "SHOP-1A", null, "shop")]
    [InlineData("shop-1a", IssueNaming.ShortId, "SHOP-1A", null, "shop")]
    [InlineData("my-web-shop-1a", IssueNaming.ShortId, "MY-WEB-SHOP-1A", null, "my-web-shop")]
    [InlineData("1A", IssueNaming.Suffix, "1A", null, null)]
    [InlineData("acme/123456", IssueNaming.Number, "123456", "acme", null)]
    [InlineData("acme/SHOP-1A", IssueNaming.ShortId, "SHOP-1A", "acme", "shop")]
    [InlineData("acme/shop/123456", IssueNaming.Number, "123456", "acme", "shop")]
    [InlineData("acme/shop/1a", IssueNaming.Suffix, "1A", "acme", "shop")]
    [InlineData("acme/shop/SHOP-1A", IssueNaming.Suffix, "1A", "acme", "shop")]
    [InlineData("acme/web-shop/WEB-SHOP-1A", IssueNaming.Suffix, "1A", "acme", "web-shop")]
    [InlineData("acme/shop#SHOP-1A", IssueNaming.ShortId, "SHOP-1A", "acme", "shop")]
    [InlineData("shop#1a", IssueNaming.Suffix, "1A", null, "shop")]
    [InlineData("#1a", IssueNaming.Suffix, "1A", null, null)]
    [InlineData("shop:1a", IssueNaming.Suffix, "1A", null, "shop")]
    [InlineData("@latest", IssueNaming.Latest, "", null, null)]
    [InlineData("@LATEST", IssueNaming.Latest, "", null, null)]
    [InlineData("acme/@latest", IssueNaming.Latest, "", "acme", null)]
    [InlineData("@most_frequent", IssueNaming.MostFrequent, "", null, null)]
    [InlineData("@mostFrequent", IssueNaming.MostFrequent, "", null, null)]
    [InlineData("@most-frequent", IssueNaming.MostFrequent, "", null, null)]
    [InlineData("https://sentry.io/organizations/acme/issues/123456/", IssueNaming.Number, "123456", "acme", null)]
    [InlineData("https://sentry.io/organizations/acme/issues/123456/events/0123abcd/?project=1#x", IssueNaming.Number, "123456", "acme", null)]
    [InlineData("https://acme.sentry.io/issues/123456/?query=is%3Aunresolved", IssueNaming.Number, "123456", "acme", null)]
    [InlineData("https://acme.sentry.io/issues/SHOP-1A/", IssueNaming.ShortId, "SHOP-1A", "acme", "shop")]
    [InlineData("acme.sentry.io/issues/123456/", IssueNaming.Number, "123456", "acme", null)]
    [InlineData("https://us.sentry.io/organizations/acme/issues/123456/", IssueNaming.Number, "123456", "acme", null)]
    [InlineData("https://sentry.io/acme/shop/issues/123456/", IssueNaming.Number, "123456", "acme", "shop")]
    [InlineData("https://sentry.example.com/organizations/acme/issues/123456/", IssueNaming.Number, "123456", "acme", null)]
    [InlineData("https://sentry.io/share/issue/0123456789abcdef0123456789abcdef/", IssueNaming.Share, "0123456789abcdef0123456789abcdef", null, null)]
    public void Forms(string text, IssueNaming naming, string value, string? organization, string? project)
    {
        var issue = IssueArgument.Parse(text);
        Assert.Equal((naming, value, organization, project), (issue.Naming, issue.Value, issue.Organization, issue.Project));
    }

    [Theory]
    [InlineData("")]
    [InlineData("   \n ")]
    [InlineData("@newest")]
    [InlineData("SHOP-1A; rm -rf")]
    [InlineData("SHOP-%31")]
    [InlineData("../../etc")]
    [InlineData("acme/1A")]
    [InlineData("SHOP-")]
    [InlineData("-1A")]
    [InlineData("a/b/c/d")]
    [InlineData("https://sentry.io/settings/acme/")]
    [InlineData("https://user:pass@acme.sentry.io/issues/1/")]
    [InlineData("https://acme.sentry.io/issues/..%2f..%2f/")]
    public void Refused(string text) => Assert.Equal(FixFailure.Usage, Assert.Throws<FixException>(() => IssueArgument.Parse(text)).Failure);

    [Theory]
    [InlineData("https://sentry.io", "https://acme.sentry.io", true)]
    [InlineData("https://sentry.io", "https://sentry.example.com", false)]
    [InlineData("https://sentry.io", "https://evilsentry.io", false)]
    [InlineData("https://sentry.io", "http://acme.sentry.io", false)]
    [InlineData("https://sentry.io", "https://sentry.io.evil.com", false)]
    [InlineData("https://sentry.example.com", "https://sentry.example.com", true)]
    [InlineData("https://sentry.example.com", "https://sentry.example.com:8443", false)]
    [InlineData("https://sentry.example.com", "https://sentry.io", false)]
    public void The_token_goes_to_its_own_server(string own, string asked, bool allowed)
    {
        var host = new SentryHost(new Uri(own), "token");
        Assert.Equal(allowed ? null : FixFailure.OtherHost, (Record.Exception(() => host.MustBeFor(new Uri(asked))) as FixException)?.Failure);
        Assert.Equal(allowed ? new Uri(asked) : host.Address, host.Region(asked));
    }
}
