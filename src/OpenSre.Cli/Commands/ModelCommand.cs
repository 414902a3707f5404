using OpenSre.Core;
using OpenSre.Models;

namespace OpenSre.Cli;

/// <summary><c>opensre model</c>: which models there are, which one is used, whether it works, what it was sent.</summary>
internal static class ModelCommand
{
    public static async Task<int> RunAsync(CommandLine line, TextWriter output, TextWriter errors, CancellationToken cancellation)
    {
        var catalogue = ModelSetup.Catalogue(line.Offline);
        var words = line.Input?.Split(' ', 2) ?? ["list"];
        var argument = words.Length > 1 ? words[1] : null;
        try
        {
            switch (words[0], argument)
            {
                case ("list", null):
                    List(catalogue, output);
                    return ExitCodes.Done;
                case ("pick", { } name):
                    var picked = catalogue.Pick(name);
                    var missing = catalogue.Missing(picked);
                    await output.WriteLineAsync($"{picked.Title} is used from now on.{(missing.Length > 0 ? $" It cannot be used yet: {missing}." : "")}").ConfigureAwait(false);
                    return ExitCodes.Done;
                case ("test", _):
                    return await TestAsync(catalogue, argument, output, cancellation).ConfigureAwait(false);
                case ("transcript", _):
                    return await TranscriptAsync(catalogue, argument, output, errors, cancellation).ConfigureAwait(false);
                default:
                    await errors.WriteLineAsync("opensre: model takes list, pick NAME, test [NAME] or transcript [FILE]").ConfigureAwait(false);
                    return ExitCodes.Unusable;
            }
        }
        catch (ModelException e)
        {
            await errors.WriteLineAsync($"opensre: {e.Message}").ConfigureAwait(false);
            return ExitCodes.Unusable;
        }
    }

    private static void List(ModelCatalogue catalogue, TextWriter output)
    {
        var entries = catalogue.List(out var problem);
        foreach (var entry in entries)
        {
            var model = entry.Settings.Model.Length > 0 ? entry.Settings.Model : entry.Settings.Protocol == ModelProtocol.None ? "the built-in engine alone" : "";
            output.WriteLine($"{(entry.Chosen ? "*" : " ")} {entry.Settings.Name,-18} {SafeText.Line(model, 40),-32} {(entry.Usable ? "ready" : "not ready"),-10} {entry.Why}".TrimEnd());
        }

        if (problem is not null)
        {
            output.WriteLine($"none is chosen: {problem}");
        }

        output.WriteLine($"prices of {PriceTable.Default.Date:yyyy-MM-dd}; opensre model pick NAME chooses, test NAME tries{(catalogue.Offline ? "; offline: none is asked" : "")}");
    }

    private static async Task<int> TestAsync(ModelCatalogue catalogue, string? name, TextWriter output, CancellationToken cancellation)
    {
        var settings = name is null ? catalogue.Choose() : catalogue.Find(name);
        if (settings.Protocol == ModelProtocol.None)
        {
            await output.WriteLineAsync("There is no model: the built-in engine works alone.").ConfigureAwait(false);
            return ExitCodes.Done;
        }

        var trial = await catalogue.TestAsync(settings, cancellation).ConfigureAwait(false);
        var figures = trial.Works ? $": first word after {trial.FirstToken.TotalMilliseconds:0} ms, {trial.Usage.Input} tokens read, {trial.Usage.Output} written{(trial.Money is { } money ? $", ${money:0.000000}" : "")}" : "";
        await output.WriteLineAsync(trial.Sentence + figures).ConfigureAwait(false);
        return trial.Works ? ExitCodes.Done : ExitCodes.Failed;
    }

    private static async Task<int> TranscriptAsync(ModelCatalogue catalogue, string? file, TextWriter output, TextWriter errors, CancellationToken cancellation)
    {
        var path = file ?? (Directory.Exists(catalogue.TranscriptFolder) ? Directory.EnumerateFiles(catalogue.TranscriptFolder, "*.jsonl").Order(StringComparer.Ordinal).LastOrDefault() : null);
        if (path is null || !File.Exists(path))
        {
            await errors.WriteLineAsync(file is null ? "opensre: no model was asked yet, so there is no transcript" : $"opensre: there is no transcript {SafeText.Line(file, 200)}").ConfigureAwait(false);
            return ExitCodes.Unusable;
        }

        foreach (var part in Transcript.Read(path))
        {
            cancellation.ThrowIfCancellationRequested();
            await output.WriteAsync(SafeText.Clean(part)).ConfigureAwait(false);
        }

        return ExitCodes.Done;
    }
}
