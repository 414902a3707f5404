using System.Text.Json;

namespace OpenSre.Home;

/// <summary>A sentence and what it means: one line of a file of labelled sentences.</summary>
/// <param name="Intent">Empty where nothing may be understood.</param>
/// <param name="Slots">Each slot and the values that are right for it.</param>
/// <param name="AskersArea">The room it is said in; null when that plays no part.</param>
/// <param name="House">The house it is said in; null for the one that is given along.</param>
public sealed record SentenceCase(string Sentence, string Intent, IReadOnlyDictionary<string, IReadOnlyList<object>> Slots, string? AskersArea, House? House)
{
    /// <summary>
    /// Reads JSON Lines: <c>sentence</c>, <c>intent</c>, <c>slots</c>, <c>context.area</c>, and <c>home</c>, which is the name of the
    /// given house or an object with <c>areas</c> and <c>entities</c> (name, domain or id, area).
    /// </summary>
    /// <exception cref="InvalidDataException">A line is not that.</exception>
    public static IReadOnlyList<SentenceCase> Read(TextReader lines)
    {
        List<SentenceCase> cases = [];
        var number = 0;
        while (lines.ReadLine() is { } line)
        {
            number++;
            if (line.Trim().Length == 0)
            {
                continue;
            }

            try
            {
                using var json = JsonDocument.Parse(line);
                cases.Add(Read(json.RootElement));
            }
            catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
            {
                throw new InvalidDataException($"line {number} is no labelled sentence: {e.Message}", e);
            }
        }

        return cases;
    }

    private static SentenceCase Read(JsonElement line)
    {
        var slots = new Dictionary<string, IReadOnlyList<object>>(StringComparer.Ordinal);
        if (line.TryGetProperty("slots", out var given))
        {
            foreach (var slot in given.EnumerateObject())
            {
                slots[slot.Name] = slot.Value.ValueKind == JsonValueKind.Array ? [.. slot.Value.EnumerateArray().Select(Value)] : [Value(slot.Value)];
            }
        }

        var area = line.TryGetProperty("context", out var context) && context.ValueKind == JsonValueKind.Object && context.TryGetProperty("area", out var said) ? said.GetString() : null;
        return new SentenceCase(line.GetProperty("sentence").GetString() ?? "", line.GetProperty("intent").GetString() ?? "", slots, area, line.TryGetProperty("home", out var home) && home.ValueKind == JsonValueKind.Object ? ReadHouse(home) : null);
    }

    private static House ReadHouse(JsonElement home)
    {
        var areas = Items(home, "areas").Select(a => new Area(a.Text("id") ?? a.Text("name") ?? "", a.Text("name") ?? "", [], a.Text("floor"))).ToList();
        var floors = Items(home, "floors").Select(f => new Floor(f.Text("id") ?? f.Text("name") ?? "", f.Text("name") ?? "", [])).ToList();
        return new House(floors, areas, [.. Items(home, "entities").Select(Entity)], []);
    }

    private static HomeEntity Entity(JsonElement entity)
    {
        var name = entity.Text("name") ?? "";
        return new HomeEntity(entity.Text("id") ?? HouseFile.Identifier(entity.Text("domain") ?? "", name), name, [], entity.Text("area"), entity.Text("device_class"));
    }

    private static IEnumerable<JsonElement> Items(JsonElement home, string key) => home.TryGetProperty(key, out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : [];

    private static object Value(JsonElement value) => value.ValueKind == JsonValueKind.Number ? value.GetDecimal() : value.ToString();
}
