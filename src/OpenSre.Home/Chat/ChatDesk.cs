using System.Threading.Channels;
using OpenSre.Core;

namespace OpenSre.Home;

/// <summary>
/// Where accepted messages are answered: in each chat one after the other in the order they came, chats side by side.
/// Skills are asked in their order. One that only looks and takes long runs beside the chat, so that it can be stopped
/// and other questions are answered meanwhile.
/// </summary>
public sealed class ChatDesk : IAsyncDisposable
{
    private static readonly TimeSpan TypingAgain = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan TypingFrom = TimeSpan.FromMilliseconds(200);
    private readonly IChatChannel _channel;
    private readonly SkillSet _skills;
    private readonly Inbox _inbox;
    private readonly AnswerPace _pace;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Line> _lines = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stop = new();

    public ChatDesk(IChatChannel channel, SkillSet skills, Inbox inbox, TimeProvider time, AnswerPace? pace = null) =>
        (_channel, _skills, _inbox, _time, _pace) = (channel, skills, inbox, time, pace ?? AnswerPace.Usual);

    /// <summary>Takes a message the inbox has accepted, and returns at once.</summary>
    public void Take(ChatMessage message)
    {
        var line = LineOf(message.Chat);
        if (IsStop(message) && line.StopLong())
        {
            _inbox.Done(message);
            return;
        }

        line.Messages.Writer.TryWrite(message);
    }

    /// <summary>Takes up what an earlier process left: what nobody had begun is answered now, of the rest is said that it is open.</summary>
    /// <param name="wasHandedOver">Whether an answer is known to the channel by this key.</param>
    public async Task ResumeAsync(Func<string, bool> wasHandedOver, CancellationToken cancellation)
    {
        foreach (var unfinished in _inbox.Unfinished)
        {
            var message = unfinished.Message;
            if (!unfinished.HasBegun)
            {
                Take(message);
                continue;
            }

            // A short answer that was handed over is complete: the channel brings it.
            if ((message.Text.Length > 0 || message.Reaction is { IsRemoved: false }) && (unfinished.IsLong || !wasHandedOver(KeyOf(message))))
            {
                var sentence = $"I was restarted while I worked on “{SafeText.Line(message.Text.Length > 0 ? message.Text : message.Reaction!.Emoji, 80)}”. {(unfinished.IsLong ? "Ask again if you still need it." : "What it asked for may have been done or not; look first, then ask again.")}";
                await _channel.SendAsync(message.Chat, sentence, KeyOf(message) + ":restart", Quote(message), cancellation).ConfigureAwait(false);
            }

            _inbox.Done(message);
        }
    }

    /// <summary>Ends what runs, and keeps what waits for the next start.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        List<Line> lines;
        lock (_gate)
        {
            lines = [.. _lines.Values];
        }

        foreach (var line in lines)
        {
            line.Messages.Writer.TryComplete();
            line.Long.Writer.TryComplete();
        }

