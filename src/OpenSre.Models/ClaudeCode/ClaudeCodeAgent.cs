using System.Text.Json;

namespace OpenSre.Models;

/// <summary>
/// Claude Code (<c>claude -p</c>), stream-json in both directions. The task goes through standard input, never through
/// arguments; the tools are an MCP server inside this process, over the same pipe; questions for permission come over it
/// too. Checked with version 2.1.197.
/// </summary>
/// <param name="ownTools">Whether it may propose to use its own tools (commands, files); each use asks a person.</param>
/// <param name="folder">An empty folder to work in; it finds its sessions by it. Null for a new one each time, without resuming.</param>
internal sealed class ClaudeCodeAgent(string name, IReadOnlyList<string> command, string model, bool ownTools, string? folder = null) : IAgent
{
    public string Name => name;

    public IAsyncEnumerable<AgentUpdate> RunAsync(AgentTask task, CancellationToken cancellation) => new Run(this, task).RunAsync(cancellation);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private IEnumerable<string> Arguments(AgentTask task)
    {
        string[] fixedOnes =
        [
            "-p", "--input-format", "stream-json", "--output-format", "stream-json", "--verbose", "--include-partial-messages",
            "--permission-prompt-tool", "stdio", "--permission-mode", "default", "--strict-mcp-config", "--mcp-config", """{"mcpServers":{"opensre":{"type":"sdk","name":"opensre"}}}""",
            "--setting-sources", "", "--max-turns", task.Budget.Steps.ToString(),
        ];
        return
        [
            .. fixedOnes,
            .. ownTools ? Array.Empty<string>() : ["--tools", ""],
            .. model.Length > 0 ? ["--model", model] : Array.Empty<string>(),
            .. task.Budget.Money is { } money ? ["--max-budget-usd", money.ToString("0.####")] : Array.Empty<string>(),
            .. task.Resume is { } session ? ["--resume", session] : Array.Empty<string>(),
        ];
    }

    private sealed class Run(ClaudeCodeAgent agent, AgentTask task) : ProgramRun(agent.Name, task)
    {
        private readonly ToolServer _tools = new(task.Tools);
        private LineProcess? _process;
        private string? _session;
        private int _requests;
        private int _turnsToEnd = 1;
        private TokenUsage _step;
        private decimal _money;

