namespace OpenSre.Home;

/// <param name="Patience">An answer complete within this is sent as one message and never edited.</param>
/// <param name="FirstEdit">Time until the first edit; each further wait is half as long again.</param>
/// <param name="MostEdits">Edits on the way; the last text always comes.</param>
public sealed record AnswerPace(TimeSpan Patience, TimeSpan FirstEdit, int MostEdits)
{
    public static AnswerPace Usual { get; } = new(TimeSpan.FromMilliseconds(150), TimeSpan.FromSeconds(2), 8);
}

/// <summary>One answer in one message: sent with its first words, edited as it grows, and in the end all there.</summary>
internal sealed class GrowingAnswer(IChatChannel channel, string chat, string key, ChatQuote? quote, AnswerPace pace, TimeProvider time, CancellationToken cancellation)
{
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile string _latest = "";
    private Task? _showing;

    public string Text => _latest;

    public void Say(string text)
    {
        if (text.Length > 0)
        {
            _latest = text;
            _begun.TrySetResult();
            _showing ??= ShowAsync();
        }
    }

    /// <summary>Returns when the whole answer is out or kept for later.</summary>
    public async Task EndAsync()
    {
        _ended.TrySetResult();
        if (_showing is not null)
        {
            await _showing.ConfigureAwait(false);
        }
    }

    private async Task ShowAsync()
    {
        await _begun.Task.ConfigureAwait(false);
        await SoonAsync(pace.Patience).ConfigureAwait(false);
        var shown = _latest;
        var isLast = _ended.Task.IsCompleted;
        // What is on the way is shown as its beginning; only the whole is spread over several messages.
        var timestamp = await channel.SendAsync(chat, isLast ? shown : First(shown), key, quote, cancellation).ConfigureAwait(false);
        if (isLast)
        {
            return;
        }

        var wait = pace.FirstEdit;
        for (var edits = 0; !_ended.Task.IsCompleted && edits < pace.MostEdits; wait *= 1.5)
        {
            await SoonAsync(wait).ConfigureAwait(false);
            if (!_ended.Task.IsCompleted && timestamp is { } known && _latest != shown)
            {
                var latest = _latest;
                shown = await channel.EditAsync(chat, known, First(latest), cancellation).ConfigureAwait(false) ? latest : shown;
                edits++;
            }
        }

        await _ended.Task.ConfigureAwait(false);
        await FinishAsync(timestamp, shown).ConfigureAwait(false);
    }

    private async Task FinishAsync(long? timestamp, string shown)
    {
        var first = First(_latest);
        if (timestamp is null)
        {
            // It still waits, so the whole takes its place; where it is in doubt, this changes nothing and the end comes by itself.
            timestamp = await channel.SendAsync(chat, _latest, key, quote, cancellation).ConfigureAwait(false);
            if (timestamp is null || shown == _latest)
            {
                return;
            }
        }

        if (first != First(shown) && !await channel.EditAsync(chat, timestamp.Value, first, cancellation).ConfigureAwait(false))
        {
            await channel.SendAsync(chat, _latest, key + ":end", null, cancellation).ConfigureAwait(false);
        }
        else if (first.Length < _latest.Trim().Length)
        {
            await channel.SendAsync(chat, _latest.Trim()[first.Length..], key + ":rest", null, cancellation).ConfigureAwait(false);
        }
    }

    private string First(string text) => channel.LongestText == int.MaxValue ? text.Trim() : MessageParts.Beginning(text);

    private Task SoonAsync(TimeSpan wait) => Task.WhenAny(_ended.Task, Task.Delay(wait, time, CancellationToken.None));
}