        await Task.WhenAny(Task.WhenAll(lines.SelectMany(l => new[] { l.Running, l.LongRunning })), Task.Delay(TimeSpan.FromSeconds(5))).ConfigureAwait(false);
        _stop.Dispose();
    }

    internal static string KeyOf(ChatMessage message) => $"a:{message.Sender}:{message.Timestamp}";

    private static bool IsStop(ChatMessage message) => message.Text.Trim().TrimStart('/').TrimEnd('.', '!').ToLowerInvariant() is "stop" or "cancel" or "abort";

    private static ChatQuote Quote(ChatMessage message) => new(message.Timestamp, message.Sender, SafeText.Line(message.Text, 200));

    private Line LineOf(string chat)
    {
        lock (_gate)
        {
            if (!_lines.TryGetValue(chat, out var line))
            {
                _lines[chat] = line = new Line(chat);
                line.Running = Task.Run(() => RunAsync(line));
                line.LongRunning = Task.Run(() => RunLongAsync(line));
            }

            return line;
        }
    }

    private async Task RunAsync(Line line)
    {
        await foreach (var message in line.Messages.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
        {
            if (_stop.IsCancellationRequested || !await _skills.SafelyAsync(() => HandleAsync(line, message)).ConfigureAwait(false))
            {
                return;
            }
        }
    }

    /// <summary>False when the process ends meanwhile.</summary>
    private async Task<bool> HandleAsync(Line line, ChatMessage message)
    {
        var (skill, stream) = _skills.Choose(message);
        if (stream is not null && skill is ILongSkill)
        {
            line.Long.Writer.TryWrite((message, stream));
            return true;
        }

        _inbox.Begin(message, isLong: false);
        if (stream is not null)
        {
            var quote = message.IsGroup || line.Messages.Reader.Count > 0 ? Quote(message) : null;
            if (!await AnswerAsync(message, stream, quote, _stop.Token).ConfigureAwait(false))
            {
                return false;
            }
        }

        _inbox.Done(message);
        return true;
    }

    private async Task RunLongAsync(Line line)
    {
        await foreach (var (message, stream) in line.Long.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
        {
            if (_stop.IsCancellationRequested || !await _skills.SafelyAsync(() => HandleLongAsync(line, message, stream)).ConfigureAwait(false))
            {
                return;
            }
        }
    }

    private async Task<bool> HandleLongAsync(Line line, ChatMessage message, IAsyncEnumerable<string> stream)
    {
        _inbox.Begin(message, isLong: true);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        line.Begin(stop);
        bool whole;
        try
        {
            whole = await AnswerAsync(message, stream, Quote(message), stop.Token).ConfigureAwait(false);
        }
        finally
        {
            line.End();
        }

        if (!whole && _stop.IsCancellationRequested)
        {
            return false;
        }

        _inbox.Done(message);
        return true;
    }

    /// <summary>False when it was cut short.</summary>
    private async Task<bool> AnswerAsync(ChatMessage message, IAsyncEnumerable<string> stream, ChatQuote? quote, CancellationToken cancellation)
    {
        var answer = new GrowingAnswer(_channel, message.Chat, KeyOf(message), quote, _pace, _time, CancellationToken.None);
        using var working = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var typing = TypeAsync(message.Chat, working.Token);
        var whole = true;
        try
        {
            await foreach (var text in _skills.Guarded(stream, cancellation).ConfigureAwait(false))
            {
                answer.Say(text);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            whole = false;
            // At the end of the process nothing more is said: the next one says what is open.
            answer.Say(_stop.IsCancellationRequested ? "" : answer.Text.Length == 0 ? "Stopped." : answer.Text + "\n(stopped)");
        }

        await answer.EndAsync().ConfigureAwait(false);
        await working.CancelAsync().ConfigureAwait(false);
        await typing.ConfigureAwait(false);
        _skills.Remember(message, answer.Text);
        return whole;
    }

    private async Task TypeAsync(string chat, CancellationToken working)
    {
        var shown = false;
        try
        {
            await Task.Delay(TypingFrom, _time, working).ConfigureAwait(false);
            while (true)
            {
                shown = true;
                await _channel.TypingAsync(chat, true, working).ConfigureAwait(false);
                await Task.Delay(TypingAgain, _time, working).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            if (shown)
            {
                await _channel.TypingAsync(chat, false, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    /// <summary>One chat: what waits, and what runs beside it.</summary>
    private sealed class Line(string chat)
    {
        private readonly Lock _gate = new();
        private CancellationTokenSource? _running;

        public string Chat => chat;
        public Channel<ChatMessage> Messages { get; } = Channel.CreateUnbounded<ChatMessage>();
        public Channel<(ChatMessage, IAsyncEnumerable<string>)> Long { get; } = Channel.CreateUnbounded<(ChatMessage, IAsyncEnumerable<string>)>();
        public Task Running { get; set; } = Task.CompletedTask;
        public Task LongRunning { get; set; } = Task.CompletedTask;

        public void Begin(CancellationTokenSource stop)
        {
            lock (_gate)
            {
                _running = stop;
            }
        }

        public void End()
        {
            lock (_gate)
            {
                _running = null;
            }
        }

        /// <summary>False when nothing runs, or what runs was told to stop before.</summary>
        public bool StopLong()
        {
            lock (_gate)
            {
                if (_running is null or { IsCancellationRequested: true })
                {
                    return false;
                }

                _running.Cancel();
                return true;
            }
        }
    }
}
