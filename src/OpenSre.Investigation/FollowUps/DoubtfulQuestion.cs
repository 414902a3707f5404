using System.Text;
using OpenSre.Core;
using OpenSre.Models;

namespace OpenSre.Investigation;

/// <summary>What a model took doubtful words for.</summary>
/// <param name="Model">Who says so.</param>
/// <param name="Question">The question about the finished investigation, in words <see cref="FollowUp"/> answers; null for something new.</param>
public sealed record DoubtResolved(string Model, string? Question)
{
    /// <summary>What asking it has cost; null where nothing was counted.</summary>
    public ModelCost? Cost { get; init; }
}

/// <summary>
/// Words after an investigation that read like a question, and that <see cref="FollowUp"/> does not know: they may be about
/// that investigation, or begin a new one. A model may say which; it chooses from a list and answers nothing itself.
/// </summary>
public static class DoubtfulQuestion
{
    /// <summary>A person waits for it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private const int Longest = 200;
    private const string SomethingNew = "new";

    private static readonly HashSet<string> Asking = new(StringComparer.Ordinal)
    {
        "why", "how", "what", "whats", "when", "where", "who", "which", "is", "isnt", "are", "arent", "was", "wasnt", "were", "does", "did", "do", "has", "have", "can", "could", "should", "would",
    };

    private static readonly (string Word, string Question)[] Questions =
    [
        ("why", "why?"), ("against", "what speaks against it?"), ("alternatives", "what else could it be?"), ("certainty", "how sure are you?"), ("evidence", "show the evidence"),
        ("changes", "what changed?"), ("timeline", "timeline"), ("gaps", "what did you not look at?"), ("next", "what should I do?"), ("calls", "what did you run?"), ("report", "show the report"),
    ];

    /// <summary>True when the words alone do not tell whether they are about this case.</summary>
    public static bool Is(CaseFile file, string text)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(text);
        text = text.Trim();
        return text.Length is > 0 and <= Longest && !text.AsSpan().ContainsAny('\n', '{', '@') && Words.Of(text) is [var first, _, ..]
            && (text.EndsWith('?') || Asking.Contains(first)) && FollowUp.Answer(file, text) is null;
    }

    /// <summary>Asks a model; null when it does not say in time, or says something else than it was offered.</summary>
    public static async Task<DoubtResolved?> AskAsync(ModelAdvice advice, CaseFile file, string text, TimeSpan patience, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(advice);
        ArgumentNullException.ThrowIfNull(file);
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        late.CancelAfter(patience);
        try
        {
            // An answer that comes late is worth nothing, and what does not listen to the end of the wait is not waited for.
            var (word, cost) = await SaidAsync(advice, file, text, late.Token).WaitAsync(late.Token).ConfigureAwait(false);
            return word == SomethingNew ? new DoubtResolved(advice.Name, null) { Cost = cost }
                : Array.Find(Questions, q => q.Word == word) is { Question: { } question } ? new DoubtResolved(advice.Name, question) { Cost = cost }
                : null;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return null;
        }
        catch (ModelException)
        {
            // It cannot be asked; the words are taken as they are without a model. The next investigation says why.
            return null;
        }
    }

    private static async Task<(string Word, ModelCost Cost)> SaidAsync(ModelAdvice advice, CaseFile file, string text, CancellationToken cancellation)
    {
        var fence = Fence.New();
        var task = new AgentTask
        {
            Instructions = $"A person has read the result of an investigation and types something. Say what it is: \"{SomethingNew}\" when it is a problem to look into or cannot be answered from that investigation, else what it asks about the investigation: {string.Join(", ", Questions.Select(q => q.Word))}. Answer with exactly one of these words and nothing else. {fence.Rule}",
            Prompt = $"The investigation:\n{fence.Wrap($"{file.Incident.Primary.Name}\n{file.Diagnosis?.Summary ?? "it came to no answer"}", "result")}\n\nWhat was typed:\n{fence.Wrap(text, "person")}",
            Budget = new AgentBudget(Steps: 1, Tokens: 4_000, Time: Patience),
        };
        var said = new StringBuilder();
        decimal? money = null;
        var (input, cached, output) = (0L, 0L, 0L);
        var agent = advice.Open();
        await using (agent.ConfigureAwait(false))
        {
            await foreach (var update in agent.RunAsync(task, cancellation).ConfigureAwait(false))
            {
                switch (update)
                {
                    case AgentText piece:
                        said.Append(piece.Text);
                        break;
                    case AgentSpent spent:
                        (input, cached, output, money) = (input + spent.Usage.Input, cached + spent.Usage.Cached, output + spent.Usage.Output, spent.Money is null ? money : (money ?? 0) + spent.Money);
                        break;
                    case AgentFinished end when said.Length == 0:
                        said.Append(end.Text);
                        break;
                }
            }
        }

        var cost = new ModelCost(1, input, cached, output, money);
        advice.Spent(cost);
        return (said.ToString().Trim(' ', '\n', '.', '"', '`', '*').ToLowerInvariant(), cost);
    }
}
