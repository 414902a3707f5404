using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace OpenSre.Home;

/// <summary>Something that waits for a yes.</summary>
/// <param name="Requests">What was asked, to work it out again; null for an undo, whose plan stands.</param>
internal sealed record PendingHomeAct(HomePlan Plan, IReadOnlyList<HomeRequest>? Requests, string Code, DateTimeOffset Asked, DateTimeOffset Expires);

/// <summary>What an answer to a question was.</summary>
internal enum HomeAnswerKind { None, Yes, No, Expired, NeedsCode }

/// <summary>
/// The questions that wait for an answer: at most one for a person in a chat, used once. For several threads.
/// </summary>
/// <param name="makeCode">Four characters that are hard to mistake for each other.</param>
internal sealed class HomeConfirmations(TimeProvider time, Func<string> makeCode)
{
    public static readonly TimeSpan ForYes = TimeSpan.FromMinutes(2);
    public static readonly TimeSpan ForCode = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(5);
    private const string Alphabet = "ABCDEFGHJKMNPQRSTUVWXYZ2345678";
    private static readonly string[] Yes = ["yes", "y", "yes please", "confirm", "ok", "okay", "do it", "go ahead", "sure", "yep", "yeah"];
    private static readonly string[] No = ["no", "n", "no thanks", "cancel", "stop", "don't", "dont", "never mind", "nevermind", "abort"];
    private readonly ConcurrentDictionary<(string Chat, string Sender), PendingHomeAct> _waiting = new();

    public static string RandomCode() => RandomNumberGenerator.GetString(Alphabet, 4);

    /// <summary>Keeps a plan for an answer; one that waited before is forgotten.</summary>
    public PendingHomeAct Ask(string chat, string sender, HomePlan plan, IReadOnlyList<HomeRequest>? requests)
    {
        var now = time.GetUtcNow();
        var pending = new PendingHomeAct(plan, requests, makeCode(), now, now + (plan.Risk == HomeRisk.Strong ? ForCode : ForYes));
        _waiting[(chat, sender)] = pending;
        return pending;
    }

    /// <summary>What this person was asked in this chat and has not answered; null for nothing, or when it is too late.</summary>
    public PendingHomeAct? Open(ChatMessage message) => _waiting.TryGetValue((message.Chat, message.Sender), out var pending) && time.GetUtcNow() < pending.Expires ? pending : null;

    /// <summary>Whether a message answers a question of this person in this chat. A yes, a no and an expiry use the question up.</summary>
    public (HomeAnswerKind Kind, PendingHomeAct? Pending) Read(ChatMessage message)
    {
        var key = (message.Chat, message.Sender);
        if (message.IsEdit || !_waiting.TryGetValue(key, out var pending))
        {
            return (HomeAnswerKind.None, null);
        }

        var text = message.Text.Trim().TrimEnd('.', '!').ToLowerInvariant();
        var code = pending.Code.ToLowerInvariant();
        var (word, named) = text.EndsWith(" " + code, StringComparison.Ordinal) ? (text[..^(code.Length + 1)], true) : (text, text == code);
        var hasCode = text == code || (named && (word == "approve" || Array.IndexOf(Yes, word) >= 0));
        var saysYes = Array.IndexOf(Yes, text) >= 0;
        if (Array.IndexOf(No, word) >= 0 || (named && word is "reject" or "deny"))
        {
            return _waiting.TryRemove(new(key, pending)) ? (HomeAnswerKind.No, pending) : (HomeAnswerKind.None, null);
        }

        if (!hasCode && !saysYes)
        {
            return (HomeAnswerKind.None, null);
        }

        // A yes that was written before the question, and came late, is no answer to it. Clocks differ, so the code is asked for,
        // which nobody can have written before it was shown.
        if (!hasCode && message.Timestamp > 0 && message.Timestamp < (pending.Asked - Skew).ToUnixTimeMilliseconds())
        {
            return (HomeAnswerKind.NeedsCode, pending);
        }

        if (time.GetUtcNow() >= pending.Expires)
        {
            return _waiting.TryRemove(new(key, pending)) ? (HomeAnswerKind.Expired, pending) : (HomeAnswerKind.None, null);
        }

        if (pending.Plan.Risk == HomeRisk.Strong && !hasCode)
        {
            return (HomeAnswerKind.NeedsCode, pending);
        }

        return _waiting.TryRemove(new(key, pending)) ? (HomeAnswerKind.Yes, pending) : (HomeAnswerKind.None, null);
    }
}
