using OpenSre.Core;
using OpenSre.Sources;

namespace OpenSre.Tests.Sources.Network;

public sealed class NetworkToolsTests
{
    [Theory]
    [InlineData("net.tcp", "host=db.example.test port=5432", "opensre:tcp", "db.example.test 5432")]
    [InlineData("net.tls", "host=10.0.0.1 port=8443 name=api.example.test", "opensre:tls", "10.0.0.1 8443 api.example.test")]
    [InlineData("net.tls", "host=api.example.test port=443", "opensre:tls", "api.example.test 443 api.example.test")]
    [InlineData("net.dns", "name=api.example.test", "opensre:dns", "api.example.test")]
    [InlineData("net.http", "url=https://api.example.test/health?x=1", "opensre:http", "https://api.example.test/health?x=1")]
    public async Task A_tool_asks_its_probe(string tool, string arguments, string program, string asked)
    {
        var runner = FakeRunner.Returning(FakeRunner.Exit(0, "a fact\n"));

        var result = await Find(tool, runner).RunAsync(Parse(arguments), TestContext.Current.CancellationToken);

        Assert.Equal(new ToolResult(ToolStatus.Ok, "a fact\n"), result);
        var request = Assert.Single(runner.Requests);
        Assert.Equal((tool, program, asked), (request.Operation, request.Program, string.Join(' ', request.Arguments)));
    }

    [Theory]
    [InlineData("net.tcp", "port=80", "host is missing: a host name or an IP address.")]
    [InlineData("net.tcp", "host=-x port=80", "host must be a host name or an IP address, not \"-x\".")]
    [InlineData("net.tcp", "host=a port=70000", "port must be a port from 1 to 65535, not \"70000\".")]
    [InlineData("net.tls", "host=a port=443 name=$(id)", "name must be a host name, not \"$(id)\".")]
    [InlineData("net.dns", "name=1.2.3.4", "name must be a host name, not \"1.2.3.4\".")]
    [InlineData("net.http", "url=file:///etc/shadow", "url must be an http or https address without user name and password, not \"file:///etc/shadow\".")]
    public async Task Arguments_from_outside_are_judged_before_anything_runs(string tool, string arguments, string note)
    {
        var runner = FakeRunner.Returning(FakeRunner.Exit(0, ""));

        var result = await Find(tool, runner).RunAsync(Parse(arguments), TestContext.Current.CancellationToken);

        Assert.Equal(new ToolResult(ToolStatus.Failed, "", note), result);
        Assert.Empty(runner.Requests);
    }

    private static IEvidenceTool Find(string name, ICommandRunner runner) => NetworkTools.All(runner).Single(t => t.Description.Name == name);

    private static Dictionary<string, string> Parse(string arguments) =>
        arguments.Split(' ').Select(a => a.Split('=', 2)).ToDictionary(a => a[0], a => a[1], StringComparer.Ordinal);
}
