using System.Text.Json;

namespace OpenSre.Models;

/// <summary>
/// Codex (<c>codex app-server</c>): newline-delimited JSON-RPC without the version member. Our tools are its dynamic tools;
/// every request it makes is answered, or its turn would hang. Tolerant of unknown methods, fields and versions; checked
/// with 0.169.
/// </summary>
/// <param name="ownTools">Whether it may propose commands and file changes; each asks a person. It runs in a read-only sandbox either way.</param>
internal sealed class CodexAgent(string name, IReadOnlyList<string> command, string model, bool ownTools) : IAgent
{
    public string Name => name;

    public IAsyncEnumerable<AgentUpdate> RunAsync(AgentTask task, CancellationToken cancellation) => new Run(this, task).RunAsync(cancellation);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private IReadOnlyList<string> Command => command;

    private string Model => model;

    private bool OwnTools => ownTools;

    private sealed class Run(CodexAgent agent, AgentTask task) : ProgramRun(agent.Name, task)
    {
        private const int Initialize = 1;
        private const int Thread = 2;
        private LineProcess? _process;
        private string _thread = "";
        private string _turn = "";
        private string _text = "";
        private int _id = Thread;

        protected override async Task<LineProcess> BeginAsync(CancellationToken cancellation)
        {
            _process = LineProcess.Start(Name, agent.Command, ["app-server"], keptFolder: null);
            await RequestAsync(Initialize, "initialize", json =>
            {
                json.WriteStartObject("clientInfo");
                json.WriteString("name", "opensre");
                json.WriteString("title", "OpenSRE");
                json.WriteString("version", "1");
                json.WriteEndObject();
                json.WriteStartObject("capabilities");
                json.WriteBoolean("experimentalApi", true);
                json.WriteEndObject();
            }, cancellation).ConfigureAwait(false);
            return _process;
        }

        protected override Task InterruptAsync(CancellationToken cancellation) => _turn.Length == 0
            ? System.Threading.Tasks.Task.CompletedTask
            : RequestAsync(Next(), "turn/interrupt", json =>
            {
                json.WriteString("threadId", _thread);
                json.WriteString("turnId", _turn);
            }, cancellation);

        // Starting a turn while one runs steers that one, in every version; turn/steer is newer.
        protected override Task TellAsync(string text, CancellationToken cancellation) => TurnAsync(text, cancellation);

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

            var parameters = message.Find("params");
            switch (method)
            {
                case "turn/started":
                    _turn = parameters.Find("turn").Text("id") ?? _turn;
                    break;
                case "item/agentMessage/delta":
                    Say(parameters.Text("delta") ?? "");
                    break;
                case "item/reasoning/summaryTextDelta" or "item/reasoning/textDelta":
                    Emit(new AgentThought(parameters.Text("delta") ?? ""));
                    break;
                case "item/completed" when parameters.Find("item") is { } item && item.Text("type") == "agentMessage":
                    _text = item.Text("text") ?? _text;
                    break;
                case "thread/tokenUsage/updated":
                    var last = parameters.Find("tokenUsage").Find("last");
                    Count(new TokenUsage(last.Number("inputTokens"), last.Number("outputTokens"), last.Number("cachedInputTokens"), last.Number("cacheWriteInputTokens")), null);
                    break;
                case "error" when parameters is { } error:
                    Emit(new AgentNotice($"{Name}: {error.Find("error").Text("message") ?? "an error without words"}{(error.IsTrue("willRetry") ? "; it tries again" : "")}"));
                    break;
                case "configWarning" when parameters?.GetRawText() is { } warning && (warning.Contains("nvalid configuration", StringComparison.Ordinal) || warning.Contains("using defaults", StringComparison.Ordinal)):
                    // It would go on with its defaults: another provider than the one that was configured.
                    throw new ModelException(ModelFailure.NotAllowed, $"{Name} cannot use its configuration: {parameters.Text("summary") ?? parameters.Text("message") ?? parameters?.GetRawText()}");
                case "turn/completed":
                    return End(parameters.Find("turn"));
            }

            return null;
        }

        private async Task<AgentFinished?> ReplyAsync(JsonElement message, CancellationToken cancellation)
        {
            var id = message.Number("id");
            if (message.Find("error") is { } error)
            {
                if (id is Initialize or Thread || _turn.Length == 0)
                {
                    throw new ModelException(ModelFailure.Protocol, $"{Name} refused: {error.Text("message")}");
                }

                Emit(new AgentNotice($"{Name}: {error.Text("message")}"));
                return null;
            }

            var result = message.Find("result");
            switch (id)
            {
                case Initialize:
                    await _process!.SendAsync(json =>
                    {
                        json.WriteStartObject();
                        json.WriteString("method", "initialized");
                        json.WriteEndObject();
                    }, cancellation).ConfigureAwait(false);
                    await StartAsync(cancellation).ConfigureAwait(false);
                    break;
                case Thread:
                    _thread = result.Find("thread").Text("id") ?? throw new ModelException(ModelFailure.Protocol, $"{Name} gave no thread");
                    await TurnAsync(Task.Prompt, cancellation).ConfigureAwait(false);
                    break;
                default:
                    _turn = result.Find("turn").Text("id") ?? _turn;
                    break;
            }

            return null;
        }

