using OpenSre.Core;
using OpenSre.Sources;

namespace OpenSre.Tests.Sources;

public sealed class LokiLogsToolTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly LokiStandIn _loki = new();

    public void Dispose() => _loki.Dispose();

    private DateTimeOffset At(double minutesAgo) => _time.GetUtcNow().AddMinutes(-minutesAgo);

    [Fact]
    public async Task Lines_before_and_since_are_told_oldest_first_with_service_and_severity()
    {
        _loki.Logged(At(5), "slow answer, timed out", ("service_name", "pay"), ("level", "warning"))
            .Logged(At(6.6), "ERROR upstream pay refused", ("service_name", "web"))
            .Logged(At(50), "failed is only a word \u001b[31mhere", ("service_name", "web"))
            .Logged(At(4), "all is well", ("service_name", "web"))
            .Logged(At(80), "ERROR long ago", ("service_name", "web"));
        var result = await RunAsync(("since", "2026-05-04T09:50:00Z"));
        Assert.Equal(ToolStatus.Ok, result.Status);
        var lines = result.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(4, lines.Length);
        Assert.Equal("window from=2026-05-04T08:50:00Z to=2026-05-04T10:00:00Z only=trouble", lines[0]);
        Assert.StartsWith("log at=2026-05-04T09:10:00.000Z service=web severity=INFO text=failed is only a word", lines[1], StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', result.Text);
        Assert.Equal("log at=2026-05-04T09:53:24.000Z service=web severity=ERROR text=ERROR upstream pay refused", lines[2]);
        Assert.Equal("log at=2026-05-04T09:55:00.000Z service=pay severity=WARN text=slow answer, timed out", lines[3]);
        Assert.All(_loki.Asked, a => Assert.Equal(("shop", "Bearer t0ken"), (a.Tenant, a.Token)));
    }

    /// <summary>What is missing of too many lines is missing at the outer ends: the first error of all is there, and so is what was usual just before.</summary>
    [Fact]
    public async Task Of_too_many_lines_those_nearest_to_the_beginning_are_kept_and_that_is_said()
    {
        for (var i = 0; i < 2500; i++)
        {
            _loki.Logged(At(69.9 - (i * 0.009)), "warn usual", ("app", "web"));
        }

        for (var i = 0; i < 5000; i++)
        {
            _loki.Logged(At(40 - (i * 0.007)), $"error {i}", ("app", "pay"));
        }

        var result = await RunAsync(("since", "2026-05-04T09:50:00Z"));
        var lines = result.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(1 + 2000 + 4000, lines.Length);
        Assert.Contains("known_from=2026-05-04T08:54", lines[0], StringComparison.Ordinal);
        Assert.EndsWith("text=error 0", lines[2001], StringComparison.Ordinal);
        Assert.EndsWith("text=error 3999", lines[^1], StringComparison.Ordinal);
        Assert.Contains("more than 2000 lines in usual times; the last are here", result.Note, StringComparison.Ordinal);
        Assert.Contains("more than 4000 lines since; the first are here", result.Note, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_is_a_name_and_no_query()
    {
        _loki.Logged(At(5), "error one", ("app", "a.b")).Logged(At(5), "error two", ("app", "axb"));
        var lines = (await RunAsync(("service", "a.b"))).Text;
        Assert.Contains("error one", lines, StringComparison.Ordinal);
        Assert.DoesNotContain("error two", lines, StringComparison.Ordinal);
        Assert.Equal(ToolStatus.Failed, (await RunAsync(("service", "x\"} or {y"))).Status);
    }

    [Fact]
    public async Task Nothing_logged_nothing_that_names_a_service_and_no_Loki_are_said()
    {
        Assert.Contains("holds no logs", (await RunAsync()).Note, StringComparison.Ordinal);
        _loki.Logged(At(5), "error", ("filename", "/var/log/x"));
        Assert.Contains("None of its labels", (await RunAsync()).Note, StringComparison.Ordinal);
        _loki.Logged(At(5), "all is well", ("job", "x"));
        Assert.Contains("No warning", (await RunAsync()).Note, StringComparison.Ordinal);
        _loki.Dispose();
        var gone = await RunAsync();
        Assert.Equal(ToolStatus.Failed, gone.Status);
        Assert.Contains("Loki at", gone.Note, StringComparison.Ordinal);
    }

    private async Task<ToolResult> RunAsync(params (string Name, string Value)[] arguments)
    {
        var probes = BuiltInCommandRunner.WithAllProbes(new ProbeOptions { Loki = LokiOptions.Of(_loki.Url.ToString(), "t0ken", "shop", "test") }, _time);
        return await LokiTools.All(probes, _time)[0].RunAsync(arguments.ToDictionary(a => a.Name, a => a.Value), TestContext.Current.CancellationToken);
    }
}
