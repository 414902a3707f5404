using OpenSre.Core;
using OpenSre.Investigation;

namespace OpenSre.Tests.Investigation;

/// <summary>A variant tells the same incident, and what the engine says of it can be said in the old names again.</summary>
public sealed class VariantTests
{
    private const string Pods = "NAME                     READY   STATUS    AGE\nledger-5f6d7c8b9-abcde   0/1     Pending   9s\nmail-7d8f9c6b5-fghij     1/1     Running   9s\npress-7d8f9c6b5-klmno    1/1     Running   9s\n";

    [Theory]
    [InlineData("rename", VariantKind.Rename, null)]
    [InlineData("drop-family", VariantKind.DropFamily, null)]
    [InlineData("drop-family=logs", VariantKind.DropFamily, "logs")]
    public void The_words_of_the_command_line(string text, VariantKind kind, string? family) => Assert.Equal(new Variant(kind, family), Variant.Parse(text));

    [Theory]
    [InlineData("drop-family=weather")]
    [InlineData("backwards")]
    public void Other_words_are_no_variant(string text) => Assert.Null(Variant.Parse(text));

    [Fact]
    public void New_names_keep_their_length_and_lead_back()
    {
        var renaming = new Variant(VariantKind.Rename).Of(["ledger", "mail"], 0);
        var told = renaming.Tell(Pods, "k8s.resources");
        Assert.DoesNotContain("ledger", told, StringComparison.Ordinal);
        Assert.Equal(Pods.Split('\n').Select(l => l.Length), told.Split('\n').Select(l => l.Length));
        Assert.Equal(Pods, renaming.Recall(told));
        Assert.Equal(renaming.Tell("ledger.shop:80", ""), renaming.Tell("ledger", "") + ".shop:80");
    }

    [Fact]
    public void Words_of_the_system_and_parts_of_other_words_keep_their_names()
    {
        var renaming = new Variant(VariantKind.Rename).Of(["mail", "master"], 0);
        Assert.Equal("mailbox on master", renaming.Tell("mailbox on master", ""));
    }

    [Theory]
    [InlineData("at 2026-05-04T10:00:00Z", "at 2026-05-04T17:00:00Z")]
    [InlineData("2026-05-04 23:30:01.123 ERROR", "2026-05-05 06:30:01.123 ERROR")]
    [InlineData("Started: Mon, 04 May 2026 10:00:00 +0000", "Started: Mon, 04 May 2026 22:30:00 +0530")]
    [InlineData("2026-05-04T10:00:00+08:00 x", "2026-05-04T14:30:00+05:30 x")]
    [InlineData("May  4 10:00:00 kernel", "May  4 17:00:00 kernel")]
    [InlineData("clock epoch=1795253787", "clock epoch=1795278987")]
    [InlineData("port 8080, 42 requests", "port 8080, 42 requests")]
    public void Times_move_and_nothing_else(string text, string told) => Assert.Equal(told, new Variant(VariantKind.ShiftTime).Of([], 0).Tell(text, "logs.overview"));

    [Fact]
    public void Rows_change_places_under_their_heading()
    {
        var told = new Variant(VariantKind.Shuffle).Of([], 0).Tell(Pods, "k8s.resources");
        Assert.NotEqual(Pods, told);
        Assert.Equal(Pods.Split('\n')[0], told.Split('\n')[0]);
        Assert.Equal(Pods.Split('\n').Order(), told.Split('\n').Order());
    }

    [Fact]
    public void Noise_is_half_as_much_again_and_only_in_logs()
    {
        var log = string.Concat(Enumerable.Range(0, 10).Select(i => $"log text=2026-05-04 10:00:0{i} ERROR refused {i}\n"));
        var told = new Variant(VariantKind.Noise).Of([], 0).Tell(log, "logs.overview");
        Assert.Equal(15, told.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.All(log.Split('\n'), l => Assert.Contains(l, told, StringComparison.Ordinal));
        Assert.Equal(Pods, new Variant(VariantKind.Noise).Of([], 0).Tell(Pods, "k8s.resources"));
    }

    [Fact]
    public async Task A_dropped_family_is_not_available_and_the_rest_is()
    {
        var retelling = Variant.Parse("drop-family=logs")!.Of([], 0);
        var tools = retelling.Over([new Echo("k8s.error_logs"), new Echo("k8s.resources")]);
        Dictionary<string, string> nothing = [];
        Assert.Equal(ToolStatus.Missing, (await tools[0].RunAsync(nothing, TestContext.Current.CancellationToken)).Status);
        Assert.Equal(ToolStatus.Ok, (await tools[1].RunAsync(nothing, TestContext.Current.CancellationToken)).Status);
    }

    [Fact]
    public async Task The_recording_is_asked_in_its_own_names()
    {
        var retelling = new Variant(VariantKind.Rename).Of(["ledger"], 0);
        var tool = retelling.Over([new Echo("k8s.error_logs")])[0];
        var answer = await tool.RunAsync(new Dictionary<string, string> { ["service"] = retelling.Tell("ledger", "") }, TestContext.Current.CancellationToken);
        Assert.Equal("asked for " + retelling.Tell("ledger", ""), answer.Text);
    }

    /// <summary>Knows one thing, by its old name.</summary>
    private sealed class Echo(string name) : IEvidenceTool
    {
        public ToolDescription Description { get; } = new(name, "", [], TimeSpan.FromSeconds(1), 1000, 1);

        public Task<ToolResult> RunAsync(IReadOnlyDictionary<string, string> arguments, CancellationToken cancellation) =>
            Task.FromResult(arguments.GetValueOrDefault("service") is null or "ledger" ? new ToolResult(ToolStatus.Ok, "asked for ledger") : new ToolResult(ToolStatus.NotRecorded, ""));
    }
}
