using System.Globalization;

namespace OpenSre.Home;

/// <summary>
/// Timers, which the assistant keeps itself: Home Assistant keeps those of its voice devices and lets nobody else set one. A
/// timer rings in the chat it was set in; an order that was put off is carried out then, if it still needs no confirmation.
/// </summary>
public sealed class HomeTimers(HomeTimerBook book, TimeZoneInfo zone, TimeProvider time)
{
    private const int MostOfAChat = 20;
    private static readonly TimeSpan Longest = TimeSpan.FromDays(7);
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    /// <summary>An order that comes due while nobody is there to carry it out is worth nothing after this.</summary>
    private static readonly TimeSpan TooLate = TimeSpan.FromMinutes(10);

    private long _last;

    /// <summary>Does what is asked of timers and says so.</summary>
    internal string Answer(HomeRequest request, ChatMessage message)
    {
        var now = time.GetUtcNow();
        var all = book.All.Where(t => t.Chat == message.Chat && t.Order is null).OrderBy(t => t.Left(now)).ToList();
        var orders = book.All.Where(t => t.Chat == message.Chat && t.Order is not null).OrderBy(t => t.Left(now)).ToList();
        switch (request.Verb)
        {
            case HomeVerb.StartTimer:
                return Start(message, request.Text ?? "", request.Duration!.Length, null);
            case HomeVerb.CancelAllTimers:
                all.ForEach(t => book.Remove(t));
                orders.ForEach(o => book.Remove(o));
                return all.Count + orders.Count == 0 ? "No timer runs here."
                    : string.Join(' ', new[] { all.Count == 0 ? "" : $"{(all.Count == 1 ? "The timer is" : $"All {all.Count} timers are")} cancelled.", CalledOff(orders) }.Where(t => t.Length > 0));
            case HomeVerb.CancelTimer when all.Count == 0 && orders.Count == 1 && request.Text is null && request.TimerLength is null:
                book.Remove(orders[0]);
                return CalledOff(orders);
            case HomeVerb.TimerStatus when request.Text is null && request.TimerLength is null:
                return all.Count + orders.Count == 0 ? "No timer runs here." : string.Join('\n', all.Select(t => Told(t, now)).Concat(orders.Select(o => $"“{o.Order}” in {Span(o.Left(now))}.")));
        }

        var meant = all.Where(t => (request.Text is null || t.Name.Equals(request.Text, StringComparison.OrdinalIgnoreCase)) && (request.TimerLength is null || t.Length == request.TimerLength.Length)).ToList();
        if (meant is not [var timer])
        {
            return all.Count == 0 ? "No timer runs here." : meant.Count == 0 ? $"There is no such timer. {string.Join(' ', all.Select(t => Told(t, now)))}" : $"Which one? {string.Join(' ', meant.Select(t => Told(t, now)))}";
        }

        var length = request.Duration?.Length ?? TimeSpan.Zero;
        switch (request.Verb)
        {
            case HomeVerb.CancelTimer:
                book.Remove(timer);
                return $"{Name(timer)} is cancelled.";
            case HomeVerb.PauseTimer:
                timer = timer.Held is null ? timer with { Held = timer.Left(now) } : timer;
                break;
            case HomeVerb.ResumeTimer:
                timer = timer.Held is { } held ? timer with { Held = null, Ends = now + held } : timer;
                break;
            case HomeVerb.IncreaseTimer or HomeVerb.DecreaseTimer:
                var change = request.Verb == HomeVerb.IncreaseTimer ? length : -length;
                if (timer.Left(now) + change > Longest)
                {
                    return TooLong;
                }

                timer = timer.Held is { } left ? timer with { Held = Max(left + change) } : timer with { Ends = timer.Ends + change };
                break;
            default:
                return Told(timer, now);
        }

        book.Put(timer);
        return Told(timer, now);
    }

    /// <summary>Puts an order off, which was looked at and needs no confirmation.</summary>
    internal string PutOff(ChatMessage message, string order, TimeSpan length) => Start(message, "", length, order);

