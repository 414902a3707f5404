using System.Text.Json;

namespace OpenSre.Models;

/// <summary>
/// Any agent of the Agent Client Protocol, version 1 (<c>gemini --acp</c>, <c>qwen --acp</c> …): JSON-RPC 2.0, one message a
/// line. It is offered no files and no terminal. Our tools it gets as an MCP server on standard input and output, because
/// every agent of the protocol can start one: a small program that hands on to a socket of this process.
/// </summary>
/// <param name="ownTools">Whether it may propose to use tools of its own; each use asks a person.</param>
/// <param name="bridge">The program and arguments that connect standard input and output to the socket named after them; none: no tools.</param>
internal sealed class AcpAgent(string name, IReadOnlyList<string> command, bool ownTools, IReadOnlyList<string>? bridge = null) : IAgent
{
    public string Name => name;

    public IAsyncEnumerable<AgentUpdate> RunAsync(AgentTask task, CancellationToken cancellation) => new Run(this, task).RunAsync(cancellation);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private IReadOnlyList<string> Command => command;

    private bool OwnTools => ownTools;

    private IReadOnlyList<string>? Bridge => bridge;

    private sealed class Run(AcpAgent agent, AgentTask task) : ProgramRun(agent.Name, task)
    {
        private const int Initialize = 1;
        private const int Session = 2;
        private LineProcess? _process;
        private ToolSocket? _tools;
        private string _session = "";
        private int _id = Session;
        private int _prompts;

        protected override async Task<IMessageSource> BeginAsync(CancellationToken cancellation)
        {
            _tools = agent.Bridge is null || Task.Tools.Count == 0 ? null : ToolSocket.Open(Task.Tools, Stopping);
            _process = LineProcess.Start(Name, agent.Command, [], keptFolder: null);
            await RequestAsync(Initialize, "initialize", json =>
            {
                json.WriteNumber("protocolVersion", 1);
                json.WriteStartObject("clientCapabilities");
                json.WriteStartObject("fs");
                json.WriteBoolean("readTextFile", false);
                json.WriteBoolean("writeTextFile", false);
                json.WriteEndObject();
                json.WriteBoolean("terminal", false);
                json.WriteEndObject();
            }, cancellation).ConfigureAwait(false);
            return _process;
        }

        protected override Task InterruptAsync(CancellationToken cancellation) => _session.Length == 0
            ? System.Threading.Tasks.Task.CompletedTask
            : _process!.SendAsync(json =>
            {
                json.WriteStartObject();
                json.WriteString("jsonrpc", "2.0");
                json.WriteString("method", "session/cancel");
                json.WriteStartObject("params");
                json.WriteString("sessionId", _session);
                json.WriteEndObject();
                json.WriteEndObject();
            }, cancellation);

        protected override async Task TellAsync(string text, CancellationToken cancellation)
        {
            await InterruptAsync(cancellation).ConfigureAwait(false);
            await PromptAsync(text, cancellation).ConfigureAwait(false);
        }

        protected override async Task<AgentFinished?> HandleAsync(JsonElement message, CancellationToken cancellation)
        {
            var method = message.Text("method");
            if (method is null)
            {
                return await ReplyAsync(message, cancellation).ConfigureAwait(false);
            }

            if (message.Find("id") is { } id)
            {
                Answer(id.Clone(), method, message.Find("params")?.Clone());
                return null;
            }

            if (method == "session/update" && message.Find("params").Find("update") is { } update)
            {
                var text = update.Find("content").Text("text") ?? "";
                switch (update.Text("sessionUpdate"))
                {
                    case "agent_message_chunk":
                        if (text.Length > 0)
                        {
                            Say(text);
                        }

                        break;
                    case "agent_thought_chunk":
                        Emit(new AgentThought(text));
                        break;
                }

                // The protocol has no place for what a step cost; some agents tell it beside.
                if (update.Find("_meta").Find("usage") is { } usage)
                {
                    Count(new TokenUsage(usage.Number("inputTokens"), usage.Number("outputTokens"), usage.Number("cachedReadTokens")), null);
                }
            }

            return null;
        }

