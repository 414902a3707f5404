using System.IO.Enumeration;
using System.Text.Json;
using OpenSre.Investigation;

namespace OpenSre.Cli;

/// <summary><c>opensre eval KIND DIR</c>: scores the engine on labelled recordings.</summary>
internal static class EvalCommand
{
    public static async Task<int> RunAsync(CommandLine line, TextWriter output, TextWriter errors, CancellationToken cancellation)
    {
        var folder = line.Input!;
        var sets = IncidentSets.All(Toolbox.All);
        if (line.Kind == LogGrouping.Kind && Directory.Exists(folder))
        {
            return await ScoreLogsAsync(line, folder, output, errors).ConfigureAwait(false);
        }

        if (line.Kind == SentenceEvaluation.Kind)
        {
            return await SentenceEvaluation.RunAsync(folder, line.Home, line.Output, output, errors).ConfigureAwait(false);
        }

        if (sets.FirstOrDefault(s => s.Kind == line.Kind) is not { } set)
        {
            await errors.WriteLineAsync($"opensre: eval knows {string.Join(", ", sets.Select(s => s.Kind).Append(LogGrouping.Kind).Append(SentenceEvaluation.Kind))}, as in: opensre eval host examples/incidents").ConfigureAwait(false);
            return ExitCodes.Unusable;
        }

        if (!Directory.Exists(folder))
        {
            await errors.WriteLineAsync($"opensre: there is no folder {folder}; eval {set.Kind} takes a folder of labelled recordings").ConfigureAwait(false);
            return ExitCodes.Unusable;
        }

        try
        {
            return await ScoreAsync(set, line, folder, output, errors, cancellation).ConfigureAwait(false);
        }
        catch (InvalidDataException e)
        {
            await errors.WriteLineAsync($"opensre: {e.Message}").ConfigureAwait(false);
            return ExitCodes.Unusable;
        }
    }

    private static async Task<int> ScoreAsync(IIncidentSet set, CommandLine line, string folder, TextWriter output, TextWriter errors, CancellationToken cancellation)
    {
        if (line.Variant is not null && Variant.Parse(line.Variant) is null)
        {
            await errors.WriteLineAsync($"opensre: there is no variant {OpenSre.Core.SafeText.Line(line.Variant, 60)}; there are rename, shift-time, shuffle, noise, drop-family, and drop-family={string.Join('|', TelemetryFamilies.All)}").ConfigureAwait(false);
            return ExitCodes.Unusable;
        }

        var options = new EvaluationOptions(line.Without?.Split(',') ?? [], line.Variant is null ? null : Variant.Parse(line.Variant), ScriptedModels.Find(line.Model) ?? (line.Model is null ? null : ModelSetup.Advice(line.Model, line.Offline)));
        List<(CaseLabel, CaseResult)> results = [];
        using var kept = line.Output is null ? null : new StreamWriter(line.Output);
        foreach (var recorded in set.Cases(folder, line.Labels))
        {
            var label = recorded.Label;
            if ((line.Only is not null && !FileSystemName.MatchesSimpleExpression(line.Only, label.Case)) || (line.LeaveOneOut && recorded.Faults.Count == 0))
            {
                continue;
            }

            var result = await recorded.Run(line.LeaveOneOut ? options with { Without = [.. options.Without, .. recorded.Faults] } : options, cancellation).ConfigureAwait(false);
            results.Add((label, result));
            if (kept is not null)
            {
                await kept.WriteLineAsync(JsonSerializer.Serialize(result, EvaluationJson.Default.CaseResult)).ConfigureAwait(false);
            }

            if (!Console.IsErrorRedirected)
            {
                await errors.WriteAsync($"\r{results.Count} cases ").ConfigureAwait(false);
            }
        }

        if (!Console.IsErrorRedirected)
        {
            await errors.WriteAsync("\r              \r").ConfigureAwait(false);
        }

        if (results.Count == 0)
        {
            await errors.WriteLineAsync($"opensre: no case is left of {folder}{(line.Only is null ? "" : $" with --only {line.Only}")}").ConfigureAwait(false);
            return ExitCodes.Unusable;
        }

        var title = $"{set.Title} in {folder}{(line.Variant is null ? "" : $", told by {line.Variant}")}";
        await output.WriteAsync(line.LeaveOneOut ? ForgottenTypes.Print(results) : new ScoreCard(results, set.Group).Print(title)).ConfigureAwait(false);
        if (line.Fit)
        {
            await output.WriteAsync("\n" + Calibration.Print(results, set.Temperature)).ConfigureAwait(false);
        }

        return ExitCodes.Done;
    }

    private static async Task<int> ScoreLogsAsync(CommandLine line, string folder, TextWriter output, TextWriter errors)
    {
        List<LogGroupingScore> scores = [];
        using var kept = line.Output is null ? null : new StreamWriter(line.Output);
        try
        {
            foreach (var score in LogGrouping.Score(folder).Where(s => line.Only is null || FileSystemName.MatchesSimpleExpression(line.Only, s.Name)))
            {
                scores.Add(score);
                if (kept is not null)
                {
                    await kept.WriteLineAsync(JsonSerializer.Serialize(score, LogGroupingJson.Default.LogGroupingScore)).ConfigureAwait(false);
                }
            }
        }
        catch (InvalidDataException e)
        {
            await errors.WriteLineAsync($"opensre: {e.Message}").ConfigureAwait(false);
            return ExitCodes.Unusable;
        }

        if (scores.Count == 0)
        {
            await errors.WriteLineAsync($"opensre: there is no NAME_structured.csv below {folder}{(line.Only is null ? "" : $" with --only {line.Only}")}; eval logs takes labelled logs in the manner of loghub").ConfigureAwait(false);
            return ExitCodes.Unusable;
        }

        await output.WriteAsync(LogGrouping.Print($"log templates in {folder}", scores)).ConfigureAwait(false);
        return ExitCodes.Done;
    }
}
