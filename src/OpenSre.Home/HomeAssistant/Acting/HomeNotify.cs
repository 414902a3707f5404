using System.Text.Json.Nodes;

namespace OpenSre.Home;

/// <summary>The second way to people: a notify service of Home Assistant, such as the one of its app on a phone.</summary>
/// <param name="service">A service as in <c>notify.mobile_app_phone</c>, or an entity of the domain <c>notify</c>.</param>
/// <param name="log">Told why it could not be handed over, when that changes.</param>
public sealed class HomeNotify(HomeAssistantClient client, string service, Action<string> log) : ISecondChannel
{
    private const string Title = "OpenSRE";
    private string _problem = "";

    /// <inheritdoc/>
    public async Task<bool> TellAsync(string text, CancellationToken cancellation)
    {
        try
        {
            await client.ConnectAsync(cancellation).ConfigureAwait(false);
            await client.CallAsync(Call(client.House, text), cancellation).ConfigureAwait(false);
            _problem = "";
            return true;
        }
        catch (HomeAssistantException e)
        {
            // Not answered in time counts as not told: to be told twice is better than not at all.
            if (_problem != e.Message)
            {
                _problem = e.Message;
                log($"the second way ({service}) does not work: {OutsideText.Line(e.Message, 200)}");
            }

            return false;
        }
    }

    private ServiceCall Call(House house, string text)
    {
        var data = new JsonObject { ["message"] = text, ["title"] = Title }.ToJsonString();
        return house.Entities.Any(e => e.Id == service)
            ? new ServiceCall("notify", "send_message", [service], data)
            : new ServiceCall("notify", service[(service.IndexOf('.', StringComparison.Ordinal) + 1)..], [], data);
    }
}
