namespace OpenSre.Home;

/// <summary>
/// Shows plans that people asked for, keeps what is shown true, and tells after a start what became of plans that were in
/// the middle. Plans offered with a notice are shown by <see cref="NoticeDesk"/>.
/// </summary>
public sealed class PlanDesk
{
    private readonly PlanBook _book;
    private readonly PlanRunner _runner;
    private readonly IChatChannel _channel;
    private readonly Dictionary<string, string> _shown = new(StringComparer.Ordinal);

    public PlanDesk(PlanBook book, PlanRunner runner, IChatChannel channel)
    {
        ArgumentNullException.ThrowIfNull(runner);
        (_book, _runner, _channel) = (book, runner, channel);
        runner.Tells = channel;
    }

    /// <summary>To be called once: tells what became of plans an earlier process left, and takes up those that wait for an answer.</summary>
    public async Task StartAsync(CancellationToken cancellation)
    {
        foreach (var plan in _book.All.Where(p => p is { State: PlanState.Open, Alarms.Count: 0 }))
        {
            lock (_shown)
            {
                _shown.TryAdd(plan.Code, NoticeText.Cut(plan.Show(_runner.Options.Zone)));
            }
        }

        var untold = _book.All.Where(p => p is { IsUntold: true, IsOver: true }).ToList();
        foreach (var plan in (await _runner.RecoverAsync(cancellation).ConfigureAwait(false)).Concat(untold).Distinct())
        {
            // One that nobody had answered yet is told of where it was shown.
            foreach (var chat in plan.Chat.Length > 0 ? [plan.Chat] : plan.Chats)
            {
                await _channel.SendAsync(chat, $"Plan {plan.Code}: {plan.Said()}", EndKey(plan, chat), null, cancellation).ConfigureAwait(false);
            }

            _book.Told(plan);
        }
    }

    /// <summary>Learns from the channel which messages show plans, where a kill came between sending one and noting it.</summary>
    public void Recall()
    {
        foreach (var plan in _book.All.Where(p => !p.IsOver))
        {
            foreach (var chat in plan.Chats.Where(c => !plan.Posts.ContainsKey(c)))
            {
                if (_channel.SentUnder(ShownKey(plan, chat)) is { } timestamp)
                {
                    _book.Posted(plan.Code, chat, timestamp);
                }
            }
        }
    }

    /// <summary>Under this it is said once how a plan ended, by whoever comes to say it first.</summary>
    internal static string EndKey(ActionPlan plan, string chat) => $"plan-{plan.Code}-end@{chat}";

    private static string ShownKey(ActionPlan plan, string chat) => $"plan-{plan.Code}@{chat}";

    /// <summary>Shows a new plan in the chat it was asked for in.</summary>
    public async Task ShowAsync(ActionPlan plan, string chat, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var text = NoticeText.Cut(plan.Show(_runner.Options.Zone));
        if (await _channel.SendAsync(chat, text, ShownKey(plan, chat), null, cancellation).ConfigureAwait(false) is { } timestamp)
        {
            _book.Posted(plan.Code, chat, timestamp);
        }

        lock (_shown)
        {
            _shown[plan.Code] = text;
        }
    }

    /// <summary>Expires what waited too long, and edits messages that are not true any more; to be called every few seconds.</summary>
    public async Task TickAsync(CancellationToken cancellation)
    {
        _book.Open();
        foreach (var plan in _book.All.Where(p => p.Alarms.Count == 0))
        {
            string? before;
            lock (_shown)
            {
                before = _shown.GetValueOrDefault(plan.Code);
            }

            if (before is null)
            {
                continue;
            }

            var text = NoticeText.Cut(plan.Show(_runner.Options.Zone));
            foreach (var chat in plan.Chats)
            {
                if (!plan.Posts.TryGetValue(chat, out var timestamp))
                {
                    // It was on its way; the same key sends nothing twice and tells where it went.
                    if (await _channel.SendAsync(chat, before, ShownKey(plan, chat), null, cancellation).ConfigureAwait(false) is { } posted)
                    {
                        _book.Posted(plan.Code, chat, posted);
                    }
                }
                else if (text != before)
                {
                    await _channel.EditAsync(chat, timestamp, text, cancellation).ConfigureAwait(false);
                }
            }

            lock (_shown)
            {
                if (plan.IsOver && plan.Posts.Count > 0)
                {
                    _shown.Remove(plan.Code);
                }
                else
                {
                    _shown[plan.Code] = text;
                }
            }
        }
    }
}
