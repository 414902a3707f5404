using System.Text.Json;
using System.Text.Json.Nodes;

namespace OpenSre.Home;

/// <summary>
/// Plays what somebody names. The player itself is asked what it finds for the words (<c>media_player.search_media</c>), and the
/// first that can be played is played (<c>media_player.play_media</c>). What was found is said: it may be another thing of that name.
/// </summary>
internal sealed class HomePlay(HomeAssistantClient client, IReadOnlyList<string> confirmEntities)
{
    private const int LongestTitle = 80;

    public async Task<HomeDecision> PlanAsync(HomeRequest request, IReadOnlyDictionary<string, EntityState> states, CancellationToken cancellation)
    {
        var wanted = request.Text ?? "";
        var targets = new TargetResolver(client.House, states).ToActOn(request.Named.Count > 0 ? request : request with { Domain = "media_player" });
        if (targets.Say is { } say)
        {
            return HomeDecision.Ask(say);
        }

        if (targets.Entities.Where(e => e.Domain == "media_player").ToList() is not [var player])
        {
            return HomeDecision.Ask(targets.Entities.Any(e => e.Domain == "media_player")
                ? $"on which one: {string.Join(", ", targets.Entities.Where(e => e.Domain == "media_player").Take(8).Select(e => e.Name))}?"
                : $"{targets.Subject} plays nothing");
        }

        if (confirmEntities.Any(c => c == player.Id || c.Equals(player.Name, StringComparison.OrdinalIgnoreCase)))
        {
            return HomeDecision.Refuse($"{player.Name} needs a confirmation, and what a search will find cannot be confirmed before; choose it there");
        }

        JsonElement reply;
        try
        {
            var query = new JsonObject { ["search_query"] = wanted };
            if (request.MediaClass is { } kind)
            {
                query["media_filter_classes"] = new JsonArray(kind);
            }

            reply = await client.CallForReplyAsync(new ServiceCall("media_player", "search_media", [player.Id], query.ToJsonString()), cancellation).ConfigureAwait(false);
        }
        catch (HomeAssistantException e) when (e.Fault is HomeAssistantFault.NotFound or HomeAssistantFault.Refused or HomeAssistantFault.Failed)
        {
            return HomeDecision.Refuse($"{player.Name} cannot look for what it should play ({OutsideText.Line(e.Message.TrimEnd('.'), 120)}); nothing was done");
        }

        if (First(reply, player.Id) is not var (title, id, type))
        {
            return HomeDecision.Refuse($"{player.Name} finds nothing it could play for “{OutsideText.Line(wanted, LongestTitle)}”; nothing was done");
        }

        var was = states.GetValueOrDefault(player.Id);
        var data = new JsonObject { ["media_content_id"] = id, ["media_content_type"] = type }.ToJsonString();
        var goal = $"playing “{OutsideText.Line(title, LongestTitle)}”";
        return new HomeDecision(new HomePlan($"play “{OutsideText.Line(title, LongestTitle)}” on {player.Name}", player.Name, [new HomeStep("media_player", "play_media", data, [player], s => IsAnother(s, was), goal)], HomeRisk.Free), null);
    }

    /// <summary>Whether it plays, and something else than before.</summary>
    private static bool IsAnother(EntityState now, EntityState? was) => now.State is "playing" or "buffering"
        && (was?.State is not ("playing" or "buffering") || now.Text("media_content_id") != was.Text("media_content_id") || now.Text("media_title") != was.Text("media_title"));

    /// <summary>The first thing found that can be played; by the player's id where the reply is by entity.</summary>
    private static (string Title, string Id, string Type)? First(JsonElement reply, string player)
    {
        var found = reply.ValueKind == JsonValueKind.Object && reply.TryGetProperty(player, out var own) ? own : reply;
        if (found.ValueKind != JsonValueKind.Object || !found.TryGetProperty("result", out var list) || list.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        foreach (var item in list.EnumerateArray().Where(i => i.ValueKind == JsonValueKind.Object && !(i.TryGetProperty("can_play", out var can) && can.ValueKind == JsonValueKind.False)))
        {
            if (item.Text("media_content_id") is { Length: > 0 } id && item.Text("media_content_type") is { Length: > 0 } type)
            {
                return (item.Text("title") ?? id, id, type);
            }
        }

        return null;
    }
}
