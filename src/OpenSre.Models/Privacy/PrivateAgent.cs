using System.Runtime.CompilerServices;
using System.Text;

namespace OpenSre.Models;

/// <summary>
/// The border of the machine: whatever goes to an agent is masked and written into the transcript, whatever comes back is
/// unmasked for the person. Every agent is behind one.
/// </summary>
public sealed class PrivateAgent(IAgent inner, Masking masking, Transcript? transcript = null) : IAgent
{
    public string Name => inner.Name;

    public async IAsyncEnumerable<AgentUpdate> RunAsync(AgentTask task, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var text = new StreamUnmasker(masking);
        var thought = new StreamUnmasker(masking);
        var hidden = task with
        {
            Instructions = masking.Mask(task.Instructions),
            Prompt = masking.Mask(task.Prompt),
            Tools = [.. task.Tools.Select(Hidden)],
            Steering = task.Steering is null ? null : new HiddenSteering(task.Steering, this),
            // The command stays as it is, masks and all: the program runs it so, and a person approves what will run.
            Permit = (permission, token) => task.Permit(permission with { Reason = masking.Unmask(permission.Reason) }, token),
        };
        Note("sent", "instructions", hidden.Instructions);
        Note("sent", "tools", new StringBuilder().AppendJoin('\n', hidden.Tools.Select(t => $"{t.Name}: {t.Description} {t.JsonSchema}")).ToString());
        Note("sent", "prompt", hidden.Prompt);
        await foreach (var update in inner.RunAsync(hidden, cancellation).ConfigureAwait(false))
        {
            switch (update)
            {
                case AgentText piece:
                    if (text.Push(piece.Text) is { Length: > 0 } shown)
                    {
                        yield return new AgentText(shown);
                    }

                    break;
                case AgentThought piece:
                    if (thought.Push(piece.Text) is { Length: > 0 } thoughtShown)
                    {
                        yield return new AgentThought(thoughtShown);
                    }

                    break;
                case AgentFinished end:
                    Note("received", "end", $"{end.End} {end.Reason}\n{end.Text}");
                    if (text.Flush() is { Length: > 0 } rest)
                    {
                        yield return new AgentText(rest);
                    }

                    yield return end with { Text = masking.Unmask(end.Text), Reason = masking.Unmask(end.Reason) };
                    break;
                case AgentSteered said:
                    yield return new AgentSteered(masking.Unmask(said.Text));
                    break;
                case AgentActStarted act:
                    Note("received", "act", $"{act.Action} {string.Join(' ', act.Arguments.Select(a => $"{a.Key}={a.Value}"))}");
                    yield return act;
                    break;
                default:
                    yield return update;
                    break;
            }
        }
    }

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private AgentTool Hidden(AgentTool tool) => tool with
    {
        Description = masking.Mask(tool.Description),
        CallAsync = async (arguments, cancellation) =>
        {
            Note("received", "tool call", $"{tool.Name} {string.Join(' ', arguments.Select(a => $"{a.Key}={a.Value}"))}");
            var open = arguments.ToDictionary(a => a.Key, a => masking.UnmaskArgument(a.Value), StringComparer.Ordinal);
            var answer = await tool.CallAsync(open, cancellation).ConfigureAwait(false);
            var hidden = answer with { Text = masking.Mask(answer.Text), Digest = masking.Mask(answer.Digest) };
            Note("sent", "tool answer", hidden.Text);
            return hidden;
        },
    };

    private void Note(string direction, string what, string text) => transcript?.Add(direction, inner.Name, what, text);

    private sealed class HiddenSteering(ISteering said, PrivateAgent owner) : ISteering
    {
        public bool TryTake(out string text)
        {
            if (!said.TryTake(out text))
            {
                return false;
            }

            text = owner.Mask(text);
            owner.Note("sent", "steering", text);
            return true;
        }

        public Task WaitAsync(CancellationToken cancellation) => said.WaitAsync(cancellation);
    }

    private string Mask(string text) => masking.Mask(text);
}
