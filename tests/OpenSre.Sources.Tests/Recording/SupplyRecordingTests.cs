using OpenSre.Core;
using OpenSre.Sources;

namespace OpenSre.Tests.Sources;

/// <summary>Tools from outside in a recording: a replay has the same tools and answers, without the servers.</summary>
public sealed class SupplyRecordingTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_replay_has_the_same_tools_calls_gaps_and_answers()
    {
        using var folder = new TempFolder();
        var path = folder.File("case.bundle.gz");
        var tool = new Counting("mcp.loki.query");
        var live = new ToolSupply((_, _) => Task.FromResult(new SuppliedTools([tool], [new Gap("MCP server x", "it did not start")]))) { Proposals = [new ToolProposal("mcp.loki.query", new Dictionary<string, string> { ["query"] = "{{ service }}" }, ["errors"])] };
        ToolResult first, second, failed;
        using (var writer = BundleWriter.Create(path, "orders-api is down"))
        {
            var supplied = await SupplyRecording.Recorded(live, writer, TimeProvider.System).ReadyAsync(null, Cancellation);
            first = await CallAsync(supplied, ("query", "a"), ("since", "2026-05-04T10:00:00Z"));
            second = await CallAsync(supplied, ("query", "a"), ("since", "2026-05-04T10:00:00Z"));
            failed = await CallAsync(supplied, ("query", "bad"));
        }

        var replay = SupplyRecording.Of(Bundle.Load(path))!;
        var again = await replay.ReadyAsync(null, Cancellation);
        Assert.Equal(["a", "bad"], replay.Proposals.Select(p => p.Arguments["query"]));
        Assert.All(replay.Proposals, p => Assert.True(p.IsLiteral));
        Assert.Equal("it did not start", Assert.Single(again.Gaps).Why);
        var description = again.Tools[0].Description;
        Assert.Equal((tool.Description.Summary, tool.Description.Schema, tool.Description.Cost, true), (description.Summary, description.Schema, description.Cost, description.Parameters[0].Required));

        // A replay's own clock is a moment off; the same question is meant.
        Assert.Equal(first, await CallAsync(again, ("query", "a"), ("since", "2026-05-04T09:59:58Z")));
        Assert.Equal(second, await CallAsync(again, ("query", "a"), ("since", "2026-05-04T09:59:58Z")));
        Assert.Equal(failed, await CallAsync(again, ("query", "bad")));
        Assert.Equal(ToolStatus.Failed, failed.Status);
        Assert.Equal(ToolStatus.NotRecorded, (await CallAsync(again, ("query", "other"))).Status);
        Assert.Equal(3, tool.Calls);
    }

    [Fact]
    public async Task Secrets_do_not_get_into_the_file()
    {
        using var folder = new TempFolder();
        var path = folder.File("case.bundle");
        using (var writer = BundleWriter.Create(path, "x"))
        {
            var supplied = await SupplyRecording.Recorded(new ToolSupply((_, _) => Task.FromResult(new SuppliedTools([new Counting("mcp.s.t")], []))), writer, TimeProvider.System).ReadyAsync(null, Cancellation);
            await CallAsync(supplied, ("query", "password=hunter2222"));
        }

        Assert.DoesNotContain("hunter2222", await File.ReadAllTextAsync(path, Cancellation), StringComparison.Ordinal);
        var again = await SupplyRecording.Of(Bundle.Load(path))!.ReadyAsync(null, Cancellation);
        Assert.Equal(ToolStatus.Ok, (await CallAsync(again, ("query", "password=hunter2222"))).Status);
    }

    [Fact]
    public void A_recording_without_them_has_none() => Assert.Null(SupplyRecording.Of(new MemoryRecording(new BundleHeader(Bundle.FormatName, 1, DateTimeOffset.UnixEpoch, "h", "os")).ToBundle()));

    private static Task<ToolResult> CallAsync(SuppliedTools supplied, params (string Name, string Value)[] arguments) =>
        supplied.Tools[0].RunAsync(arguments.ToDictionary(a => a.Name, a => a.Value), Cancellation);

    private sealed class Counting(string name) : IEvidenceTool
    {
        public int Calls { get; private set; }

        public ToolDescription Description => new(name, "searches logs", [new ToolParameter("query", "what", Required: true)], TimeSpan.FromSeconds(7), 1000, 4) { Schema = """{"type":"object","properties":{"query":{"type":"string"}}}""" };

        public Task<ToolResult> RunAsync(IReadOnlyDictionary<string, string> arguments, CancellationToken cancellation) => Task.FromResult(arguments["query"] == "bad"
            ? new ToolResult(ToolStatus.Failed, "no such index", $"The server says: no such index ({++Calls})")
            : new ToolResult(ToolStatus.Ok, $"answer {++Calls} to {arguments["query"]}"));
    }
}
