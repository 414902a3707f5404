using System.Text;

namespace OpenSre.Home;

/// <summary>What is about the conversation itself: help, sending again, forgetting, which notes are read.</summary>
/// <param name="again">Sends what may not have arrived in a chat; how many that were.</param>
/// <param name="notes">The notes about this home that are read, a line each.</param>
/// <param name="clock">Null for the time of the system.</param>
public sealed class ConversationSkill(HomeConfig config, ChatHistory history, Func<string, CancellationToken, Task<int>> again, Func<IReadOnlyList<string>> notes, TimeProvider? clock = null) : IChatSkill
{
    private readonly TimeProvider _time = clock ?? TimeProvider.System;

    public IAsyncEnumerable<string>? TryAnswer(ChatMessage message)
    {
        return message.Text.Trim().TrimStart('/').TrimEnd('.', '!', '?').ToLowerInvariant() switch
        {
            "help" or "what can you do" or "commands" => Say(() => Help(config)),
            "again" or "resend" or "send again" => AgainAsync(message),
            "history clear" or "clear history" or "forget" or "forget this conversation" or "new conversation" when !message.IsEdit => Say(() =>
            {
                history.Clear(message.Chat);
                return "Forgotten: I begin this conversation anew.";
            }),
            "what time is it" or "what is the time" or "what's the time" or "time" => Say(() => $"{TimeZoneInfo.ConvertTime(_time.GetUtcNow(), config.Zone):HH:mm}."),
            "what day is it" or "what day is today" or "what's the date" or "what is the date" or "date" => Say(() => $"{TimeZoneInfo.ConvertTime(_time.GetUtcNow(), config.Zone).ToString("dddd, d MMMM yyyy", System.Globalization.CultureInfo.InvariantCulture)}."),
            "history" => Say(() => Told(history.Of(message.Chat))),
            "context" or "notes" => Say(() => notes() is { Count: > 0 } lines ? "I read these notes:\n" + string.Join('\n', lines) : "There are no notes: write an OPENSRE.md or CLAUDE.md, or name files under home.notes or in CLAUDE_MD_PATHS."),
            _ => null,
        };
    }

    internal static string Help(HomeConfig config)
    {
        var text = new StringBuilder("Ask me, in your own words:\n");
        text.Append("• status, cpu, memory, disk, temperature, containers, uptime, ip, services, updates, network, backups, top processes");
        text.Append(config.Hosts.Count > 1 ? $" — of {string.Join(", ", config.Hosts.Select(h => h.Name))} or all\n" : "\n");
        text.Append("• why is something slow, down or unhealthy: I look and show what I found; “stop” ends it\n");
        if (config.HomeAssistant is not null)
        {
            text.Append("• turn on, turn off, dim, open, lock …, and what is on or open\n");
        }

        text.Append("• digest: how everything is\n");
        text.Append(config.Actions.Enabled ? "• plans, approve CODE, reject CODE, alerts, ack CODE, mute HOST 2h\n" : "");
        text.Append("• history, forget, context, again");
        return text.ToString();
    }

    private static string Told(IReadOnlyList<HistoryEntry> entries) => entries.Count == 0
        ? "Nothing was said yet."
        : string.Join('\n', entries.Select(e => $"{(e.IsOurs ? "me" : "you")}: {Core.SafeText.Line(e.Text, 80)}"));

    private async IAsyncEnumerable<string> AgainAsync(ChatMessage message)
    {
        if (await again(message.Chat, CancellationToken.None).ConfigureAwait(false) == 0)
        {
            yield return "Everything I had for you went out; there is nothing to send again.";
        }
    }

    private static async IAsyncEnumerable<string> Say(Func<string> text)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        yield return text();
    }
}

/// <summary>The last one asked: what nobody took is not guessed.</summary>
public sealed class NotUnderstoodSkill(HomeConfig config) : IChatSkill
{
    public IAsyncEnumerable<string>? TryAnswer(ChatMessage message) => message.Unread is { } unread ? Say($"I read words alone, and you sent {unread}. Write it, please.", true)
        : message.Text.Length == 0 || message.Deletes is not null ? null
        : message.IsEdit ? Say($"An edited message changes nothing, and I find no question in “{Core.SafeText.Line(message.Text, 100)}”. Write it anew if you want something done.", true)
        : Say(message.Text, false);

    private async IAsyncEnumerable<string> Say(string text, bool isAnswer)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        yield return isAnswer ? text : Small(text) ?? (Investigation.AlertIntake.Read(text, DateTimeOffset.UnixEpoch).Kind == Investigation.IntakeKind.Noise
            ? "Hello. " + ConversationSkill.Help(config)
            : $"I do not know what to do with “{Core.SafeText.Line(text, 100)}”, and I do not guess. Say “help” for what I can do, or ask it as a question about a host, as in “why is {config.Hosts[0].Name} slow?”");
    }

    /// <summary>A word of thanks, a yes nobody asked for, a stop of nothing.</summary>
    private static string? Small(string text) => text.Trim().TrimStart('/').TrimEnd('.', '!').ToLowerInvariant() switch
    {
        "thanks" or "thank you" or "thx" or "ty" or "cheers" or "great" or "perfect" or "cool" or "nice" or "great, thanks" or "ok thanks" or "thanks a lot" or "thank you very much" => "You are welcome.",
        "yes" or "y" or "yep" or "yeah" or "no" or "n" or "nope" or "ok" or "okay" or "sure" or "do it" or "go ahead" or "confirm" => "Nothing waits for an answer of yours, so nothing was done.",
        "stop" or "cancel" or "abort" => "Nothing of yours is running.",
        _ => null,
    };
}
