namespace OpenSre.Home;

/// <summary>A second way to people that is a call of a service of Home Assistant.</summary>
/// <param name="what">What it goes by, as in "the second way (notify.phone)".</param>
/// <param name="log">Told why it could not be handed over, when that changes.</param>
public abstract class HomeWay(HomeAssistantClient client, string what, Action<string> log) : ISecondChannel
{
    private string _problem = "";

    /// <inheritdoc/>
    public async Task<bool> TellAsync(string text, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(text);
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
                log($"{what} does not work: {OutsideText.Line(e.Message, 200)}");
            }

            return false;
        }
    }

    /// <summary>The call that tells a text.</summary>
    protected abstract ServiceCall Call(House house, string text);
}
