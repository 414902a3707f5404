using System.Text.Json;
using OpenSre.Investigation;

namespace OpenSre.Cli;

/// <summary><c>opensre eval host DIR</c> and <c>opensre eval cloud-opsbench DIR</c>: scores the engine on labelled recordings.</summary>
internal static class EvalCommand
{
    public static async Task<int> RunAsync(CommandLine line, TextWriter output, TextWriter errors, CancellationToken cancellation)
    {
        var folder = line.Input!;
        var labelFile = line.Labels ?? Path.Combine(folder, "labels.jsonl");
        if (!Directory.Exists(folder) || !File.Exists(labelFile))
        {
            await errors.WriteLineAsync($"opensre: there is no {(Directory.Exists(folder) ? labelFile : folder)}; eval host takes a folder of bundles with a labels.jsonl").ConfigureAwait(false);
            return ExitCodes.Unusable;
        }

        if (line.Kind == "cloud-opsbench")
        {
            return await CloudOpsBenchAsync(line, folder, labelFile, output, errors, cancellation).ConfigureAwait(false);
        }

        var evaluation = new HostEvaluation(Toolbox.All);
        List<(CaseLabel, CaseResult)> results = [];
        using var results_file = line.Output is null ? null : new StreamWriter(line.Output);
        foreach (var label in CaseLabel.Load(labelFile))
        {
            if (line.Only is not null && !System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(line.Only, label.Case))
            {
                continue;
            }

            var bundle = Directory.EnumerateFiles(folder, label.Case + ".*").FirstOrDefault(f => f.EndsWith(".bundle", StringComparison.Ordinal) || f.EndsWith(".bundle.gz", StringComparison.Ordinal));
            if (bundle is null)
            {
                await errors.WriteLineAsync($"opensre: {label.Case} has a label but no bundle; it is left out").ConfigureAwait(false);
                continue;
            }

            var result = await evaluation.RunAsync(bundle, label, cancellation).ConfigureAwait(false);
            results.Add((label, result));
            if (results_file is not null)
            {
                await results_file.WriteLineAsync(JsonSerializer.Serialize(result, EvaluationJson.Default.CaseResult)).ConfigureAwait(false);
            }
        }

        await output.WriteAsync(new ScoreCard(results).Print($"host incidents in {folder}")).ConfigureAwait(false);
        return ExitCodes.Done;
    }

    private static async Task<int> CloudOpsBenchAsync(CommandLine line, string folder, string labelFile, TextWriter output, TextWriter errors, CancellationToken cancellation)
    {
        List<(CaseLabel, CaseResult)> results = [];
        using var kept = line.Output is null ? null : new StreamWriter(line.Output);
        var leftOut = line.Without?.Split(',');
        foreach (var label in CloudOpsBenchEvaluation.Labels(labelFile))
        {
            var place = Path.Combine(folder, label.Case);
            if ((line.Only is not null && !System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(line.Only, label.Case)) || !Directory.Exists(place))
            {
                continue;
            }

            var result = await CloudOpsBenchEvaluation.RunAsync(place, label, cancellation, leftOut).ConfigureAwait(false);
            results.Add(result);
            if (kept is not null)
            {
                await kept.WriteLineAsync(JsonSerializer.Serialize(result.Result, EvaluationJson.Default.CaseResult)).ConfigureAwait(false);
            }
        }

        if (results.Count == 0)
        {
            await errors.WriteLineAsync($"opensre: no case of {labelFile} is in {folder}").ConfigureAwait(false);
            return ExitCodes.Unusable;
        }

        await output.WriteAsync(new ScoreCard(results, l => l.Note).Print("Cloud-OpsBench incidents")).ConfigureAwait(false);
        return ExitCodes.Done;
    }
}
