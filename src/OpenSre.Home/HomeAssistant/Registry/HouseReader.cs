using System.Text.Json;
using System.Text.Json.Nodes;

namespace OpenSre.Home;

/// <summary>
/// Reads what a house is made of from Home Assistant's registries. An entity is where its device is unless it says otherwise;
/// what is disabled, hidden or only there for settings is left out; blank aliases are dropped.
/// </summary>
internal static class HouseReader
{
    private const int AtOnce = 400;

    public static async Task<House> ReadAsync(HomeAssistantSocket socket, IReadOnlyDictionary<string, EntityState> states, bool ignoreExposure, CancellationToken cancellation)
    {
        List<string> notes = [];
        var floors = await ListAsync(socket, "config/floor_registry/list", notes, "floors", cancellation).ConfigureAwait(false);
        var areas = await ListAsync(socket, "config/area_registry/list", notes, "areas", cancellation).ConfigureAwait(false);
        var devices = await ListAsync(socket, "config/device_registry/list", notes, "devices", cancellation).ConfigureAwait(false);
        var entities = await ListAsync(socket, "config/entity_registry/list", notes, "entities", cancellation).ConfigureAwait(false);
        var labels = await ListAsync(socket, "config/label_registry/list", notes, "labels", cancellation).ConfigureAwait(false);
        var exposed = ignoreExposure ? null : await ExposedAsync(socket, notes, cancellation).ConfigureAwait(false);
        var areaOfDevice = devices.Where(d => Text(d, "id") is not null).ToDictionary(d => Text(d, "id")!, d => Text(d, "area_id"), StringComparer.Ordinal);
        var labelsOfDevice = devices.Where(d => Text(d, "id") is not null).ToDictionary(d => Text(d, "id")!, d => List(d, "labels"), StringComparer.Ordinal);
        var labelsOfArea = areas.Where(a => Text(a, "area_id") is not null).ToDictionary(a => Text(a, "area_id")!, a => List(a, "labels"), StringComparer.Ordinal);
        var spoken = entities.Where(IsSpokenOf).Where(e => Text(e, "entity_id") is not null).ToList();
        var aliases = await AliasesAsync(socket, [.. spoken.Select(e => Text(e, "entity_id")!)], notes, cancellation).ConfigureAwait(false);
        var all = new List<HomeEntity>();
        foreach (var entity in spoken)
        {
            var id = Text(entity, "entity_id")!;
            states.TryGetValue(id, out var state);
            var device = Text(entity, "device_id");
            var name = Clean(state?.Text("friendly_name") ?? Text(entity, "name") ?? Text(entity, "original_name") ?? id);
            IEnumerable<string?> others = [Text(entity, "name"), .. aliases.GetValueOrDefault(id) ?? []];
            var area = Text(entity, "area_id") ?? (device is null ? null : areaOfDevice.GetValueOrDefault(device));
            all.Add(new HomeEntity(
                id,
                name,
                [.. others.OfType<string>().Where(a => a.Trim().Length > 0 && !string.Equals(a, name, StringComparison.OrdinalIgnoreCase)).Distinct(StringComparer.OrdinalIgnoreCase)],
                area,
                state?.Text("device_class") ?? Text(entity, "device_class") ?? Text(entity, "original_device_class"),
                exposed is null || exposed.Contains(id))
            {
                Labels = [.. List(entity, "labels").Concat(device is null ? [] : labelsOfDevice.GetValueOrDefault(device) ?? []).Concat(area is null ? [] : labelsOfArea.GetValueOrDefault(area) ?? []).Distinct(StringComparer.Ordinal)],
            });
        }

        // What has no place in the registry has a state and a name all the same.
        var registered = entities.Select(e => Text(e, "entity_id")).ToHashSet(StringComparer.Ordinal);
        all.AddRange(WithoutRegistry(states.Values.Where(s => !registered.Contains(s.Id)), exposed));
        return new House(
            [.. floors.Where(HasName).Select(f => new Floor(Text(f, "floor_id") ?? "", Clean(Text(f, "name")!), Aliases(f), Level(f)))],
            [.. areas.Where(HasName).Select(a => new Area(Text(a, "area_id") ?? "", Clean(Text(a, "name")!), Aliases(a), Text(a, "floor_id")))],
            all,
            notes)
        {
            Labels = [.. labels.Where(HasName).Select(l => new HomeLabel(Text(l, "label_id") ?? "", Clean(Text(l, "name")!)))],
        };
    }

    /// <summary>A house of which only states are known: names, and no rooms.</summary>
    public static House OfStates(IEnumerable<EntityState> states, string note) => new([], [], [.. WithoutRegistry(states, null)], [note]);