        protected override async Task<IMessageSource> BeginAsync(CancellationToken cancellation)
        {
            _process = LineProcess.Start(
                Name,
                agent.Command,
                agent.Arguments(Task),
                agent.Folder,
                ("DISABLE_TELEMETRY", "1"),
                ("CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "1"),
                ("DISABLE_AUTOUPDATER", "1"),
                ("CLAUDE_CODE_MAX_RETRIES", "4"),
                ("CLAUDECODE", null),
                ("CLAUDE_CODE_ENTRYPOINT", null));
            await ControlAsync("initialize", cancellation).ConfigureAwait(false);
            await UserAsync($"{Task.Instructions}\n\n{Task.Prompt}", cancellation).ConfigureAwait(false);
            return _process;
        }

        protected override Task InterruptAsync(CancellationToken cancellation) => ControlAsync("interrupt", cancellation);

        protected override async Task TellAsync(string text, CancellationToken cancellation)
        {
            // The turn that is interrupted ends with a result of its own.
            Interlocked.Increment(ref _turnsToEnd);
            await InterruptAsync(cancellation).ConfigureAwait(false);
            await UserAsync(text, cancellation).ConfigureAwait(false);
        }

        protected override Task<AgentFinished?> HandleAsync(JsonElement message, CancellationToken cancellation)
        {
            _session ??= message.Text("session_id");
            switch (message.Text("type"))
            {
                case "stream_event" when message.Find("parent_tool_use_id") is null && message.Find("event") is { } e:
                    Stream(e);
                    break;
                case "control_request" when message.Find("request") is { } request:
                    Answer(message.Text("request_id") ?? "", request.Clone());
                    break;
                case "system" when message.Text("subtype") == "api_retry":
                    Emit(new AgentNotice($"{Name}: the model's API failed ({message.Find("error")?.GetRawText().Trim('"')} {message.Number("error_status")}); trying again in {message.Number("retry_delay_ms") / 1000.0:0.#} s"));
                    break;
                case "result":
                    return System.Threading.Tasks.Task.FromResult(End(message));
            }

            return System.Threading.Tasks.Task.FromResult<AgentFinished?>(null);
        }

        private void Stream(JsonElement e)
        {
            switch (e.Text("type"))
            {
                case "message_start":
                    // A new answer: what it said before its tools ran was said already.
                    Said.Clear();
                    var usage = e.Find("message").Find("usage");
                    _step = new TokenUsage(
                        usage.Number("input_tokens") + usage.Number("cache_read_input_tokens") + usage.Number("cache_creation_input_tokens"), 0, usage.Number("cache_read_input_tokens"), usage.Number("cache_creation_input_tokens"));
                    break;
                case "content_block_delta" when e.Find("delta") is { } delta:
                    if (delta.Text("text") is { Length: > 0 } text)
                    {
                        Say(text);
                    }
                    else if (delta.Text("thinking") is { Length: > 0 } thought)
                    {
                        Emit(new AgentThought(thought));
                    }

                    break;
                case "message_delta":
                    Count(_step with { Output = e.Find("usage").Number("output_tokens") }, null);
                    break;
            }
        }

        private AgentFinished? End(JsonElement result)
        {
            var money = result.Find("total_cost_usd") is { ValueKind: JsonValueKind.Number } cost && cost.TryGetDecimal(out var total) ? total : 0;
            if (money > _money)
            {
                Count(default, money - _money);
                _money = money;
            }

            if (Interlocked.Decrement(ref _turnsToEnd) > 0)
            {
                return null;
            }

            var text = result.Text("result") ?? Said.ToString();
            var why = result.Items("errors").Select(e => e.ToString()).FirstOrDefault() ?? text;
            return result.Text("subtype") switch
            {
                "success" when !result.IsTrue("is_error") => new AgentFinished(AgentEnd.Completed, text, Session: _session),
                "error_max_turns" or "error_max_budget_usd" => new AgentFinished(AgentEnd.Budget, Said.ToString(), why, _session),
                _ => new AgentFinished(AgentEnd.Failed, Said.ToString(), $"{Name}: {why}", _session),
            };
        }

        private void Answer(string id, JsonElement request)
        {
            switch (request.Text("subtype"))
            {
                case "mcp_message" when request.Find("message") is { } message:
                    Aside(async () =>
                    {
                        var reply = await _tools.AnswerAsync(message, Stopping).ConfigureAwait(false);
                        await ReplyAsync(id, json =>
                        {
                            json.WritePropertyName("mcp_response");
                            if (reply is null)
                            {
                                json.WriteRawValue("""{"jsonrpc":"2.0","result":{},"id":0}""");
                            }
                            else
                            {
                                reply(json);
                            }
                        }).ConfigureAwait(false);
                    });
                    break;
                case "can_use_tool":
                    Aside(() => PermitAsync(id, request));
                    break;
                default:
                    Aside(() => _process!.SendAsync(
                        json =>
                        {
                            json.WriteStartObject();
                            json.WriteString("type", "control_response");
                            json.WriteStartObject("response");
                            json.WriteString("subtype", "error");
                            json.WriteString("request_id", id);
                            json.WriteString("error", "not known here");
                            json.WriteEndObject();
                            json.WriteEndObject();
                        },
                        Stopping));
                    break;
            }
        }

        private async Task PermitAsync(string id, JsonElement request)
        {
            var tool = request.Text("tool_name") ?? "";
            var input = request.Find("input");
            var command = input.Text("command") ?? input.Text("file_path") ?? input?.GetRawText() ?? "";

            // Our own tools only read, and their calls are checked where they run.
            var allowed = tool.StartsWith("mcp__opensre__", StringComparison.Ordinal)
                || (agent.OwnTools && await Task.Permit(new AgentPermission(Name, tool, $"{tool}: {command}", request.Text("decision_reason") ?? ""), Stopping).ConfigureAwait(false));
            await ReplyAsync(id, json =>
            {
                json.WriteString("behavior", allowed ? "allow" : "deny");
                if (allowed)
                {
                    json.WritePropertyName("updatedInput");
                    if (input is { } value)
                    {
                        value.WriteTo(json);
                    }
                    else
                    {
                        json.WriteRawValue("{}");
                    }
                }
                else
                {
                    json.WriteString("message", "Declined. Use the opensre tools; they only read.");
                }
            }).ConfigureAwait(false);
        }

        private Task ReplyAsync(string id, Action<Utf8JsonWriter> write) => _process!.SendAsync(
            json =>
            {
                json.WriteStartObject();
                json.WriteString("type", "control_response");
                json.WriteStartObject("response");
                json.WriteString("subtype", "success");
                json.WriteString("request_id", id);
                json.WriteStartObject("response");
                write(json);
                json.WriteEndObject();
                json.WriteEndObject();
                json.WriteEndObject();
            },
            Stopping);

        private Task ControlAsync(string subtype, CancellationToken cancellation) => _process!.SendAsync(
            json =>
            {
                json.WriteStartObject();
                json.WriteString("type", "control_request");
                json.WriteString("request_id", $"opensre-{Interlocked.Increment(ref _requests)}");
                json.WriteStartObject("request");
                json.WriteString("subtype", subtype);
                if (subtype == "initialize")
                {
                    json.WriteNull("hooks");
                    json.WriteStartArray("sdkMcpServers");
                    json.WriteStringValue("opensre");
                    json.WriteEndArray();
                }

                json.WriteEndObject();
                json.WriteEndObject();
            },
            cancellation);

        private Task UserAsync(string text, CancellationToken cancellation) => _process!.SendAsync(
            json =>
            {
                json.WriteStartObject();
                json.WriteString("type", "user");
                json.WriteStartObject("message");
                json.WriteString("role", "user");
                json.WriteStartArray("content");
                json.WriteStartObject();
                json.WriteString("type", "text");
                json.WriteString("text", text);
                json.WriteEndObject();
                json.WriteEndArray();
                json.WriteEndObject();
                json.WriteEndObject();
            },
            cancellation);
    }

    private IReadOnlyList<string> Command => command;

    private bool OwnTools => ownTools;

    private string? Folder => folder;
}
