using System.Runtime.CompilerServices;

namespace OpenSre.Home;

/// <summary>Answers the person at this machine, one message after the other, from the same skills as everybody.</summary>
public sealed class LocalDesk(SkillSet skills, LocalChannel channel) : IDisposable
{
    private readonly SemaphoreSlim _one = new(1, 1);

    /// <summary>The answer as it grows: each text replaces the one before it.</summary>
    public async IAsyncEnumerable<string> AskAsync(string text, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            using var said = channel.Listen();
            var before = "";
            var last = "";
            var message = channel.Message(text);
            if (skills.Choose(message).Stream is { } answer)
            {
                await foreach (var part in skills.Guarded(answer, cancellation).ConfigureAwait(false))
                {
                    foreach (var other in said.Taken())
                    {
                        before += other + "\n\n";
                    }

                    last = Outgoing.Clean(part);
                    yield return before + last;
                }
            }

            skills.Remember(message, last);
            // A skill may have said more in the chat itself, such as a plan to be approved.
            var after = string.Join("\n\n", said.Taken());
            if (after.Length > 0)
            {
                yield return (before + last + "\n\n" + after).Trim();
            }
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();
}
