using System.Globalization;
using System.Text.Json;

namespace OpenSre.Home;

/// <summary>What an entity is at a moment.</summary>
/// <param name="State">In Home Assistant's words: on, locked, 21.5, unavailable.</param>
/// <param name="Attributes">What it says of itself besides, as it says it.</param>
/// <param name="Changed">Since when it is in this state.</param>
public sealed record EntityState(string Id, string State, JsonElement Attributes, DateTimeOffset Changed)
{
    /// <summary>Neither the state nor what is asked of it can be relied on.</summary>
    public bool IsUnavailable => State is "unavailable" or "unknown";

    /// <summary>The device does not report back: the state is what was last sent.</summary>
    public bool IsAssumed => Attributes.ValueKind == JsonValueKind.Object && Attributes.TryGetProperty("assumed_state", out var assumed) && assumed.ValueKind == JsonValueKind.True;

    public string? Text(string attribute) => Attributes.ValueKind == JsonValueKind.Object && Attributes.TryGetProperty(attribute, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    public double? Number(string attribute)
    {
        if (Attributes.ValueKind != JsonValueKind.Object || !Attributes.TryGetProperty(attribute, out var value))
        {
            return null;
        }

        return value.ValueKind switch
        {
            JsonValueKind.Number => value.GetDouble(),
            JsonValueKind.String when double.TryParse(value.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
            _ => null,
        };
    }

    /// <summary>Reads one as REST and the event stream write it; null when it is not one.</summary>
    internal static EntityState? Read(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty("entity_id", out var id) || id.GetString() is not { Length: > 0 } entity || !json.TryGetProperty("state", out var state))
        {
            return null;
        }

        var attributes = json.TryGetProperty("attributes", out var given) ? given.Clone() : default;
        return new EntityState(entity, state.ToString(), attributes, Time(json, "last_changed") ?? Time(json, "last_updated") ?? default);
    }

    internal static DateTimeOffset? Time(JsonElement json, string key) =>
        json.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String && DateTimeOffset.TryParse(value.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
}
