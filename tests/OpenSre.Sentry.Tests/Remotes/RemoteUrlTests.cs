namespace OpenSre.Sentry.Tests;

public class RemoteUrlTests
{
    [Theory]
    [InlineData("https://github.com/acme/shop")]
    [InlineData("https://github.com/acme/shop.git")]
    [InlineData("https://github.com/acme/shop/")]
    [InlineData("https://github.com/acme/shop.git/")]
    [InlineData("http://github.com/acme/shop")]
    [InlineData("https://user@github.com/acme/shop")]
    [InlineData("https://user:secret@github.com/acme/shop.git")]
    [InlineData("https://github.com:443/acme/shop")]
    [InlineData("https://GitHub.com/Acme/Shop")]
    [InlineData("https://github.com/acme%2Fshop")]
    [InlineData("https://github.com/acme/shop?x=1")]
    [InlineData("HTTPS://github.com/acme/shop")]
    [InlineData("ssh://git@github.com/acme/shop.git")]
    [InlineData("ssh://git@github.com:22/acme/shop.git")]
    [InlineData("ssh://git@ssh.github.com:443/acme/shop.git")]
    [InlineData("ssh://github.com/acme/shop")]
    [InlineData("git+ssh://git@github.com/acme/shop")]
    [InlineData("git://github.com/acme/shop.git")]
    [InlineData("git@github.com:acme/shop.git")]
    [InlineData("git@github.com:acme/shop")]
    [InlineData("git@github.com:/acme/shop.git")]
    [InlineData("git@github.com:acme/shop.git/")]
    [InlineData("github.com:acme/shop")]
    [InlineData("github-work:acme/shop.git")]
    [InlineData("org-123@github.com:acme/shop.git")]
    [InlineData("https://github.example.com/acme/shop.git")]
    [InlineData("  https://github.com/acme/shop\n")]
    public void Forms_of_one_repository(string url) => Assert.True(RemoteUrl.Parse(url)!.IsNamed("acme/shop"));

    [Theory]
    [InlineData("https://github.com/evil-acme/shop")]
    [InlineData("https://github.com/acme/shop2")]
    [InlineData("https://github.com/acme/shop.github.io")]
    [InlineData("https://github.com/x/acme/shop")]
    [InlineData("https://github.com/acme")]
    [InlineData("https://github.com/shop")]
    [InlineData("https://github.com/acme/shop/tree/main")]
    [InlineData("https://example.com/?acme/shop")]
    [InlineData("git@github.com:other/acme/shop.git")]
    [InlineData("https://github.com/acme/../acme/shop")]
    [InlineData("/srv/git/acme/shop.git")]
    [InlineData("file:///acme/shop")]
    [InlineData("../acme/shop")]
    [InlineData("C:/acme/shop")]
    [InlineData("c:acme/shop")]
    [InlineData("./x:acme/shop")]
    [InlineData("")]
    public void Others(string url) => Assert.False(RemoteUrl.Parse(url)?.IsNamed("acme/shop") ?? false);

    [Theory]
    [InlineData("https://dev.azure.com/org/proj/_git/repo")]
    [InlineData("https://org@dev.azure.com/org/proj/_git/repo")]
    [InlineData("git@ssh.dev.azure.com:v3/org/proj/repo")]
    public void Azure_over_either_way(string url) => Assert.Equal("org/proj/repo", RemoteUrl.Parse(url)!.Name);

    [Theory]
    [InlineData("https://gitlab.com/group/sub/proj.git", "group / sub / proj")]
    [InlineData("git@gitlab.example.com:group/sub/proj.git", "group/sub/proj")]
    [InlineData("https://github.com/acme/shop.github.io", "acme/shop.github.io")]
    public void Longer_names(string url, string name) => Assert.True(RemoteUrl.Parse(url)!.IsNamed(name));

    [Fact]
    public async Task Rewriting_several_remotes_push_addresses_subfolders_and_worktrees_are_seen()
    {
        var cancellation = TestContext.Current.CancellationToken;
        using var repository = new Repository();
        repository.Write("deep/down/a", "a\n");
        repository.Commit();
        Assert.Null(await LocalRepositories.MatchAsync("acme/shop", repository.Root, cancellation));

        repository.Git("config", "url.git@github.com:.insteadOf", "gh:");
        repository.Git("remote", "add", "fork", "https://github.com/me/shop");
        repository.Git("remote", "add", "upstream", "gh:acme/shop");
        repository.Git("remote", "set-url", "--add", "--push", "fork", "https://github.com/me/pushed");
        foreach (var name in (string[])["acme/shop", "me/shop", "me/pushed"])
        {
            Assert.Equal(repository.Root, (await LocalRepositories.MatchAsync(name, Path.Combine(repository.Root, "deep/down"), cancellation))?.Root);
        }

        Assert.Null(await LocalRepositories.MatchAsync("evil-acme/shop", repository.Root, cancellation));
        var tree = repository.Root + "-tree";
        repository.Git("worktree", "add", "-q", tree, "-b", "other");
        try
        {
            Assert.Equal(tree, (await LocalRepositories.MatchAsync("acme/shop", tree, cancellation))?.Root);
        }
        finally
        {
            Directory.Delete(tree, recursive: true);
        }
    }
}
