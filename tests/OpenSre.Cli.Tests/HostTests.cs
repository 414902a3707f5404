using OpenSre.Tests.Ssh;

namespace OpenSre.Tests.Cli;

/// <summary>The program looks at another machine over a real sshd.</summary>
public sealed class HostTests : IDisposable
{
    private readonly Opensre _opensre = new();
    private readonly SshServers _servers = new();

    public HostTests()
    {
        _servers.Need();
        _opensre.Variables["OPENSRE_SSH_CONFIG"] = _servers.Config;
    }

    public void Dispose()
    {
        _servers.Dispose();
        _opensre.Dispose();
    }

    [Fact]
    public async Task An_investigation_of_another_machine_is_recorded_and_replayed_when_it_is_gone()
    {
        _servers.Start("sagan");
        var recorded = await _opensre.RunAsync("", "record", "--host", "sagan", "disk nearly full", "-o", "sagan.bundle");
        Assert.Equal(0, recorded.Code);
        Assert.Contains("Accepted publickey", await File.ReadAllTextAsync(_servers.Path("sagan.log"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        _servers.Stop("sagan");
        var replayed = await _opensre.RunAsync("", "replay", "sagan.bundle");
        Assert.Equal(0, replayed.Code);
        Assert.Equal(Verdict(recorded.Output), Verdict(replayed.Output));
        var gone = await _opensre.RunAsync("disk nearly full", "--host", "sagan", "--json");
        Assert.Equal((2, ""), (gone.Code, gone.Output));
        Assert.Contains("sagan: connection refused", gone.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_is_accepted_by_its_fingerprint_and_then_the_machine_is_read()
    {
        _servers.Start("stranger", known: false);
        var unknown = await _opensre.RunAsync("", "hosts", "stranger");
        Assert.Equal(1, unknown.Code);
        Assert.Contains("opensre hosts trust stranger", unknown.Output, StringComparison.Ordinal);
        var asked = await _opensre.RunAsync("", "hosts", "trust", "stranger");
        Assert.Equal(2, asked.Code);
        Assert.Contains(_servers.PrintOf("stranger"), asked.Output, StringComparison.Ordinal);
        Assert.Equal(1, (await _opensre.RunAsync("", "hosts", "trust", "stranger", "--accept", "SHA256:another")).Code);
        Assert.Equal(1, (await _opensre.RunAsync("", "hosts", "stranger")).Code);
        Assert.Equal(0, (await _opensre.RunAsync("", "hosts", "trust", "stranger", "--accept", _servers.PrintOf("stranger"))).Code);
        var read = await _opensre.RunAsync("", "hosts", "stranger");
        Assert.Equal(0, read.Code);
        Assert.Matches("^stranger: .*CPU [0-9.]+% · memory [0-9]+% of ", read.Output);
    }

    [Theory]
    [InlineData("--host")]
    [InlineData("--host", "-oProxyCommand=touch x", "disk full")]
    [InlineData("--host", "sagan", "--namespace", "shop", "disk full")]
    [InlineData("hosts", "-oProxyCommand=touch x")]
    [InlineData("hosts", "trust")]
    public async Task What_cannot_be_a_machine_is_refused(params string[] arguments)
    {
        var ended = await _opensre.RunAsync("", arguments);
        Assert.Equal((2, ""), (ended.Code, ended.Output));
        Assert.StartsWith("opensre: ", ended.Errors, StringComparison.Ordinal);
    }

    private static string Verdict(string report) => report.Split('\n').First(l => l.Contains('%', StringComparison.Ordinal) || l.Contains("inconclusive", StringComparison.OrdinalIgnoreCase) || l.Contains("healthy", StringComparison.OrdinalIgnoreCase));
}
