using System.Text.Json;
using System.Text.Json.Serialization;
using OpenSre.Core;
using OpenSre.Diagnostics;

namespace OpenSre.Investigation;

/// <summary>What is true of a case of RootCauseBench.</summary>
/// <param name="RootCauseCommit">An id, or "none".</param>
/// <param name="DecoyDeployCommits">Commits that look guilty and are not.</param>
public sealed record RootCauseBenchTruth(
    [property: JsonPropertyName("root_cause_commit")] string RootCauseCommit,
    [property: JsonPropertyName("remediation")] string? Remediation,
    [property: JsonPropertyName("decoy_deploy_commits")] IReadOnlyList<string>? DecoyDeployCommits);

/// <summary>A label; the engine never sees it.</summary>
public sealed record RootCauseBenchLabel(string Case, RootCauseBenchTruth Answer);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(RootCauseBenchLabel))]
public sealed partial class RootCauseBenchJson : JsonSerializerContext;

/// <summary>"Which commit brought it, or none?": folders of inputs beside a file of labels.</summary>
public sealed class RootCauseBenchIncidents : IIncidentSet
{
    /// <summary>The answer that no commit brought it.</summary>
    public const string None = "none";

    private const string Commit = "commit";

    public string Kind => "root-cause-bench";

    public string Title => "RootCauseBench incidents";

    public double Temperature => TelemetryProfile.Instance.Weighing.Temperature;

    public Func<CaseLabel, string>? Group => l => l.Entity == None ? "no commit" : "a commit";

    public IEnumerable<LabelledCase> Cases(string folder, string? labels)
    {
        var path = IncidentSets.LabelFile(folder, labels);
        foreach (var (number, line) in File.ReadLines(path).Where(l => l.Length > 0).Index())
        {
            var label = Read(path, line);
            var place = Path.Combine(folder, label.Case);
            if (Directory.Exists(place))
            {
                var truth = new CaseLabel(label.Case, "root_cause", "commit", label.Answer.RootCauseCommit, Commit, label.Answer.Remediation ?? "")
                {
                    Decoys = label.Answer.DecoyDeployCommits,
                };
                yield return new LabelledCase(truth, (options, cancellation) => TelemetryEvaluation.RunAsync(RootCauseBenchCase.Load(place), truth, options, number, cancellation, Answer, Answers));
            }
        }
    }

    private static RankedAnswer? Answer(string fault, Entity entity, double probability) =>
        FaultCatalogue.Find(fault) is null ? null : new RankedAnswer(Commit, fault == TelemetryFaults.Code ? entity.Name : None, probability);

    /// <summary>Commits with their probabilities; "none" has what is left: every other cause and the unknown.</summary>
    internal static List<RankedAnswer> Answers(IReadOnlyList<Hypothesis> ranked)
    {
        var commits = ranked.Where(h => h.FaultType == TelemetryFaults.Code).Select(h => new RankedAnswer(Commit, h.Entity.Name, h.Probability)).ToList();
        commits.Add(new RankedAnswer(Commit, None, Math.Max(0, 1 - commits.Sum(c => c.Probability))));
        return [.. commits.OrderByDescending(c => c.Probability)];
    }

    private static RootCauseBenchLabel Read(string path, string line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, RootCauseBenchJson.Default.RootCauseBenchLabel) ?? throw new JsonException("null");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path} holds a line that is no label: {e.Message}", e);
        }
    }
}
