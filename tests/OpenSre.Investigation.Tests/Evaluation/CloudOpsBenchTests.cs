using System.Text.Json;
using OpenSre.Core;
using OpenSre.Diagnostics;
using OpenSre.Investigation;

namespace OpenSre.Tests.Investigation;

/// <summary>Over a case made here, in the files the benchmark has.</summary>
public sealed class CloudOpsBenchTests : IDisposable
{
    private const string Canary = "canary7c1";
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"{Canary}-{Guid.NewGuid():N}");

    public CloudOpsBenchTests()
    {
        var place = Path.Combine(_folder, Canary + "-system", Canary + "-category", "7");
        Directory.CreateDirectory(place);
        const string Pods = "NAME                     READY   STATUS    RESTARTS   AGE   NODE\nledger-5f6d7c8b9-abcde   0/1     Pending   0          90s   <none>\nmail-7d8f9c6b5-fghij     1/1     Running   0          90s   n1\n";
        const string Pod = """
            Name:    ledger-5f6d7c8b9-abcde
            Node:    <none>
            Status:  Pending
            Node-Selectors:  <none>
            Events:
              Type     Reason            Age  From               Message
              ----     ------            ---- ----               -------
              Warning  FailedScheduling  5s   default-scheduler  0/3 nodes are available: 3 Insufficient memory.
            """;
        Write(place, "query.json", new { @namespace = "shop", query = "Partial Service Unreachability." });
        Write(place, "alert.json", new { });
        Write(place, "k8s_states.json", new Dictionary<string, string>
        {
            ["kubectl get pods -n shop -o wide"] = Pods,
            ["kubectl get deployments -n shop -o wide"] = "NAME     READY   UP-TO-DATE   AVAILABLE   AGE\nledger   0/1     1            0           90s\nmail     1/1     1            1           90s\n",
            ["kubectl describe pods ledger-5f6d7c8b9-abcde -n shop"] = Pod.ReplaceLineEndings("\n"),
        });
        Write(place, "tool_cache.json", new { collection_timestamp = "2026-05-04T10:00:00" });
        Write(place, Canary + "-metadata.json", new { secret = Canary });
        File.WriteAllText(Path.Combine(_folder, "labels.jsonl"), JsonSerializer.Serialize(new
        {
            @case = $"{Canary}-system/{Canary}-category/7",
            result = new { fault_taxonomy = "Scheduling_Fault", fault_object = "app/ledger", root_cause = "memory_capacity_mismatch" },
            note = Canary,
        }) + "\n");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Neither_labels_nor_names_nor_paths_of_a_case_reach_the_engine()
    {
        var place = Directory.EnumerateDirectories(_folder, "7", SearchOption.AllDirectories).Single();
        List<string> seen = [];
        var file = await CloudOpsBenchEvaluation.InvestigateAsync(CloudOpsBenchCase.Load(place), Retelling.None, EngineProfile.Kubernetes, e => seen.Add(JsonSerializer.Serialize(e, CoreJson.Default.InvestigationEvent)), TestContext.Current.CancellationToken);
        seen.AddRange(file.Ledger.Outputs.Select(o => $"{o.Tool} {string.Join(' ', o.Arguments)} {o.Text} {o.Note}"));
        seen.Add(file.Incident.ToString());
        seen.Add(file.Report);
        Assert.NotEmpty(file.Ledger.Evidence);
        Assert.All(seen, s => Assert.DoesNotContain(Canary, s, StringComparison.Ordinal));
        Assert.All(seen, s => Assert.DoesNotContain("memory_capacity_mismatch", s, StringComparison.Ordinal));
        Assert.All(seen, s => Assert.DoesNotContain(_folder, s, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("rename")]
    [InlineData("shift-time")]
    [InlineData("shuffle")]
    [InlineData("noise")]
    [InlineData("drop-family=logs")]
    public async Task The_answer_is_scored_however_the_case_is_told(string? variant)
    {
        var result = await RunAsync(new EvaluationOptions([], variant is null ? null : Variant.Parse(variant)));
        Assert.True(result.Right);
        Assert.Equal("root_cause", result.Verdict);
        Assert.True(result.Sufficient);
        Assert.True(result.Necessary);
        Assert.Contains(result.Scores, s => s.IsTrue);
    }

    [Fact]
    public async Task A_forgotten_fault_is_placed_and_not_called_a_cause()
    {
        var result = await RunAsync(new EvaluationOptions(["k8s.memory_capacity"]));
        Assert.Equal("inconclusive", result.Verdict);
        Assert.Equal((ScoreCard.Unexplained, "app/ledger"), (result.Ranked[0].FaultType, result.Ranked[0].Entity));
    }

    private async Task<CaseResult> RunAsync(EvaluationOptions options)
    {
        var recorded = Assert.Single(new CloudOpsBenchIncidents().Cases(_folder, null));
        Assert.Equal(["k8s.memory_capacity"], recorded.Faults);
        return await recorded.Run(options, TestContext.Current.CancellationToken);
    }

    private static void Write(string folder, string name, object content) => File.WriteAllText(Path.Combine(folder, name), JsonSerializer.Serialize(content));
}