        private async Task<AgentFinished?> ReplyAsync(JsonElement message, CancellationToken cancellation)
        {
            if (message.Find("error") is { } error)
            {
                throw new ModelException(ModelFailure.Protocol, $"{Name} refused: {error.Text("message")}{(error.Number("code") == -32000 ? "; sign in to it by itself first" : "")}");
            }

            var result = message.Find("result");
            switch (message.Number("id"))
            {
                case Initialize:
                    await NewSessionAsync(cancellation).ConfigureAwait(false);
                    return null;
                case Session:
                    _session = result.Text("sessionId") ?? throw new ModelException(ModelFailure.Protocol, $"{Name} gave no session");
                    await PromptAsync($"{Task.Instructions}\n\n{Task.Prompt}", cancellation).ConfigureAwait(false);
                    return null;
                default:
                    if (Interlocked.Decrement(ref _prompts) > 0)
                    {
                        // The prompt that was cancelled for what a person said.
                        Said.Clear();
                        return null;
                    }

                    return result.Text("stopReason") switch
                    {
                        "end_turn" => new AgentFinished(AgentEnd.Completed, Said.ToString(), Session: _session),
                        "refusal" => new AgentFinished(AgentEnd.Refused, Said.ToString(), $"{Name} refused to answer", _session),
                        "max_tokens" or "max_turn_requests" => new AgentFinished(AgentEnd.Budget, Said.ToString(), $"{Name} reached a limit of its own", _session),
                        var other => new AgentFinished(AgentEnd.Failed, Said.ToString(), $"{Name} stopped: {other}", _session),
                    };
            }
        }

        private Task NewSessionAsync(CancellationToken cancellation) => RequestAsync(Session, "session/new", json =>
        {
            json.WriteString("cwd", _process!.Folder);
            json.WriteStartArray("mcpServers");
            if (_tools is not null)
            {
                json.WriteStartObject();
                json.WriteString("name", ToolSocket.Name);
                json.WriteString("command", agent.Bridge![0]);
                json.WriteStartArray("args");
                foreach (var argument in agent.Bridge.Skip(1).Append(_tools.Path))
                {
                    json.WriteStringValue(argument);
                }

                json.WriteEndArray();
                json.WriteStartArray("env");
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }, cancellation);

        private Task PromptAsync(string text, CancellationToken cancellation)
        {
            Interlocked.Increment(ref _prompts);
            return RequestAsync(Interlocked.Increment(ref _id), "session/prompt", json =>
            {
                json.WriteString("sessionId", _session);
                json.WriteStartArray("prompt");
                json.WriteStartObject();
                json.WriteString("type", "text");
                json.WriteString("text", text);
                json.WriteEndObject();
                json.WriteEndArray();
            }, cancellation);
        }

        private void Answer(JsonElement id, string method, JsonElement? parameters)
        {
            if (method != "session/request_permission")
            {
                Aside(() => MessageAsync(id, "error", json =>
                {
                    json.WriteNumber("code", -32601);
                    json.WriteString("message", "not known here");
                }));
                return;
            }

            Aside(async () =>
            {
                var call = parameters.Find("toolCall");
                var title = call.Text("title") ?? call.Find("rawInput")?.GetRawText() ?? "";

                // An agent names its tools as it likes, so that one is ours is not believed: a person who sees the call decides.
                var allowed = (agent.OwnTools || LooksLikeOurs(call)) && await Task.Permit(new AgentPermission(Name, call.Text("kind") ?? "tool", title, call.Find("rawInput")?.GetRawText() ?? ""), Stopping).ConfigureAwait(false);
                var option = parameters is { } p ? p.Items("options").FirstOrDefault(o => o.Text("kind") == (allowed ? "allow_once" : "reject_once")).Text("optionId") : null;
                await MessageAsync(id, "result", json =>
                {
                    json.WriteStartObject("outcome");
                    json.WriteString("outcome", option is null ? "cancelled" : "selected");
                    if (option is not null)
                    {
                        json.WriteString("optionId", option);
                    }

                    json.WriteEndObject();
                }).ConfigureAwait(false);
            });
        }

        private bool LooksLikeOurs(JsonElement? call) => _tools is not null && call?.GetRawText() is { } text && Task.Tools.Any(t => text.Contains(t.Name, StringComparison.Ordinal));

        protected override ValueTask EndAsync() => _tools?.DisposeAsync() ?? ValueTask.CompletedTask;

        private Task MessageAsync(JsonElement id, string member, Action<Utf8JsonWriter> write) => _process!.SendAsync(json =>
        {
            json.WriteStartObject();
            json.WriteString("jsonrpc", "2.0");
            json.WritePropertyName("id");
            id.WriteTo(json);
            json.WriteStartObject(member);
            write(json);
            json.WriteEndObject();
            json.WriteEndObject();
        }, Stopping);

        private Task RequestAsync(int id, string method, Action<Utf8JsonWriter> write, CancellationToken cancellation) => _process!.SendAsync(json =>
        {
            json.WriteStartObject();
            json.WriteString("jsonrpc", "2.0");
            json.WriteNumber("id", id);
            json.WriteString("method", method);
            json.WriteStartObject("params");
            write(json);
            json.WriteEndObject();
            json.WriteEndObject();
        }, cancellation);
    }
}
