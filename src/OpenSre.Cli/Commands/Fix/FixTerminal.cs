using System.Text.Json;
using System.Text.Json.Nodes;
using OpenSre.Core;
using OpenSre.Sentry;
using OpenSre.Terminal;

namespace OpenSre.Cli;

/// <summary>
/// The person: progress and questions beside the answers. Where there is nobody to ask, or with --json, nothing is asked.
/// </summary>
/// <param name="ask">Asks one question that is answered with a line; null when nobody can be asked.</param>
internal sealed class FixTerminal(TextWriter errors, Func<string, CancellationToken, Task<string?>>? ask, bool yes, Look look) : IFixFace
{
    private string _last = "";

    public bool CanAsk => ask is not null;

    public List<string> Warnings { get; } = [];

    public void Progress(string line)
    {
        if (line != _last)
        {
            _last = line;
            Line(look.Dim("· " + SafeText.Line(line, 300)));
        }
    }

    public void Said(string markdown) => Line(SafeText.Clean(markdown) + "\n");

    public void Note(string sentence) => Line(SafeText.Clean(sentence));

    public void Warn(string sentence)
    {
        Warnings.Add(sentence);
        Line(look.Warn("! ") + SafeText.Clean(sentence));
    }

    public async Task<InputAnswer?> AnswerAsync(PendingInput pending, SeerState state, CancellationToken cancellation)
    {
        switch (pending.Type)
        {
            case "file_change_approval":
                return await ApproveAsync(pending, cancellation).ConfigureAwait(false);
            case var _ when ask is null:
                return null;
            case "ask_user_question":
                return await QuestionsAsync(pending, cancellation).ConfigureAwait(false);
            case "reauth_monitoring_provider":
                Note("Seer needs you to sign in again at a provider; that is done in the web UI. Press Enter when it is done, or write q to stop.");
                return await AskAsync("> ", cancellation).ConfigureAwait(false) is "" ? new InputAnswer(null, null) : new InputAnswer(null, null, GiveUp: true);
            case "agent_write_approval":
                // Approving needs a grant that is only given in the web UI; --yes never stands for it.
                Note("Seer asks to write with the rights: " + SafeText.Line(string.Join(", ", SeerPatches.Strings(pending.Data, "required_scopes")), 300) + ". That is approved in the web UI only.");
                return await AskAsync("Reject it? [Y/n] ", cancellation).ConfigureAwait(false) is { } said && !IsNo(said)
                    ? new InputAnswer(new JsonObject { ["decision"] = "reject" }, null)
                    : new InputAnswer(null, null, GiveUp: true);
            default:
                Note("Seer waits for an answer: " + SafeText.Clean(pending.Data.ValueKind == JsonValueKind.Undefined ? "it does not say which" : pending.Data.GetRawText()));
                return await AskAsync("Your answer (empty to stop): ", cancellation).ConfigureAwait(false) is { Length: > 0 } words
                    ? new InputAnswer(null, words)
                    : new InputAnswer(null, null, GiveUp: true);
        }
    }

    /// <summary>Asks; null when the input is at its end or nobody is there.</summary>
    public async Task<string?> AskAsync(string question, CancellationToken cancellation)
    {
        if (ask is null)
        {
            return null;
        }

        var line = await ask(question, cancellation).ConfigureAwait(false);
        return line?.Trim();
    }

    private async Task<InputAnswer?> QuestionsAsync(PendingInput pending, CancellationToken cancellation)
    {
        var answers = new JsonArray();
        foreach (var question in SeerPatches.Questions(pending.Data))
        {
            Line("\n" + look.Bold("Seer asks: ") + SafeText.Clean(question.Text));
            for (var i = 0; i < question.Options.Count; i++)
            {
                Line($"  {i + 1}. {SafeText.Line(question.Options[i].Label, 200)}{(question.Options[i].Description is { Length: > 0 } d ? look.Dim(" — " + SafeText.Line(d, 300)) : "")}");
            }

            var said = await AskAsync(question.Options.Count > 0 ? "A number, or other words: " : "> ", cancellation).ConfigureAwait(false);
            if (said is null)
            {
                return new InputAnswer(null, null, GiveUp: true);
            }

            answers.Add((JsonNode)(int.TryParse(said, out var number) && number >= 1 && number <= question.Options.Count ? question.Options[number - 1].Label
                : said.Length > 0 ? said : "(No response provided)"));
        }

        return new InputAnswer(new JsonObject { ["answers"] = answers }, null);
    }

    private async Task<InputAnswer?> ApproveAsync(PendingInput pending, CancellationToken cancellation)
    {
        if (ask is null && !yes)
        {
            return null;
        }

        var decisions = new JsonArray();
        foreach (var patch in SeerPatches.In(pending.Data, "patches"))
        {
            Line($"\nSeer wants to change {SafeText.Line(patch.Repository + ": " + patch.Path, 300)} (+{patch.Added} −{patch.Removed})");
            Line(FixDiff.Coloured(patch.Diff, look));
            var said = yes ? "" : await AskAsync("Allow it? [Y/n] ", cancellation).ConfigureAwait(false);
            if (said is null)
            {
                return new InputAnswer(null, null, GiveUp: true);
            }

            decisions.Add((JsonNode)!IsNo(said));
        }

        return new InputAnswer(new JsonObject { ["decisions"] = decisions }, null);
    }

    private static bool IsNo(string said) => said.StartsWith("n", StringComparison.OrdinalIgnoreCase);

    private void Line(string text)
    {
        errors.Write(text + "\n");
        errors.Flush();
    }
}
