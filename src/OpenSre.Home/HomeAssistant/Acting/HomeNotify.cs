using System.Text.Json.Nodes;

namespace OpenSre.Home;

/// <summary>The second way to people: a notify service of Home Assistant, such as the one of its app on a phone.</summary>
/// <param name="service">A service as in <c>notify.mobile_app_phone</c>, or an entity of the domain <c>notify</c>.</param>
/// <param name="log">Told why it could not be handed over, when that changes.</param>
public sealed class HomeNotify(HomeAssistantClient client, string service, Action<string> log) : HomeWay(client, $"the second way ({service})", log)
{
    private const string Title = "OpenSRE";

    protected override ServiceCall Call(House house, string text)
    {
        ArgumentNullException.ThrowIfNull(house);
        var data = new JsonObject { ["message"] = text, ["title"] = Title }.ToJsonString();
        return house.Entities.Any(e => e.Id == service)
            ? new ServiceCall("notify", "send_message", [service], data)
            : new ServiceCall("notify", service[(service.IndexOf('.', StringComparison.Ordinal) + 1)..], [], data);
    }
}
