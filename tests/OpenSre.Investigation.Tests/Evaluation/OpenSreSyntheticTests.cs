using System.Text.Json.Nodes;
using OpenSre.Core;
using OpenSre.Diagnostics;
using OpenSre.Investigation;

namespace OpenSre.Tests.Investigation;

public sealed class OpenSreSyntheticTests
{
    private const string Secret = "zebra_melt_down";

    [Fact]
    public async Task The_engine_sees_no_label_no_note_and_no_name_of_the_case()
    {
        using var made = CloudCase.Database("CPU", "RDSCPUUtilizationHigh", "CPUUtilization of ledger-db above 90 %").Metric("ledger-db", "CPUUtilization", "Percent", 20, 95, 96, 97, 95, 96);
        made.File("context", new JsonObject
        {
            ["engine"] = "postgres",
            ["db_instance_identifier"] = "ledger-db",
            ["scenario_id"] = Secret,
            ["failure_mode"] = Secret,
            ["read_replicas"] = new JsonArray("ledger-read"),
            ["notes"] = new JsonObject { ["root_cause_category"] = Secret, ["expected_answer"] = new JsonArray(Secret) },
        });
        File.WriteAllText(Path.Combine(made.Folder, "QA_VALIDATION.md"), $"The answer is {Secret}.");
        File.WriteAllText(Path.Combine(made.Folder, "answer.yml"), $"root_cause: {Secret}");

        var recorded = made.Recorded();
        List<InvestigationEvent> seen = [];
        var file = await OpenSreSyntheticEvaluation.InvestigateAsync(recorded, Retelling.None, EngineProfile.Cloud, seen.Add, TestContext.Current.CancellationToken);

        var everything = recorded.Alert + file.Report + string.Join('\n', file.Ledger.Outputs.Select(o => o.Text + o.Note)) + string.Join('\n', seen.Select(e => e.ToString()));
        Assert.Contains(file.Ledger.Outputs, o => o.Tool == "aws.rds_instance" || o.Tool == "aws.metrics");
        Assert.DoesNotContain(Secret, everything, StringComparison.Ordinal);
        Assert.DoesNotContain(Path.GetFileName(made.Folder), everything, StringComparison.Ordinal);
        foreach (var tool in OpenSreSyntheticTools.All(recorded))
        {
            var result = await tool.RunAsync(new Dictionary<string, string> { ["instance"] = "ledger-db", ["kind"] = "pods" }, TestContext.Current.CancellationToken);
            Assert.DoesNotContain(Secret, result.Text + result.Note, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("cpu_saturation", null, "root_cause", true)]
    [InlineData("storage_exhaustion", null, "root_cause", false)]
    [InlineData("something_else", "cpu_saturation_bad_query", "root_cause", true)]
    [InlineData("resource_exhaustion", null, "root_cause", true)]
    [InlineData("healthy", "cpu_saturation", "root_cause", false)]
    public async Task A_case_is_right_by_its_category_or_an_equivalent(string category, string? equivalent, string verdict, bool right)
    {
        using var made = CloudCase.Database("CPU", "RDSCPUUtilizationHigh", "CPUUtilization of ledger-db above 90 %").Metric("ledger-db", "CPUUtilization", "Percent", 20, 95, 96, 97, 95, 96)
            .Load("ledger-db", ("SELECT * FROM entries", "CPU:6 IO:DataFileRead:1"));
        _ = made.Recorded();
        var label = new OpenSreSyntheticLabel("x", new OpenSreSyntheticAnswer(category, equivalent is null ? null : [equivalent], ["connection_exhaustion"], ["CPU", "no such word"]));
        var result = await OpenSreSyntheticEvaluation.RunAsync(made.Folder, label, new EvaluationOptions([]), 0, TestContext.Current.CancellationToken);
        Assert.Equal((verdict, right), (result.Verdict, result.Right));
        Assert.Equal(0.5, result.Words);
        Assert.False(result.Forbidden);
        Assert.True(result.QuotesValid);
    }

    [Theory]
    [InlineData("rename")]
    [InlineData("shift-time")]
    [InlineData("shuffle")]
    public async Task A_case_told_differently_has_the_same_answer(string variant)
    {
        using var made = CloudCase.Database("CPU", "RDSCPUUtilizationHigh", "CPUUtilization of ledger-db above 90 %").Metric("ledger-db", "CPUUtilization", "Percent", 20, 95, 96, 97, 95, 96)
            .Load("ledger-db", ("SELECT * FROM entries", "CPU:6 IO:DataFileRead:1"));
        var recorded = made.Recorded();
        Assert.Contains("ledger-db", recorded.Names);
        var retelling = Variant.Parse(variant)!.Of(recorded.Names, 0);
        var plain = await OpenSreSyntheticEvaluation.InvestigateAsync(recorded, Retelling.None, EngineProfile.Cloud, _ => { }, TestContext.Current.CancellationToken);
        var told = await OpenSreSyntheticEvaluation.InvestigateAsync(recorded, retelling, EngineProfile.Cloud, _ => { }, TestContext.Current.CancellationToken);
        Assert.Equal(plain.Diagnosis!.Top!.FaultType, told.Diagnosis!.Top!.FaultType);
        Assert.Equal(plain.Diagnosis.Top.Entity.Name, retelling.Recall(told.Diagnosis.Top.Entity.Name));
        Assert.Equal(variant == "rename", !told.Ledger.Outputs.Any(o => o.Text.Contains("ledger-db", StringComparison.Ordinal)));
    }

    [Fact]
    public void Cases_are_found_beside_their_labels()
    {
        using var made = CloudCase.Database("CPU", "RDSCPUUtilizationHigh", "CPU");
        _ = made.Recorded();
        var labels = Path.Combine(made.Folder, "labels.jsonl");
        Directory.CreateDirectory(Path.Combine(made.Folder, "inputs", "rds-9"));
        File.WriteAllText(labels, """{"case": "rds-9", "answer": {"root_cause_category": "healthy", "equivalent_root_cause_categories": ["a"]}}""" + "\n" + """{"case": "rds-8", "answer": {"root_cause_category": "b"}}""");
        var only = Assert.Single(new OpenSreSyntheticIncidents().Cases(made.Folder, null));
        Assert.True(only.Label.IsHealthy);
    }
}
