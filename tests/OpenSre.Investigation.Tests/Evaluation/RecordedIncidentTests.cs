using OpenSre.Core;
using OpenSre.Investigation;
using OpenSre.Sources;

namespace OpenSre.Tests.Investigation;

/// <summary>What must be true of every recorded incident in examples/, whatever the answer.</summary>
public sealed class RecordedIncidentTests
{
    private static readonly string Folder = RepositoryRoot.File("examples", "incidents");

    private static readonly HostEvaluation Evaluation = new(r => EvidenceTools.All(r));

    public static TheoryData<string> Recordings() =>
        [.. Directory.EnumerateFiles(Folder, "*.bundle*").Select(p => Path.GetFileName(p)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Recordings))]
    public async Task Every_quote_stands_in_a_stored_output_and_every_citation_exists(string name)
    {
        var (file, _, _) = await Evaluation.ReplayAsync(Bundle.Load(Path.Combine(Folder, name)), TestContext.Current.CancellationToken);
        Assert.NotNull(file.Diagnosis);
        Assert.NotEmpty(file.Ledger.Evidence);
        Assert.All(file.Ledger.Evidence, e => Assert.Contains(e.Quote, file.Ledger.FindOutput(e.OutputId)!.Text, StringComparison.Ordinal));

        var quotes = ReportQuotes.Extract(file.Report);
        Assert.All(quotes, q => Assert.Contains(file.Ledger.Outputs, o => o.Text.Contains(q, StringComparison.Ordinal)));
        if (file.Diagnosis.Verdict != Verdict.Inconclusive)
        {
            Assert.NotEmpty(quotes);
        }

        var ids = file.Ledger.Evidence.Select(e => e.Id).ToHashSet();
        Assert.All(file.Diagnosis.Ranked.SelectMany(h => h.Supporting.Concat(h.Contradicting)), id => Assert.Contains(id, ids));
        Assert.All(file.Diagnosis.Chain.SelectMany(s => s.EvidenceIds), id => Assert.Contains(id, ids));
    }

    [Fact]
    public async Task A_replay_gives_the_same_answer_every_time_and_under_any_name()
    {
        var original = Directory.EnumerateFiles(Folder, "*.bundle*").Order(StringComparer.Ordinal).First();
        var elsewhere = Path.Combine(Path.GetTempPath(), $"renamed-{Guid.NewGuid():N}.bundle");
        File.Copy(original, elsewhere);
        try
        {
            var first = await Evaluation.ReplayAsync(Bundle.Load(original), TestContext.Current.CancellationToken);
            var second = await Evaluation.ReplayAsync(Bundle.Load(elsewhere), TestContext.Current.CancellationToken);
            Assert.Equal(first.Calls, second.Calls);
            Assert.Equal(Ranking(first.File), Ranking(second.File));
        }
        finally
        {
            File.Delete(elsewhere);
        }
    }

    /// <summary>A fault nobody taught it: the engine may say that it does not know, and not be sure of something else.</summary>
    [Fact]
    public async Task Of_forgotten_faults_hardly_any_is_answered_wrongly_and_surely()
    {
        List<string> sure = [];
        var cases = new HostIncidents(r => EvidenceTools.All(r)).Cases(Folder, null).Where(c => c.Faults.Count > 0).ToList();
        foreach (var forgotten in cases)
        {
            var result = await forgotten.Run(new EvaluationOptions(forgotten.Faults), TestContext.Current.CancellationToken);
            if (result is { Verdict: not "inconclusive", Probability: >= 0.8 })
            {
                sure.Add($"{result.Case}: {result.Verdict} {result.Ranked[0].FaultType} {result.Probability:P0}");
            }
        }

        Assert.True(sure.Count <= 0.04 * cases.Count, string.Join('\n', sure));
    }

    [Fact]
    public void There_are_enough_cases_and_each_has_one_label()
    {
        var labels = CaseLabel.Load(Path.Combine(Folder, "labels.jsonl"));
        Assert.Equal(labels.Count, labels.Select(l => l.Case).Distinct().Count());
        Assert.True(labels.Count(l => !l.IsHealthy) >= 40, "fewer than 40 faulty cases");
        Assert.True(labels.Count(l => l.IsHealthy) >= 20, "fewer than 20 healthy cases");
        Assert.All(labels, l => Assert.Single(Directory.EnumerateFiles(Folder, l.Case + ".bundle*")));
        Assert.All(labels.Where(l => !l.IsHealthy), l => Assert.NotNull(OpenSre.Diagnostics.FaultCatalogue.Find(l.FaultType)));
    }

    [Fact]
    public void No_check_names_an_entity_of_a_case()
    {
        var names = CaseLabel.Load(Path.Combine(Folder, "labels.jsonl")).Where(l => !l.IsHealthy)
            .Select(l => l.Entity.Split(':')[0]).Where(n => n.Length > 3).ToHashSet(StringComparer.Ordinal);
        foreach (var source in Directory.EnumerateFiles(RepositoryRoot.File("src", "OpenSre.Diagnosis"), "*.cs", SearchOption.AllDirectories))
        {
            var text = File.ReadAllText(source);
            Assert.All(names, n => Assert.False(text.Contains($"\"{n}\"", StringComparison.Ordinal), $"{Path.GetFileName(source)} names {n}"));
        }
    }

    [Fact]
    public void A_recording_does_not_hold_its_label()
    {
        foreach (var label in CaseLabel.Load(Path.Combine(Folder, "labels.jsonl")).Where(l => !l.IsHealthy))
        {
            var bundle = Bundle.Load(Directory.EnumerateFiles(Folder, label.Case + ".bundle*").Single());
            var seen = bundle.Input + string.Concat(bundle.Exchanges.Select(e => e.Result.Output));
            Assert.False(seen.Contains(label.FaultType, StringComparison.Ordinal), $"{label.Case} shows its fault type");
            Assert.False(seen.Contains(label.Case, StringComparison.Ordinal), $"{label.Case} shows its name");
        }
    }

    private static string Ranking(CaseFile file) => string.Join('|', file.Diagnosis!.Ranked.Select(h => $"{h.FaultType} {h.Entity} {h.Probability:F6}"));
}
