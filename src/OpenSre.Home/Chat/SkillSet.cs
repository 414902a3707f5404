using System.Runtime.CompilerServices;
using OpenSre.Core;

namespace OpenSre.Home;

/// <summary>The skills in their order: who takes a message, what is said when one fails, and what is remembered.</summary>
public sealed class SkillSet(IReadOnlyList<IChatSkill> skills, ChatHistory history, HomeMetrics metrics, Action<string> log)
{
    /// <summary>The first skill that takes a message, with its answer; nulls when none does.</summary>
    public (IChatSkill? Skill, IAsyncEnumerable<string>? Stream) Choose(ChatMessage message)
    {
        foreach (var skill in skills)
        {
            try
            {
                if (skill.TryAnswer(message) is { } stream)
                {
                    return (skill, stream);
                }
            }
#pragma warning disable CA1031 // One skill's mistake must not silence the chat; the person is told.
            catch (Exception e)
#pragma warning restore CA1031
            {
                return (null, Failure(Sentence(e)));
            }
        }

        return (null, null);
    }

    /// <summary>The same answer; where it fails, its last text is a sentence that says so. Only cancellation throws.</summary>
    public async IAsyncEnumerable<string> Guarded(IAsyncEnumerable<string> stream, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var texts = stream.GetAsyncEnumerator(cancellation);
        while (true)
        {
            string? failure = null;
            try
            {
                if (!await texts.MoveNextAsync().ConfigureAwait(false))
                {
                    yield break;
                }
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                throw;
            }
#pragma warning disable CA1031 // One answer fails, the chat goes on; the person is told and so is the log.
            catch (Exception e)
#pragma warning restore CA1031
            {
                failure = Sentence(e);
            }

            yield return failure ?? texts.Current;
            if (failure is not null)
            {
                yield break;
            }
        }
    }

    /// <summary>Does what belongs to one message; where that fails, the log says so and the next message is taken.</summary>
    internal async Task<bool> SafelyAsync(Func<Task<bool>> work)
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
#pragma warning disable CA1031 // A chat must not fall silent for ever because of one message.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Sentence(e);
            return true;
        }
    }

    /// <summary>Keeps a question and its answer in the conversation of the chat.</summary>
    public void Remember(ChatMessage message, string answer)
    {
        if (answer.Length == 0)
        {
            return;
        }

        metrics.Answered.Add();
        if (message.Text.Length > 0)
        {
            history.Add(message.Chat, message.Text, answer);
        }
    }

    private static async IAsyncEnumerable<string> Failure(string sentence)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        yield return sentence;
    }

    private string Sentence(Exception e)
    {
        metrics.Failed.Add();
        // What an exception says may hold what somebody wrote, so the log gets its kind and place alone.
        log($"an answer ended in an internal error: {e.GetType().Name} {SafeText.Line(e.StackTrace?.Split('\n', 2)[0] ?? "", 200)}");
        return $"I could not finish that: an internal error ({e.GetType().Name}). The log on the server has the place; please report it.";
    }
}
