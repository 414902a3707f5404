using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.AI;

namespace OpenSre.Models;

/// <summary>The loop around a chat model: ask, run the tools it calls, ask again, until it concludes or a budget is spent.</summary>
/// <param name="window">Tokens the model reads.</param>
/// <param name="maxOutput">Tokens of one answer.</param>
/// <param name="price">Null when nobody knows it: then money is not counted.</param>
public sealed class ChatAgent(IChatClient client, string name, int window, int maxOutput, Price? price = null, Retries? retries = null, TimeProvider? time = null) : IAgent
{
    private readonly Retries _retries = retries ?? new Retries();
    private readonly TimeProvider _time = time ?? TimeProvider.System;

    public string Name => name;

    public async IAsyncEnumerable<AgentUpdate> RunAsync(AgentTask task, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var updates = Channel.CreateUnbounded<AgentUpdate>(new UnboundedChannelOptions { SingleReader = true });
        var run = Task.Run(() => new Run(this, task, updates.Writer, stop.Token).GoAsync(), CancellationToken.None);
        try
        {
            await foreach (var update in updates.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
            {
                yield return update;
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await run.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await run.ConfigureAwait(false);
    }

    public ValueTask DisposeAsync()
    {
        client.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>What one question to the model brought.</summary>
    private sealed class Answer
    {
        public List<AIContent> Contents { get; } = [];

        public ChatFinishReason? Finish { get; set; }

        public TokenUsage Usage { get; set; }

        /// <summary>A person said something meanwhile, so the rest was not waited for.</summary>
        public bool Interrupted { get; set; }

        public string Text => string.Concat(Contents.OfType<TextContent>().Select(t => t.Text));

        public void Add(AIContent content)
        {
            switch (content)
            {
                case TextContent text when Contents.Count > 0 && Contents[^1] is TextContent before:
                    before.Text += text.Text;
                    break;
                case TextReasoningContent thought when Contents.Count > 0 && Contents[^1] is TextReasoningContent { ProtectedData: null } before:
                    var joined = new TextReasoningContent(before.Text + thought.Text) { ProtectedData = thought.ProtectedData, AdditionalProperties = thought.AdditionalProperties ?? before.AdditionalProperties };
                    Contents[^1] = joined;
                    break;
                case UsageContent { Details: { } details }:
                    Usage += new TokenUsage(details.InputTokenCount ?? 0, details.OutputTokenCount ?? 0, details.CachedInputTokenCount ?? 0, details.AdditionalCounts?.TryGetValue(ProviderClient.CacheWritten, out var written) == true ? written : 0);
                    break;
                case TextContent text:
                    Contents.Add(new TextContent(text.Text));
                    break;
                default:
                    Contents.Add(content);
                    break;
            }
        }
    }

    private sealed class Run(ChatAgent agent, AgentTask task, ChannelWriter<AgentUpdate> updates, CancellationToken cancellation)
    {
        private const string LastStep = "This is your last answer: the budget of this investigation is spent after it. Call no tools; conclude from what you have.";

        private readonly Conversation _conversation = new(task.Prompt, task.Instructions.Length + task.Tools.Sum(t => t.Description.Length + t.JsonSchema.Length));
        private readonly Dictionary<string, AgentTool> _tools = task.Tools.ToDictionary(t => t.Name, StringComparer.Ordinal);
        private readonly List<AITool> _declarations = [.. task.Tools.Select(t => new ToolDeclaration(t.Name, t.Description, t.JsonSchema))];
        private readonly long _began = agent._time.GetTimestamp();
        private readonly Queue<string> _said = [];
        private TokenUsage _usage;
        private decimal _money;
        private string _partial = "";

        public async Task GoAsync()
        {
            Exception? broken = null;
            try
            {
                updates.TryWrite(await StepsAsync().ConfigureAwait(false));
            }
            catch (ModelException e)
            {
                updates.TryWrite(new AgentFinished(AgentEnd.Failed, _partial, e.Message));
            }
            catch (Exception e)
            {
                // Cancellation, or a defect: whoever enumerates gets it.
                broken = e;
                throw;
            }
            finally
            {
                updates.TryComplete(broken);
            }
        }

        private TimeSpan Left => (task.Budget.Time ?? TimeSpan.FromHours(12)) - agent._time.GetElapsedTime(_began) + task.Waiting.Total;

        private async Task<AgentFinished> StepsAsync()
        {
            for (var step = 1; ; step++)
            {
                if (Spent(step) is { } reason)
                {
                    return new AgentFinished(AgentEnd.Budget, _partial, reason);
                }

                Hear();
                if (step == task.Budget.Steps && step > 1)
                {
                    _conversation.Say(LastStep);
                }

                MakeRoom(0.75, 0.5);
                Answer answer;
                try
                {
                    answer = await AskWithRetriesAsync().ConfigureAwait(false);
                }
                catch (TimeoutException)
                {
                    return new AgentFinished(AgentEnd.Budget, _partial, OutOfTime());
                }

                Count(answer.Usage);
                if (answer.Text.Length > 0)
                {
                    _partial = answer.Text;
                }

                if (answer.Interrupted)
                {
                    _conversation.Answer([new TextContent(answer.Text + " [interrupted by the person]")]);
                    continue;
                }

                if (answer.Finish == ChatFinishReason.ContentFilter)
                {
                    return new AgentFinished(AgentEnd.Refused, answer.Text, "the model refused to answer");
                }

                _conversation.Answer(answer.Contents.Count > 0 ? answer.Contents : [new TextContent("(nothing)")]);
                var calls = answer.Contents.OfType<FunctionCallContent>().ToList();
                if (calls.Count == 0)
                {
                    if (Hear())
                    {
                        continue;
                    }

                    return new AgentFinished(AgentEnd.Completed, answer.Text, answer.Finish == ChatFinishReason.Length ? "the answer was cut at its longest allowed length" : "");
                }

                if (step >= task.Budget.Steps)
                {
                    return new AgentFinished(AgentEnd.Budget, _partial, $"the budget of {task.Budget.Steps} steps was spent");
                }

                _conversation.Results(await CallAsync(calls).ConfigureAwait(false));
            }
        }

        private string? Spent(int step)
        {
            if (step > task.Budget.Steps)
            {
                return $"the budget of {task.Budget.Steps} steps was spent";
            }

            if (_usage.Total >= task.Budget.Tokens)
            {
                return $"the budget of {task.Budget.Tokens:N0} tokens was spent";
            }

            if (task.Budget.Money is { } money && agent.HasPrice && _money >= money)
            {
                return $"the budget of ${money:0.00##} was spent";
            }

            return Left <= TimeSpan.Zero ? OutOfTime() : null;
        }

        private string OutOfTime() => $"the budget of {task.Budget.Time?.TotalSeconds ?? 0:0} s was spent";

        private bool Hear()
        {
            while (task.Steering?.TryTake(out var text) == true)
            {
                _said.Enqueue(text);
            }

            var heard = _said.Count > 0;
            while (_said.TryDequeue(out var text))
            {
                _conversation.Say(text);
                updates.TryWrite(new AgentSteered(text));
            }

            return heard;
        }

        private void MakeRoom(double above, double down)
        {
            var room = Math.Max(1_000, agent.Window - Math.Min(agent.MaxOutput, agent.Window / 2));
            if (_conversation.Tokens > room * above)
            {
                var before = _conversation.Tokens;
                _conversation.Compact((long)(room * down));
                updates.TryWrite(new AgentNotice($"made room in the conversation: about {before:N0} tokens became {_conversation.Tokens:N0}; the ids of all evidence stay"));
            }
        }

        private void Count(TokenUsage usage)
        {
            _usage += usage;
            var money = agent.PriceOf(usage);
            _money += money ?? 0;
            updates.TryWrite(new AgentSpent(usage, money));
        }

        private async Task<Answer> AskWithRetriesAsync()
        {
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    return await AskAsync().ConfigureAwait(false);
                }
                catch (ModelException e) when (e.Failure == ModelFailure.TooLong && attempt < agent._retries.Attempts)
                {
                    updates.TryWrite(new AgentNotice(e.Message));
                    if (!_conversation.Compact(_conversation.Tokens / 2))
                    {
                        throw;
                    }
                }
                catch (ModelException e) when (e.MayPass && attempt < agent._retries.Attempts)
                {
                    var wait = agent._retries.Wait(attempt, e.RetryAfter);
                    if (wait > Left)
                    {
                        throw;
                    }

                    updates.TryWrite(new AgentNotice($"{e.Message}; trying again in {wait.TotalSeconds:0.#} s ({attempt} of {agent._retries.Attempts - 1})"));
                    await agent._retries.SleepAsync(wait, cancellation).ConfigureAwait(false);
                }
            }
        }

        private async Task<Answer> AskAsync()
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            using var clock = new CancellationTokenSource(Left > TimeSpan.FromMilliseconds(1) ? Left : TimeSpan.FromMilliseconds(1), agent._time);
            using var expiry = clock.Token.UnsafeRegister(static s => ((CancellationTokenSource)s!).Cancel(), stop);
            var remaining = task.Budget.Tokens - _usage.Total;
            var options = new ChatOptions
            {
                Instructions = task.Instructions,
                Tools = _declarations,
                MaxOutputTokens = (int)Math.Clamp(remaining, 256, agent.MaxOutput),
            };
            var answer = new Answer();
            var heard = task.Steering?.WaitAsync(stop.Token);
            var stream = agent.Client.GetStreamingResponseAsync(_conversation.Messages, options, stop.Token).GetAsyncEnumerator(stop.Token);
            try
            {
                while (true)
                {
                    var next = stream.MoveNextAsync().AsTask();
                    while (heard is not null && await Task.WhenAny(next, heard).ConfigureAwait(false) == heard)
                    {
                        if (task.Steering!.TryTake(out var text))
                        {
                            _said.Enqueue(text);
                            answer.Interrupted = true;
                            await stop.CancelAsync().ConfigureAwait(false);
                            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                            return answer;
                        }

                        heard = task.Steering.WaitAsync(stop.Token);
                    }

                    if (!await next.ConfigureAwait(false))
                    {
                        return answer;
                    }

                    Take(answer, stream.Current);
                }
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested && clock.IsCancellationRequested)
            {
                _partial = answer.Text.Length > 0 ? answer.Text : _partial;
                throw new TimeoutException();
            }
            finally
            {
                await stop.CancelAsync().ConfigureAwait(false);
                await stream.DisposeAsync().ConfigureAwait(false);
            }
        }

        private void Take(Answer answer, ChatResponseUpdate update)
        {
            answer.Finish = update.FinishReason ?? answer.Finish;
            foreach (var content in update.Contents)
            {
                answer.Add(content);
                switch (content)
                {
                    case TextContent { Text.Length: > 0 } text:
                        updates.TryWrite(new AgentText(text.Text));
                        break;
                    case TextReasoningContent { Text.Length: > 0 } thought:
                        updates.TryWrite(new AgentThought(thought.Text));
                        break;
                }
            }
        }

        /// <summary>Runs the calls of one answer, several at a time; the results come in the order of the calls.</summary>
        private async Task<IReadOnlyList<(string, AgentToolAnswer)>> CallAsync(List<FunctionCallContent> calls)
        {
            using var places = new SemaphoreSlim(Math.Max(1, task.Budget.Parallel));
            var running = calls.Select(async call =>
            {
                await places.WaitAsync(cancellation).ConfigureAwait(false);
                try
                {
                    return (call.CallId, await OneAsync(call).ConfigureAwait(false));
                }
                finally
                {
                    places.Release();
                }
            }).ToList();
            return await Task.WhenAll(running).ConfigureAwait(false);
        }

        private Task<AgentToolAnswer> OneAsync(FunctionCallContent call)
        {
            if (!_tools.TryGetValue(call.Name, out var tool))
            {
                return Task.FromResult(new AgentToolAnswer($"There is no tool {call.Name}. The tools are: {string.Join(", ", _tools.Keys)}.", $"{call.Name}: no such tool", Failed: true));
            }

            return call.Exception is not null
                ? Task.FromResult(new AgentToolAnswer($"The arguments of {call.Name} could not be read: {call.Exception.Message}", $"{call.Name}: unreadable arguments", Failed: true))
                : tool.CallAsync(WireArguments.Strings(call), cancellation);
        }
    }

    private IChatClient Client => client;

    private int Window => window;

    private int MaxOutput => maxOutput;

    private bool HasPrice => price is not null;

    private decimal? PriceOf(TokenUsage usage) => price?.Of(usage);
}
