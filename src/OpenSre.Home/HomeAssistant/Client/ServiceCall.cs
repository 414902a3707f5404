using System.Text.Json.Nodes;

namespace OpenSre.Home;

/// <summary>A service of Home Assistant and the entities it is called for.</summary>
/// <param name="Data">The arguments besides the entities, as JSON; null for none.</param>
public sealed record ServiceCall(string Domain, string Service, IReadOnlyList<string> Entities, string? Data = null)
{
    /// <summary>As it will be sent, for showing and for telling whether two are the same.</summary>
    public override string ToString() => $"{Domain}.{Service} {string.Join(' ', Entities)}{(Data is null ? "" : " " + Data)}";

    internal JsonObject Arguments()
    {
        var arguments = Data is null ? [] : (JsonObject)JsonNode.Parse(Data)!;
        if (Entities.Count > 0)
        {
            arguments["entity_id"] = new JsonArray([.. Entities.Select(e => (JsonNode)JsonValue.Create(e))]);
        }

        return arguments;
    }
}
