using OpenSre.Core;
using OpenSre.Sources;

namespace OpenSre.Tests.Sources;

public sealed class KubernetesToolsTests
{
    [Fact]
    public async Task Arguments_reach_kubectl_one_by_one()
    {
        var runner = FakeRunner.Returning(FakeRunner.Exit(0, "NAME\n"));
        await Tool(runner, "k8s.resources", new KubernetesOptions("lab", "shop")).RunAsync(Arguments(("kind", "pods")), TestContext.Current.CancellationToken);
        Assert.Equal("kubectl", runner.Requests[0].Program);
        Assert.Equal(["get", "pods", "-o", "wide", "--context=lab", "--namespace=shop", "--request-timeout=15s"], runner.Requests[0].Arguments);
    }

    [Theory]
    [InlineData("--all-namespaces")]
    [InlineData("pods;reboot")]
    [InlineData("a b")]
    [InlineData("")]
    public async Task What_could_be_an_option_is_refused(string kind)
    {
        var runner = FakeRunner.Returning(FakeRunner.Exit(0, ""));
        var result = await Tool(runner, "k8s.resources").RunAsync(Arguments(("kind", kind)), TestContext.Current.CancellationToken);
        Assert.Equal(ToolStatus.Failed, result.Status);
        Assert.Empty(runner.Requests);
    }

    [Fact]
    public async Task A_missing_right_is_said_plainly()
    {
        var runner = FakeRunner.Returning(FakeRunner.Exit(1, "", "Error from server (Forbidden): pods is forbidden: User \"amy\" cannot list resource \"pods\" in API group \"\" in the namespace \"shop\""));
        var result = await Tool(runner, "k8s.resources").RunAsync(Arguments(("kind", "pods")), TestContext.Current.CancellationToken);
        Assert.Equal(ToolStatus.Refused, result.Status);
        Assert.StartsWith("amy may not list pods", result.Note, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Error_logs_show_each_pattern_once()
    {
        var runner = FakeRunner.Returning(FakeRunner.Exit(0, "info fine\n10:00:01 ERROR refused 17\n10:00:02 ERROR refused 18\nwarn: timed out\n"));
        var result = await Tool(runner, "k8s.error_logs").RunAsync(Arguments(("service", "ledger")), TestContext.Current.CancellationToken);
        Assert.Equal("2 x 10:00:01 ERROR refused 17\n1 x warn: timed out\n", result.Text);
    }

    [Fact]
    public async Task Dependencies_are_read_from_environments()
    {
        const string Json = """
            {"items": [
              {"kind": "Service", "metadata": {"name": "ledger"}}, {"kind": "Service", "metadata": {"name": "mail"}},
              {"kind": "Deployment", "metadata": {"name": "front"}, "spec": {"template": {"spec": {"containers": [{"env": [{"name": "A", "value": "http://ledger.shop:80"}]}]}}}},
              {"kind": "Deployment", "metadata": {"name": "ledger"}, "spec": {"template": {"spec": {"containers": [{"env": [{"name": "B", "value": "mail:25"}]}]}}}}]}
            """;
        var result = await Tool(FakeRunner.Returning(FakeRunner.Exit(0, Json)), "k8s.dependencies").RunAsync(Arguments(("service", "front")), TestContext.Current.CancellationToken);
        Assert.Equal("[Service]: front\n[Upstream (Called By)]: (none found)\n[Downstream (Calls)]:\n└── ledger\n    └── mail\n", result.Text);
    }

    private static IEvidenceTool Tool(FakeRunner runner, string name, KubernetesOptions? options = null) =>
        KubernetesTools.All(runner, options).Single(t => t.Description.Name == name);

    private static Dictionary<string, string> Arguments(params (string Name, string Value)[] arguments) => arguments.ToDictionary(a => a.Name, a => a.Value);
}
