namespace OpenSre.Home;

public enum AnswerKind { Approve, Reject, Withdraw }

/// <summary>What a message says about a plan, read without looking at any plan.</summary>
/// <param name="Code">The plan it names; null when it names none.</param>
/// <param name="Target">The message it answers or reacts to; null for none.</param>
/// <param name="How">code, quote, reaction or bare.</param>
/// <param name="Reason">What was said besides a no.</param>
/// <param name="Problem">It is an answer, but one that cannot be taken as it stands.</param>
public sealed record PlanAnswer(AnswerKind Kind, string? Code, long? Target, string How, bool Confirmed = false, string Reason = "", string? Problem = null)
{
    private static readonly string[] Yes = ["approve", "approved", "yes", "ok", "okay"];
    private static readonly string[] No = ["reject", "rejected", "no", "deny", "cancel", "decline"];
    private static readonly string[] Polite = ["please", "now", "thanks", "thx"];
    private const string Thumb = "👍";
    private const string ThumbDown = "👎";
    private static readonly string[] Skins = ["", "🏻", "🏼", "🏽", "🏾", "🏿"];

    /// <summary>Null when it is no answer to a plan. The verb stands first and nothing but courtesy follows: a quoted log is no answer.</summary>
    /// <param name="self">Our own name in the chat; only reactions on and quotes of our own messages count.</param>
    public static PlanAnswer? Read(ChatMessage message, string self)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (message.Reaction is { } reaction)
        {
            if (reaction.TargetAuthor != self)
            {
                return null;
            }

            var yes = reaction.Emoji == "✅" || Skins.Any(s => reaction.Emoji == Thumb + s);
            var no = reaction.Emoji is "❌" or "⛔" or "🛑" || Skins.Any(s => reaction.Emoji == ThumbDown + s);
            return (yes, no, reaction.IsRemoved) switch
            {
                (true, _, false) => new PlanAnswer(AnswerKind.Approve, null, reaction.TargetTimestamp, "reaction"),
                (true, _, true) => new PlanAnswer(AnswerKind.Withdraw, null, reaction.TargetTimestamp, "reaction"),
                (_, true, false) => new PlanAnswer(AnswerKind.Reject, null, reaction.TargetTimestamp, "reaction"),
                _ => null,
            };
        }

        var words = ChatWords.Split(message.Text);
        if (words.Length == 0)
        {
            return null;
        }

        var verb = ChatWords.Word(words[0]);
        var isYes = Yes.Contains(verb);
        if (!isYes && !No.Contains(verb))
        {
            return null;
        }

        var kind = isYes ? AnswerKind.Approve : AnswerKind.Reject;
        var code = words.Length > 1 ? CodeBook.Read(words[1]) : null;
        var rest = words.Skip(code is null ? 1 : 2).Select(ChatWords.Word).ToList();
        var target = code is null && message.Quote is { } quote && quote.Author == self ? quote.Timestamp : (long?)null;
        var how = code is not null ? "code" : target is not null ? "quote" : "bare";
        if (kind == AnswerKind.Reject)
        {
            // "no" to anybody about anything is not ours.
            return how == "bare" && (verb != "reject" || words.Length > 1) ? null : new PlanAnswer(kind, code, target, how, Reason: string.Join(' ', words.Skip(code is null ? 1 : 2)));
        }

        if (how == "bare" && (verb != "approve" || rest.Except(Polite).Any()))
        {
            return null;
        }

        var confirmed = rest.Remove("confirm");
        return rest.Except(Polite).Any()
            ? new PlanAnswer(kind, code, target, how, confirmed, Problem: "I take a yes only as it stands: \"approve CODE\", and \"confirm\" after it where that is asked for. Nothing was run.")
            : new PlanAnswer(kind, code, target, how, confirmed);
    }
}