    /// <summary>Rings what is over until cancelled.</summary>
    /// <param name="obey">Carries out an order for a chat and a sender, and says what came of it.</param>
    public async Task RunAsync(IChatChannel channel, Func<HomeTimer, CancellationToken, Task<string>> obey, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(channel);
        ArgumentNullException.ThrowIfNull(obey);
        while (!stop.IsCancellationRequested)
        {
            var now = time.GetUtcNow();
            foreach (var timer in book.All.Where(t => t.Held is null && t.Ends <= now))
            {
                await RingAsync(timer, now, channel, obey, stop).ConfigureAwait(false);
            }

            await Task.Delay(Tick, time, stop).ConfigureAwait(false);
        }
    }

    private async Task RingAsync(HomeTimer timer, DateTimeOffset now, IChatChannel channel, Func<HomeTimer, CancellationToken, Task<string>> obey, CancellationToken stop)
    {
        var late = now - timer.Ends;
        if (timer.Order is not { } order)
        {
            // The key sends it once, whatever happens between sending and forgetting it.
            var when = late > TimeSpan.FromMinutes(1) ? $" since {Clock(timer.Ends)}" : "";
            await channel.SendAsync(timer.Chat, $"⏰ {Name(timer)} is over{when}.", $"timer-{timer.Id}", null, stop).ConfigureAwait(false);
            book.Remove(timer);
        }
        else if (book.Remove(timer))
        {
            // Forgotten before it is done: an order is carried out once or not at all.
            var said = late > TooLate ? $"It was to be done at {Clock(timer.Ends)}, when I was not running. Nothing was done." : await obey(timer, stop).ConfigureAwait(false);
            await channel.SendAsync(timer.Chat, $"⏰ “{order}”: {said}", $"timer-{timer.Id}", null, stop).ConfigureAwait(false);
        }
    }

    private string Start(ChatMessage message, string name, TimeSpan length, string? order)
    {
        if (length <= TimeSpan.Zero || length > Longest)
        {
            return TooLong;
        }

        if (book.All.Count(t => t.Chat == message.Chat) >= MostOfAChat)
        {
            return $"{MostOfAChat} timers run here already; nothing was set.";
        }

        var now = time.GetUtcNow();
        var number = Interlocked.Increment(ref _last);
        var timer = new HomeTimer(string.Create(CultureInfo.InvariantCulture, $"{now.ToUnixTimeMilliseconds()}-{number}"), message.Chat, message.Sender, OutsideText.Line(name, 60), length, now + length) { Order = order is null ? null : OutsideText.Line(order, 200) };
        book.Put(timer);
        return order is null ? Told(timer, now) : $"I will do that in {Span(length)}, at {Clock(timer.Ends)}: “{timer.Order}”. “cancel all timers” calls it off.";
    }

    private static string CalledOff(IReadOnlyList<HomeTimer> orders) => orders.Count == 0 ? "" : $"Not to be done any more: {string.Join(", ", orders.Select(o => $"“{o.Order}”"))}.";

    private static string TooLong => "A timer can be set for up to seven days; nothing was set.";

    private string Told(HomeTimer timer, DateTimeOffset now) => timer.Held is { } left
        ? $"{Name(timer)} is held with {Span(left)} left."
        : $"{Name(timer)}: {Span(timer.Left(now))} left, until {Clock(timer.Ends)}.";

    private static string Name(HomeTimer timer) => timer.Name.Length > 0 ? $"The timer “{timer.Name}”" : $"The timer of {Span(timer.Length)}";

    private string Clock(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, zone).ToString("HH:mm:ss", CultureInfo.InvariantCulture);

    private static TimeSpan Max(TimeSpan span) => span > TimeSpan.Zero ? span : TimeSpan.Zero;

    private static string Span(TimeSpan span)
    {
        span = TimeSpan.FromSeconds(Math.Ceiling(span.TotalSeconds));
        List<string> parts = [];
        if (span.TotalHours >= 1)
        {
            parts.Add($"{(int)span.TotalHours} h");
        }

        if (span.Minutes > 0)
        {
            parts.Add($"{span.Minutes} min");
        }

        if (span.Seconds > 0 || parts.Count == 0)
        {
            parts.Add($"{span.Seconds} s");
        }

        return string.Join(' ', parts);
    }
}