        private Task StartAsync(CancellationToken cancellation) => RequestAsync(Thread, Task.Resume is null ? "thread/start" : "thread/resume", json =>
        {
            if (Task.Resume is { } thread)
            {
                json.WriteString("threadId", thread);
                json.WriteBoolean("excludeTurns", true);
            }

            // Always both, and by request: a resumed thread may come back with others, and newer versions refuse them as settings.
            json.WriteString("cwd", _process!.Folder);
            json.WriteString("approvalPolicy", "untrusted");
            json.WriteString("sandbox", "read-only");
            json.WriteString("developerInstructions", Task.Instructions);
            if (agent.Model.Length > 0)
            {
                json.WriteString("model", agent.Model);
            }

            if (!agent.OwnTools)
            {
                json.WriteStartObject("config");
                json.WriteBoolean("features.shell_tool", false);
                json.WriteBoolean("features.unified_exec", false);
                json.WriteBoolean("features.multi_agent", false);
                json.WriteString("web_search", "disabled");
                json.WriteEndObject();
            }

            json.WriteStartArray("dynamicTools");
            foreach (var tool in Task.Tools)
            {
                json.WriteStartObject();
                json.WriteString("name", tool.Name);
                json.WriteString("description", tool.Description);
                json.WritePropertyName("inputSchema");
                json.WriteRawValue(tool.JsonSchema);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }, cancellation);

        private Task TurnAsync(string text, CancellationToken cancellation) => RequestAsync(Next(), "turn/start", json =>
        {
            json.WriteString("threadId", _thread);
            json.WriteStartArray("input");
            json.WriteStartObject();
            json.WriteString("type", "text");
            json.WriteString("text", text);
            json.WriteEndObject();
            json.WriteEndArray();
        }, cancellation);

        private AgentFinished End(JsonElement? turn)
        {
            var text = _text.Length > 0 ? _text : Said.ToString();
            return turn.Text("status") switch
            {
                "completed" => new AgentFinished(AgentEnd.Completed, text, Session: _thread),
                "interrupted" => new AgentFinished(AgentEnd.Failed, text, $"{Name} was interrupted", _thread),
                _ => new AgentFinished(AgentEnd.Failed, text, $"{Name}: {turn.Find("error").Text("message") ?? "the turn failed"}", _thread),
            };
        }

        /// <summary>Answers a request of the program. Whatever is not known is refused, so that nothing waits for ever.</summary>
        private void Answer(JsonElement id, string method, JsonElement? parameters)
        {
            switch (method)
            {
                case "item/tool/call":
                    Aside(async () =>
                    {
                        var arguments = parameters.Find("arguments") is { ValueKind: JsonValueKind.String } text ? Parse(text.GetString()!) : parameters.Find("arguments").AsArguments();
                        var answer = await CallAsync(parameters.Text("tool") ?? "", arguments).ConfigureAwait(false);
                        await ResultAsync(id, json =>
                        {
                            json.WriteStartArray("contentItems");
                            json.WriteStartObject();
                            json.WriteString("type", "inputText");
                            json.WriteString("text", answer.Text);
                            json.WriteEndObject();
                            json.WriteEndArray();
                            json.WriteBoolean("success", !answer.Failed);
                        }).ConfigureAwait(false);
                    });
                    break;
                case "item/commandExecution/requestApproval" or "item/fileChange/requestApproval":
                    Aside(async () =>
                    {
                        var isCommand = method.Contains("command", StringComparison.Ordinal);
                        var what = parameters.Text("command") ?? parameters.Text("reason") ?? parameters.Text("itemId") ?? "";
                        var allowed = agent.OwnTools && await Task.Permit(new AgentPermission(Name, isCommand ? "command" : "file change", what, parameters.Text("reason") ?? ""), Stopping).ConfigureAwait(false);
                        await ResultAsync(id, json => json.WriteString("decision", allowed ? "accept" : "decline")).ConfigureAwait(false);
                    });
                    break;
                case "execCommandApproval" or "applyPatchApproval":
                    Aside(() => ResultAsync(id, json => json.WriteString("decision", "denied")));
                    break;
                case "item/permissions/requestApproval":
                    Aside(() => ResultAsync(id, json =>
                    {
                        json.WriteStartObject("permissions");
                        json.WriteEndObject();
                        json.WriteString("scope", "turn");
                    }));
                    break;
                case "item/tool/requestUserInput":
                    Aside(() => ResultAsync(id, json =>
                    {
                        json.WriteStartObject("answers");
                        json.WriteEndObject();
                    }));
                    break;
                case "mcpServer/elicitation/request":
                    Aside(() => ResultAsync(id, json => json.WriteString("action", "decline")));
                    break;
                default:
                    Aside(() => _process!.SendAsync(json =>
                    {
                        json.WriteStartObject();
                        json.WritePropertyName("id");
                        id.WriteTo(json);
                        json.WriteStartObject("error");
                        json.WriteNumber("code", -32601);
                        json.WriteString("message", "not known here");
                        json.WriteEndObject();
                        json.WriteEndObject();
                    }, Stopping));
                    break;
            }
        }

        private static Dictionary<string, string> Parse(string text)
        {
            try
            {
                using var document = JsonDocument.Parse(text);
                return ((JsonElement?)document.RootElement).AsArguments();
            }
            catch (JsonException)
            {
                // The tool says what it misses.
                return [];
            }
        }

        private int Next() => Interlocked.Increment(ref _id);

        private Task ResultAsync(JsonElement id, Action<Utf8JsonWriter> write) => _process!.SendAsync(json =>
        {
            // The id goes back as it came: "0" for 0 would be ignored.
            json.WriteStartObject();
            json.WritePropertyName("id");
            id.WriteTo(json);
            json.WriteStartObject("result");
            write(json);
            json.WriteEndObject();
            json.WriteEndObject();
        }, Stopping);

        private Task RequestAsync(int id, string method, Action<Utf8JsonWriter> write, CancellationToken cancellation) => _process!.SendAsync(json =>
        {
            json.WriteStartObject();
            json.WriteString("method", method);
            json.WriteNumber("id", id);
            json.WriteStartObject("params");
            write(json);
            json.WriteEndObject();
            json.WriteEndObject();
        }, cancellation);
    }
}
