using System.Text.RegularExpressions;
using OpenSre.Core;
using OpenSre.Investigation;

namespace OpenSre.Home;

/// <summary>Questions about the last investigation of a chat: "why?", "evidence", "what else could it be?". It looks at nothing anew; who names a host asks anew.</summary>
public sealed partial class CaseQuestionSkill(InvestigationSkill investigations) : IChatSkill
{
    public IAsyncEnumerable<string>? TryAnswer(ChatMessage message) =>
        message.Text.Length > 0 && !investigations.NamesHost(message.Text) && investigations.LastOf(message.Chat) is { } file && FollowUp.Answer(file, message.Text) is { } answer ? Say(Plain(answer)) : null;

    private static async IAsyncEnumerable<string> Say(string text)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        yield return text;
    }

    /// <summary>Markdown as a phone shows it: without the marks.</summary>
    internal static string Plain(string markdown) => SafeText.Clean(Marks().Replace(Items().Replace(markdown, "• "), "").Replace('`', '”').Trim());

    [GeneratedRegex(@"\*\*|^#+ |\\(?=`)", RegexOptions.Multiline)]
    private static partial Regex Marks();

    [GeneratedRegex("^- ", RegexOptions.Multiline)]
    private static partial Regex Items();
}