    private static IEnumerable<HomeEntity> WithoutRegistry(IEnumerable<EntityState> states, IReadOnlySet<string>? exposed) =>
        states.Select(s => new HomeEntity(s.Id, s.Text("friendly_name") is { Length: > 0 } name ? Clean(name) : s.Id, [], null, s.Text("device_class"), exposed is null || exposed.Contains(s.Id) || s.Id.StartsWith("zone.", StringComparison.Ordinal)));

    private static bool IsSpokenOf(JsonElement entity) => Text(entity, "disabled_by") is null && Text(entity, "hidden_by") is null && Text(entity, "entity_category") is null;

    private static async Task<IReadOnlySet<string>?> ExposedAsync(HomeAssistantSocket socket, List<string> notes, CancellationToken cancellation)
    {
        try
        {
            var answer = await socket.AskAsync(new JsonObject { ["type"] = "homeassistant/expose_entity/list" }, cancellation).ConfigureAwait(false);
            return answer.GetProperty("exposed_entities").EnumerateObject()
                .Where(e => e.Value.TryGetProperty("conversation", out var conversation) && conversation.ValueKind == JsonValueKind.True)
                .Select(e => e.Name).ToHashSet(StringComparer.Ordinal);
        }
        catch (Exception e) when (e is HomeAssistantException { Fault: HomeAssistantFault.NotFound or HomeAssistantFault.Refused or HomeAssistantFault.Failed } or KeyNotFoundException or InvalidOperationException)
        {
            // Without the list nothing is known to be exposed, and nothing is acted on.
            notes.Add($"what is exposed to conversation cannot be read ({e.Message}): nothing is acted on");
            return new HashSet<string>();
        }
    }

    private static async Task<IReadOnlyDictionary<string, IReadOnlyList<string>>> AliasesAsync(HomeAssistantSocket socket, IReadOnlyList<string> ids, List<string> notes, CancellationToken cancellation)
    {
        var aliases = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        try
        {
            foreach (var chunk in ids.Chunk(AtOnce))
            {
                var answer = await socket.AskAsync(new JsonObject { ["type"] = "config/entity_registry/get_entries", ["entity_ids"] = new JsonArray([.. chunk.Select(i => (JsonNode)JsonValue.Create(i))]) }, cancellation).ConfigureAwait(false);
                foreach (var entry in answer.EnumerateObject().Where(e => e.Value.ValueKind == JsonValueKind.Object))
                {
                    aliases[entry.Name] = Aliases(entry.Value);
                }
            }
        }
        catch (Exception e) when (e is HomeAssistantException { Fault: not (HomeAssistantFault.Unreachable or HomeAssistantFault.TimedOut) } or InvalidOperationException)
        {
            notes.Add($"aliases cannot be read ({e.Message}): only names are understood");
        }

        return aliases;
    }

    private static async Task<IReadOnlyList<JsonElement>> ListAsync(HomeAssistantSocket socket, string command, List<string> notes, string what, CancellationToken cancellation)
    {
        try
        {
            var answer = await socket.AskAsync(new JsonObject { ["type"] = command }, cancellation).ConfigureAwait(false);
            return answer.ValueKind == JsonValueKind.Array ? [.. answer.EnumerateArray().Where(e => e.ValueKind == JsonValueKind.Object)] : [];
        }
        catch (HomeAssistantException e) when (e.Fault is HomeAssistantFault.NotFound or HomeAssistantFault.Refused or HomeAssistantFault.Failed)
        {
            notes.Add($"its {what} cannot be read ({e.Message})");
            return [];
        }
    }

    /// <summary>Names are repeated to people, and come from outside.</summary>
    private static string Clean(string name) => OpenSre.Core.SafeText.Line(name, 80);

    private static bool HasName(JsonElement element) => Text(element, "name") is not null;

    private static int? Level(JsonElement floor) => floor.TryGetProperty("level", out var level) && level.ValueKind == JsonValueKind.Number ? level.GetInt32() : null;

    private static IReadOnlyList<string> Aliases(JsonElement element) => List(element, "aliases");

    private static IReadOnlyList<string> List(JsonElement element, string key) => element.TryGetProperty(key, out var list) && list.ValueKind == JsonValueKind.Array
        ? [.. list.EnumerateArray().Where(a => a.ValueKind == JsonValueKind.String).Select(a => a.GetString()!).Where(a => a.Trim().Length > 0)]
        : [];

    private static string? Text(JsonElement element, string key) => element.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { } text && text.Trim().Length > 0 ? text : null;
}
