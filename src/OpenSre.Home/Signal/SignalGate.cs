using OpenSre.Core;

namespace OpenSre.Home;

/// <summary>
/// Decides what of a Signal frame is a message for us. Only people on the list are heard, by UUID; others are dropped
/// without a sign and counted. Each message is taken once, whichever way it came.
/// </summary>
public sealed class SignalGate
{
    private readonly HomeConfig _config;
    private readonly SignalSettings _settings;
    private readonly EnvelopeReader _reader;
    private readonly Outbox _outbox;
    private readonly Inbox _inbox;
    private readonly Pairing _pairing;
    private readonly HomeMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly Action<string> _log;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _unusable = new(StringComparer.Ordinal);
    private const int MostKinds = 100;
    private long _strangersSaid;

    public SignalGate(HomeConfig config, Outbox outbox, Inbox inbox, Pairing pairing, HomeMetrics metrics, TimeProvider time, Action<string> log)
    {
        (_config, _outbox, _inbox, _pairing, _metrics, _time, _log) = (config, outbox, inbox, pairing, metrics, time, log);
        _settings = config.Signal ?? throw new ArgumentException("No Signal account is configured.", nameof(config));
        _reader = new EnvelopeReader(_settings.Phone.Reveal(), Self);
    }

    private string Self => _settings.Account ?? SignalChannel.OwnName;

    /// <summary>Called with each message that is to be answered, in order, and what completes once it is on the disk.</summary>
    public required Action<ChatMessage, Task> Accepted { get; init; }

    /// <summary>Takes a frame of the websocket or a line of the webhook. What it returns completes once nothing of it can be lost.</summary>
    public Task Take(ReadOnlySpan<byte> frame)
    {
        lock (_gate)
        {
            switch (_reader.Read(frame, _time.GetUtcNow(), _outbox.IsOurs))
            {
                case SignalInbound.Said said:
                    return Take(said);
                case SignalInbound.Received receipt:
                    _outbox.Receipt(receipt.Sender, receipt.Timestamps);
                    break;
                case SignalInbound.Distrusted { Sender: { } sender } distrusted when distrusted.Kind.Contains("UntrustedIdentity", StringComparison.Ordinal):
                    if (_config.Find(sender) is { } person && _outbox.Distrusted.Add(sender))
                    {
                        _log($"the safety number of {SafeText.Line(person.Name, 40)} changed: nothing they say is followed until it was compared; run: opensre home trust NAME SAFETY-NUMBER");
                    }

                    break;
                case SignalInbound.Distrusted unread:
                    // The service could not read what somebody sent; their phone may send it again by itself.
                    Unusable($"a message {(unread.Sender is { } from && _config.Find(from) is { } of ? "of " + SafeText.Line(of.Name, 40) : "of somebody")} could not be read by the service ({unread.Kind}); without 👀 it must be sent again");
                    break;
                case SignalInbound.Broken broken:
                    Unusable($"a frame of the service was left alone: {broken.Why}");
                    break;
                case SignalInbound.Failed failed:
                    Unusable($"the service says: {failed.Why}");
                    break;
            }

            return Task.CompletedTask;
        }
    }

    private Task Take(SignalInbound.Said said)
    {
        var message = said.Message;
        if (said.IsOwn && !_settings.NoteToSelf)
        {
            return Task.CompletedTask;
        }

        if (_config.Find(message.Sender) is null)
        {
            if (!_pairing.Take(message))
            {
                Stranger();
            }

            return Task.CompletedTask;
        }

        if (_outbox.Distrusted.Contains(message.Sender))
        {
            Stranger();
            return Task.CompletedTask;
        }

        if (message.IsGroup && !IsForUs(message))
        {
            _metrics.Unheard.Add();
            return Task.CompletedTask;
        }

        if (!_inbox.Accept(message, out var durable))
        {
            _metrics.Duplicates.Add();
            return Task.CompletedTask;
        }

        if (message.Quote is { } quote && quote.Author == Self)
        {
            _outbox.Answered(message.Chat, quote.Timestamp);
        }

        if (message.Reaction is { } reaction && reaction.TargetAuthor == Self)
        {
            _outbox.Answered(message.Chat, reaction.TargetTimestamp);
        }

        _metrics.Received.Add();
        Accepted(Original(message), durable);
        return durable;
    }

    /// <summary>Of what is said in a group, that which is meant for us.</summary>
    private bool IsForUs(ChatMessage message) => _config.Groups.FirstOrDefault(g => g.Id == message.Chat) is { } group
        && (!group.NeedsMention || message.MentionsMe || message.Deletes is not null
            || (message.Quote is { } quote && _outbox.IsOurs(quote.Timestamp)) || (message.Reaction is { } reaction && _outbox.IsOurs(reaction.TargetTimestamp)));

    /// <summary>Whoever quotes or reacts to an edited message may name any of its texts; we know it by its first.</summary>
    private ChatMessage Original(ChatMessage message) => message with
    {
        Quote = message.Quote is { } quote && _outbox.OriginalOf(quote.Timestamp) is { } quoted ? quote with { Timestamp = quoted } : message.Quote,
        Reaction = message.Reaction is { } reaction && _outbox.OriginalOf(reaction.TargetTimestamp) is { } target ? reaction with { TargetTimestamp = target } : message.Reaction,
    };

    /// <summary>Counts what no message could be made of, and says each kind at its first and then at each tenfold.</summary>
    private void Unusable(string sentence)
    {
        _metrics.Broken.Add();
        var count = _unusable[sentence] = _unusable.GetValueOrDefault(sentence) + 1;
        if (_unusable.Count > MostKinds)
        {
            _unusable.Clear();
        }

        for (var power = 1L; power <= count; power *= 10)
        {
            if (power == count)
            {
                _log(count == 1 ? sentence : $"{sentence} ({count} times so far)");
            }
        }
    }

    private void Stranger()
    {
        _metrics.Strangers.Add();
        // One line for the first and then at each tenfold, so that nobody can fill the log from outside.
        var count = _metrics.Strangers.Value;
        if (count >= Math.Max(1, _strangersSaid * 10))
        {
            _strangersSaid = count;
            _log($"{count} {(count == 1 ? "message" : "messages")} of people who are not on the list {(count == 1 ? "was" : "were")} dropped so far");
        }
    }
}
