using System.Text;
using Microsoft.Extensions.AI;

namespace OpenSre.Models;

/// <summary>
/// What a model reads, kept within its window. When it grows too long the oldest answers of tools shrink to their digests,
/// which name the ids under which the whole text is kept; then the oldest steps are replaced by a list of those digests.
/// </summary>
internal sealed class Conversation
{
    private const double CharactersPerToken = 3;
    private const int MessageOverhead = 40;
    private readonly List<ChatMessage> _messages = [];
    private readonly Dictionary<string, string> _digests = new(StringComparer.Ordinal);
    private readonly List<string> _forgotten = [];
    private readonly int _fixedCharacters;
    private long _characters;

    /// <param name="fixedCharacters">Characters of instructions and tools, which are sent every time.</param>
    public Conversation(string prompt, int fixedCharacters)
    {
        _fixedCharacters = fixedCharacters;
        Add(new ChatMessage(ChatRole.User, prompt));
    }

    public IReadOnlyList<ChatMessage> Messages => _messages;

    /// <summary>A cautious estimate; providers count differently.</summary>
    public long Tokens => (long)Math.Ceiling((_characters + _fixedCharacters) / CharactersPerToken);

    public void Say(string text) => Add(new ChatMessage(ChatRole.User, text));

    public void Answer(IList<AIContent> contents) => Add(new ChatMessage(ChatRole.Assistant, contents));

    public void Results(IEnumerable<(string CallId, AgentToolAnswer Answer)> results)
    {
        List<AIContent> contents = [];
        foreach (var (id, answer) in results)
        {
            _digests[id] = answer.Digest;
            contents.Add(new FunctionResultContent(id, answer.Text) { Exception = answer.Failed ? new InvalidOperationException(answer.Digest) : null });
        }

        Add(new ChatMessage(ChatRole.Tool, contents));
    }

    /// <summary>Makes room, oldest first, until it fits; the last step stays whole as long as it can. True when something was taken out.</summary>
    public bool Compact(long tokens)
    {
        if (Tokens <= tokens)
        {
            return false;
        }

        Shrink(tokens, _messages.Count - 2);
        Forget(tokens);
        Shrink(tokens, _messages.Count);
        return true;
    }

    private void Shrink(long tokens, int end)
    {
        for (var i = 0; i < end && Tokens > tokens; i++)
        {
            var contents = _messages[i].Contents;
            for (var j = 0; j < contents.Count && Tokens > tokens; j++)
            {
                if (contents[j] is FunctionResultContent { Result: string text } result && _digests.TryGetValue(result.CallId, out var digest) && digest.Length < text.Length)
                {
                    _characters += digest.Length - text.Length;
                    contents[j] = new FunctionResultContent(result.CallId, digest) { Exception = result.Exception };
                }
            }
        }
    }

    /// <summary>Takes out whole steps, a call never without its answer.</summary>
    private void Forget(long tokens)
    {
        while (Tokens > tokens && _messages.Count > 4)
        {
            // Message 0 is the task, 1 the list of what was taken out, if there is one already.
            var first = _forgotten.Count > 0 ? 2 : 1;
            var count = 1;
            while (first + count < _messages.Count - 2 && _messages[first + count].Role == ChatRole.Tool)
            {
                count++;
            }

            if (first + count > _messages.Count - 2)
            {
                return;
            }

            foreach (var message in _messages.GetRange(first, count))
            {
                _characters -= Length(message);
                _forgotten.AddRange(message.Contents.OfType<FunctionResultContent>().Select(r => _digests.Remove(r.CallId, out var digest) ? digest : "").Where(d => d.Length > 0));
                if (message.Role == ChatRole.User)
                {
                    _forgotten.Add("The person said: " + message.Text);
                }
            }

            _messages.RemoveRange(first, count);
            if (_forgotten.Count == 0)
            {
                _forgotten.Add("Some steps without results.");
            }

            WriteForgotten(first == 2, tokens);
        }
    }

    private void WriteForgotten(bool replace, long tokens)
    {
        // The list itself may not fill the window: its oldest lines go when it takes more than a quarter.
        var room = (long)(tokens * CharactersPerToken / 4);
        while (_forgotten.Count > 1 && _forgotten.Sum(f => f.Length + 1) > room)
        {
            _forgotten.RemoveAt(0);
        }

        var text = new StringBuilder("Earlier steps, left out to make room (what they brought is kept under these ids):\n").AppendJoin('\n', _forgotten).ToString();
        var note = new ChatMessage(ChatRole.User, text);
        if (replace)
        {
            _characters -= Length(_messages[1]);
            _messages[1] = note;
        }
        else
        {
            _messages.Insert(1, note);
        }

        _characters += Length(note);
    }

    private void Add(ChatMessage message)
    {
        _messages.Add(message);
        _characters += Length(message);
    }

    private static long Length(ChatMessage message) => MessageOverhead + message.Contents.Sum(c => c switch
    {
        TextContent text => text.Text.Length,
        TextReasoningContent thought => thought.Text.Length + (thought.ProtectedData?.Length ?? 0),
        FunctionCallContent call => 40 + call.Name.Length + WireArguments.Text(call).Length,
        FunctionResultContent result => 40 + (result.Result as string)?.Length ?? 0,
        _ => 0L,
    });
}
