using System.Globalization;
using System.Text;
using System.Text.Json;
using OpenSre.Core;
using OpenSre.Diagnostics;
using OpenSre.Investigation;

namespace OpenSre.Tests.Investigation;

/// <summary>Small sets made here, in the form of the public ones: they are read, answered, and no label reaches the engine.</summary>
public sealed class TelemetrySetsTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("opensre-sets-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_fault_of_a_resource_is_found_and_typed()
    {
        Resources("ledger-cpu/1", cpu: 90, memory: 210);
        Resources("ledger-mem/1", cpu: 90, memory: 900);
        var results = await Results(new SockShopIncidents(), null);
        Assert.Equal(["app.cpu_overload ledger", "app.memory_growth ledger"], results.Select(r => $"{r.Ranked[0].FaultType} {r.Ranked[0].Entity}"));
        Assert.All(results, r => Assert.True(r.Right && r.QuotesValid));
    }

    [Fact]
    public async Task The_name_of_the_folder_does_not_reach_the_engine()
    {
        var mine = await Seen(SockShopIncidents.Load(Resources("ledger-cpu/1", 90, 210)));
        var other = await Seen(SockShopIncidents.Load(Resources("front-mem/7", 90, 210)));
        Assert.Equal(mine, other);
        AssertNoPath(mine);
    }

    [Fact]
    public void A_folder_that_names_no_fault_is_refused()
    {
        Resources("ledger/1", 90, 210);
        Assert.Throws<InvalidDataException>(() => new SockShopIncidents().Cases(_folder.FullName, null).ToList());
    }

    [Fact]
    public async Task A_slow_page_is_traced_to_what_it_calls()
    {
        Shop("store");
        var result = Assert.Single(await Results(new PetShopIncidents(), null));
        Assert.Equal("store", result.Ranked[0].Entity);
        Assert.True(result.Right && result.QuotesValid);
    }

    [Fact]
    public async Task The_labelled_root_does_not_reach_the_engine()
    {
        var place = Shop("store");
        var mine = await Seen(PetShopSystem.Read(_folder.FullName).Case(place));
        Shop("page", "test/issue_9");
        Assert.Equal(mine, await Seen(PetShopSystem.Read(_folder.FullName).Case(Path.Combine(_folder.FullName, "test/issue_9"))));
        AssertNoPath(mine);
    }

    [Fact]
    public async Task The_guilty_commit_is_found_and_none_is_an_answer()
    {
        Bench("case-a", guilty: true);
        Bench("case-b", guilty: false);
        var labels = Path.Combine(_folder.FullName, "labels.jsonl");
        File.WriteAllText(labels, Label("case-a", "c0ffee01") + Label("case-b", "none") + Label("case-elsewhere", "none"));
        var results = await Results(new RootCauseBenchIncidents(), labels);
        Assert.Equal(["c0ffee01", "none"], results.Select(r => r.Ranked[0].Entity));
        Assert.All(results, r => Assert.True(r.Right && r.QuotesValid));
        Assert.All(results, r => Assert.Equal(1, r.Ranked.Sum(a => a.Probability), 2));
    }

    [Fact]
    public async Task Neither_labels_nor_the_name_of_a_case_reach_the_engine()
    {
        var mine = await Seen(RootCauseBenchCase.Load(Bench("case-a", guilty: true)));
        File.WriteAllText(Path.Combine(Bench("none-of-them", guilty: true), "labels.jsonl"), Label("none-of-them", "none"));
        Assert.Equal(mine, await Seen(RootCauseBenchCase.Load(Path.Combine(_folder.FullName, "none-of-them"))));
        AssertNoPath(mine);
        Assert.DoesNotContain("case-a", mine, StringComparison.Ordinal);
    }

    [Fact]
    public void A_case_without_its_files_says_so()
    {
        Directory.CreateDirectory(Path.Combine(_folder.FullName, "empty"));
        Assert.Throws<InvalidDataException>(() => RootCauseBenchCase.Load(Path.Combine(_folder.FullName, "empty")));
        Assert.Throws<InvalidDataException>(() => PetShopSystem.Read(_folder.FullName));
    }

    /// <summary>Everything that passes between engine and case: the alert, every call, every output, the answer.</summary>
    private static async Task<string> Seen(TelemetryCase recorded)
    {
        var file = await TelemetryEvaluation.InvestigateAsync(recorded, Retelling.None, TelemetryProfile.Instance, _ => { }, TestContext.Current.CancellationToken);
        var text = new StringBuilder($"{recorded.Alert.Name}|{recorded.Alert.Summary}|{string.Join(',', recorded.Alert.Labels)}|{recorded.At:O}\n");
        foreach (var output in file.Ledger.Outputs)
        {
            text.Append(new ToolCall(output.Tool, output.Arguments).Key).Append('\n').Append(output.Text).Append('\n');
        }

        Assert.NotEmpty(file.Ledger.Outputs);
        return text.Append(string.Join('\n', file.Diagnosis!.Ranked.Select(h => $"{h.Statement} {h.Probability}"))).ToString();
    }

    private void AssertNoPath(string seen)
    {
        Assert.DoesNotContain(_folder.FullName, seen, StringComparison.Ordinal);
        Assert.DoesNotContain(_folder.Name, seen, StringComparison.Ordinal);
    }

    private async Task<List<CaseResult>> Results(IIncidentSet set, string? labels)
    {
        List<CaseResult> results = [];
        foreach (var (_, run) in set.Cases(_folder.FullName, labels))
        {
            results.Add(await run(new EvaluationOptions([]), TestContext.Current.CancellationToken));
        }

        return results;
    }

    private string Resources(string name, double cpu, double memory)
    {
        var place = Directory.CreateDirectory(Path.Combine(_folder.FullName, name)).FullName;
        Write("normal.csv", 0, 5, 200);
        Write("anomalous.csv", 300, cpu, memory);
        return place;

        void Write(string file, int from, double ledgerCpu, double ledgerMemory)
        {
            var text = new StringBuilder("time,front_cpu,ledger_cpu,front_mem,ledger_mem,front_lat_90\n");
            for (var i = 0; i < 200; i++)
            {
                var wave = 1 + (0.02 * (i % 5));
                text.Append(CultureInfo.InvariantCulture, $"{Start.ToUnixTimeSeconds() + from + i},{3 * wave},{ledgerCpu * wave},{150e6 * wave},{ledgerMemory * 1e6 * wave},{0.2 * wave}\n");
            }

            File.WriteAllText(Path.Combine(place, file), text.ToString());
        }
    }

    private string Shop(string root, string name = "test/issue_0")
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "graph.csv"), ",page,search,store\npage,0,1,0\nsearch,0,0,1\nstore,0,0,0\n");
        var usual = Directory.CreateDirectory(Path.Combine(_folder.FullName, "noissue")).FullName;
        var place = Directory.CreateDirectory(Path.Combine(_folder.FullName, name)).FullName;
        Write(Path.Combine(usual, "metrics.csv"), 40, 1);
        Write(Path.Combine(place, "metrics.csv"), 6, 8);
        File.WriteAllText(Path.Combine(place, "target.json"), JsonSerializer.Serialize(new { target = new { node = "page", metric = "latency", agg = "Average", timestamp = Start.ToUnixTimeSeconds() }, root_cause = new { node = root, metric = (string?)null } }));
        return place;

        static void Write(string path, int rows, double slower)
        {
            string[] services = ["page", "search", "store"];
            double[] latency = [0.3, 0.2, 0.1];
            var text = new StringBuilder("microservice," + string.Join(',', services.Concat(services)) + "\nmetric,latency,latency,latency,requests,requests,requests\nstatistic,Average,Average,Average,Sum,Sum,Sum\n");
            for (var i = 0; i < rows; i++)
            {
                var extra = 0.1 * (slower - 1) * (i >= rows / 2 || slower <= 1 ? 1 : 0);
                text.Append(CultureInfo.InvariantCulture, $"{Start.ToUnixTimeSeconds() + (300 * i)},{string.Join(',', latency.Select(l => ((l * (1 + (0.01 * (i % 3)))) + extra).ToString(CultureInfo.InvariantCulture)))},400,400,400\n");
            }

            File.WriteAllText(path, text.ToString());
        }
    }

    private string Bench(string name, bool guilty)
    {
        var place = Directory.CreateDirectory(Path.Combine(_folder.FullName, name)).FullName;
        Directory.CreateDirectory(Path.Combine(place, "context"));
        var metrics = new StringBuilder("timestamp,service,metric,value\n");
        for (var i = 0; i < 60; i++)
        {
            metrics.Append(CultureInfo.InvariantCulture, $"{Stamp(i)},orders,cache_hit_ratio,{(i < 30 ? 0.97 : 0.2)}\n{Stamp(i)},orders,http_duration_p99_ms,{(i < 31 ? 90 + (i % 4) : 2500)}\n");
        }

        File.WriteAllText(Path.Combine(place, "metrics.csv"), metrics.ToString());
        File.WriteAllText(Path.Combine(place, "logs.ndjson"), string.Concat(Enumerable.Range(31, 6).Select(i => $"{{\"timestamp\":\"{Stamp(i)}\",\"service\":\"orders\",\"severity_text\":\"ERROR\",\"msg\":\"cache miss for article {i}, origin slow\"}}\n")));
        File.WriteAllText(Path.Combine(place, "patterns.json"), """[{"signature":"cache miss for article <N>, origin slow","service":"orders","count":900,"delta_vs_baseline":"+900","sentiment":"negative"}]""");
        File.WriteAllText(Path.Combine(place, "traces.json"), $$"""[{"trace_id":"t","span_id":"a","parent_id":null,"service":"web","name":"GET /","start":"{{Stamp(35)}}","duration_ms":2600,"status":"ERROR"},{"trace_id":"same","span_id":"b","parent_id":"a","service":"orders","name":"List","start":"{{Stamp(35)}}","duration_ms":2500,"status":"ERROR","error":"origin slow"}]""");
        File.WriteAllText(Path.Combine(place, "alert.json"), $$"""{"service":"orders","metric":"http_duration_p99_ms","threshold":800,"observed":2500,"fired_at":"{{Stamp(36)}}","severity":"critical","monitor":"orders-latency","summary":"orders p99 latency above 800ms"}""");
        var diff = guilty ? "@@ cache\n-ARTICLE_TTL = 3600\n+ARTICLE_TTL = 2" : "@@ page\n-title = 'Articles'\n+title = 'All articles'";
        File.WriteAllText(Path.Combine(place, "context", "commits.json"), JsonSerializer.Serialize(new[]
        {
            new { sha = "c0ffee01", author = "kim", timestamp = Stamp(20), message = "tidy orders", files_changed = new[] { "orders/settings.py" }, diff = (string?)diff },
            new { sha = "c0ffee02", author = "lee", timestamp = Stamp(26), message = "docs: orders", files_changed = new[] { "docs/orders.md" }, diff = (string?)null },
        }));
        File.WriteAllText(Path.Combine(place, "context", "deploys.json"), $$"""[{"timestamp":"{{Stamp(28)}}","service":"orders","commit_sha":"c0ffee01","version":"1"}]""");
        return place;
    }

    private static string Label(string name, string commit) => $$$"""{"case":"{{{name}}}","answer":{"root_cause_commit":"{{{commit}}}","decoy_deploy_commits":[]}}""" + "\n";

    private static string Stamp(int minute) => Start.AddMinutes(minute).UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
