using System.Text.Json.Nodes;
using OpenSre.Home;

namespace OpenSre.Cli;

/// <summary><c>opensre eval home-assistant SENTENCES.jsonl --home HOME.yaml</c>: how well sentences about a house are understood.</summary>
internal static class SentenceEvaluation
{
    public const string Kind = "home-assistant";

    public static async Task<int> RunAsync(string sentences, string? home, string? kept, TextWriter output, TextWriter errors)
    {
        if (home is null)
        {
            await errors.WriteLineAsync("opensre: the house is missing, as in: opensre eval home-assistant sentences.jsonl --home home.yaml").ConfigureAwait(false);
            return ExitCodes.Unusable;
        }

        IReadOnlyList<SentenceResult> results;
        try
        {
            using var house = new StreamReader(home);
            using var lines = new StreamReader(sentences);
            results = SentenceScore.Score(SentenceCase.Read(lines), HouseFile.Read(house));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            await errors.WriteLineAsync($"opensre: {e.Message}").ConfigureAwait(false);
            return ExitCodes.Unusable;
        }

        if (results.Count == 0)
        {
            await errors.WriteLineAsync($"opensre: there is no sentence in {sentences}").ConfigureAwait(false);
            return ExitCodes.Unusable;
        }

        if (kept is not null)
        {
            await File.WriteAllLinesAsync(kept, results.Select(Line)).ConfigureAwait(false);
        }

        await output.WriteAsync(SentenceScore.Print($"sentences in {sentences}, said in {home}", results)).ConfigureAwait(false);
        return ExitCodes.Done;
    }

    private static string Line(SentenceResult result)
    {
        var slots = new JsonObject();
        foreach (var (slot, value) in result.Understood?.Slots ?? new Dictionary<string, object>())
        {
            slots[slot] = value is decimal number ? JsonValue.Create(number) : JsonValue.Create(value.ToString());
        }

        return new JsonObject { ["sentence"] = result.Case.Sentence, ["outcome"] = result.Outcome.ToString(), ["intent"] = result.Understood?.Intent, ["slots"] = slots }.ToJsonString();
    }
}
