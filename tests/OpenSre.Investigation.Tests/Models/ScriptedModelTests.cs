using OpenSre.Investigation;
using OpenSre.Sources;

namespace OpenSre.Tests.Investigation;

/// <summary>Models without a mind, over all recorded incidents.</summary>
public sealed class ScriptedModelTests
{
    private static async Task<List<(CaseLabel Label, CaseResult Result)>> RunAsync(string? model)
    {
        var set = IncidentSets.All(r => EvidenceTools.All(r)).Single(s => s.Kind == "host");
        List<(CaseLabel, CaseResult)> results = [];
        foreach (var recorded in set.Cases(RepositoryRoot.File("examples", "incidents"), null))
        {
            results.Add((recorded.Label, await recorded.Run(new EvaluationOptions([], Advice: ScriptedModels.Find(model)), TestContext.Current.CancellationToken)));
        }

        return results;
    }

    [Fact]
    public async Task Following_the_engine_never_lowers_the_share_of_right_answers()
    {
        var alone = await RunAsync(null);
        var followed = await RunAsync("scripted-follow");
        Assert.True(new ScoreCard(followed).AccuracyAtOne >= new ScoreCard(alone).AccuracyAtOne);
        Assert.All(alone.Zip(followed), pair => Assert.True(!pair.First.Result.Right || pair.Second.Result.Right, $"{pair.First.Label.Case} was right without the model"));
        Assert.All(followed.Where(f => f.Result.Right), f => Assert.False(f.Result.Model?.Flagged ?? false, $"{f.Label.Case}: what the engine says is flagged"));
    }

    [Fact]
    public async Task Being_wrong_against_decisive_evidence_is_always_flagged_and_never_moves_the_diagnosis()
    {
        var alone = await RunAsync(null);
        var wrong = await RunAsync("scripted-wrong");
        var contradicted = wrong.Where(w => w.Result.Model?.Contradicted == true).ToList();
        Assert.True(contradicted.Count >= 30, $"only {contradicted.Count} cases have decisive evidence against the wrong answer");
        Assert.All(contradicted, w => Assert.True(w.Result.Model!.Flagged, $"{w.Label.Case}: {w.Result.Model.Conclusion} is not flagged"));
        Assert.All(alone.Zip(wrong), pair => Assert.True(!pair.First.Result.Right || pair.Second.Result.Right, $"{pair.First.Label.Case} was right without the model"));
    }
}
