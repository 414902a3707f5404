using System.Text.Json;

namespace OpenSre.Home;

/// <summary>What Home Assistant's own conversation agent made of a sentence, without doing it.</summary>
/// <param name="Intent">Its name there, such as HassTurnOn.</param>
/// <param name="Targets">The entities it would act on.</param>
/// <param name="IsSure">It matched the sentence outright, and not by likeness.</param>
public sealed record AssistSighting(string Intent, IReadOnlyList<string> Targets, bool IsSure)
{
    /// <summary>Reads one result of the debug command; null where the agent understood nothing.</summary>
    internal static AssistSighting? Read(JsonElement result)
    {
        if (result.ValueKind != JsonValueKind.Object || !result.TryGetProperty("intent", out var intent) || intent.ValueKind != JsonValueKind.Object || !intent.TryGetProperty("name", out var name) || name.GetString() is not { } known)
        {
            return null;
        }

        List<string> targets = [];
        if (result.TryGetProperty("targets", out var given) && given.ValueKind == JsonValueKind.Object)
        {
            targets.AddRange(given.EnumerateObject().Where(t => !t.Value.TryGetProperty("matched", out var matched) || matched.ValueKind == JsonValueKind.True).Select(t => t.Name));
        }

        var isMatch = !result.TryGetProperty("match", out var match) || match.ValueKind == JsonValueKind.True;
        var isFuzzy = result.TryGetProperty("fuzzy_match", out var fuzzy) && fuzzy.ValueKind == JsonValueKind.True;
        return new AssistSighting(known, targets, isMatch && !isFuzzy);
    }
}
