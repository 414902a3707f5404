using System.Text;
using System.Text.Json;

namespace OpenSre.Models;

/// <summary>
/// Codex (<c>codex app-server</c>) as an agent: our tools are its dynamic tools; every request it makes is answered, or its
/// turn would hang. Tolerant of unknown methods, fields and versions; checked with 0.169.
/// </summary>
/// <param name="server">Where the conversations run: shared with others, or of this agent alone.</param>
/// <param name="ownTools">Whether it may propose commands and file changes; each asks a person.</param>
/// <param name="writes">Whether its sandbox lets it write in its own empty folder; otherwise it may only read.</param>
/// <param name="ownsServer">Whether the server ends with this agent.</param>
internal sealed class CodexAgent(string name, CodexServer server, string model, bool ownTools, bool writes = false, bool ownsServer = false) : IAgent
{
    public CodexAgent(string name, IReadOnlyList<string> command, string model, bool ownTools)
        : this(name, new CodexServer(name, command), model, ownTools, ownsServer: true)
    {
    }

    public string Name => name;

    private CodexServer Server => server;

    private string Model => model;

    private bool OwnTools => ownTools;

    private bool Writes => writes;

    public IAsyncEnumerable<AgentUpdate> RunAsync(AgentTask task, CancellationToken cancellation) => new Run(this, task).RunAsync(cancellation);

    public ValueTask DisposeAsync() => ownsServer ? server.DisposeAsync() : ValueTask.CompletedTask;

    private sealed class Run(CodexAgent agent, AgentTask task) : ProgramRun(agent.Name, task)
    {
        private readonly Dictionary<string, string> _changes = new(StringComparer.Ordinal);
        private CodexThread _thread = null!;
        private string _text = "";
        private bool _revived;

        protected override Task<IMessageSource> BeginAsync(CancellationToken cancellation) => OpenAsync(Task.Resume, Task.Prompt, cancellation);

        protected override async Task<IMessageSource?> ReviveAsync(IMessageSource ended, CancellationToken cancellation)
        {
            if (_revived)
            {
                return null;
            }

            _revived = true;
            Emit(new AgentNotice($"{Name} ended{(ended.LastWords.Length > 0 ? $" ({ended.LastWords})" : "")}; it is started again and goes on"));
            await ended.DisposeAsync().ConfigureAwait(false);
            return await OpenAsync(_thread.Id, "You were interrupted by a restart. Go on with the task from where you were.", cancellation).ConfigureAwait(false);
        }

        private async Task<IMessageSource> OpenAsync(string? resume, string prompt, CancellationToken cancellation)
        {
            var process = await agent.Server.ReadyAsync(cancellation).ConfigureAwait(false);
            var folder = Directory.CreateTempSubdirectory("opensre-codex-");
            JsonElement told;
            try
            {
                try
                {
                    (_thread, told) = await process.OpenAsync(resume, folder, json => Describe(json, process, resume, folder), cancellation).ConfigureAwait(false);
                }
                catch (CodexRefusal refusal) when (!process.SpeaksOldWords && refusal.Message.Contains("unknown variant", StringComparison.Ordinal))
                {
                    process.SpeaksOldWords = true;
                    (_thread, told) = await process.OpenAsync(resume, folder, json => Describe(json, process, resume, folder), cancellation).ConfigureAwait(false);
                }
            }
            catch
            {
                folder.Delete(recursive: true);
                throw;
            }

            try
            {
                Verify(told);
                Emit(new AgentSession(_thread.Id));
                await TurnAsync(prompt, cancellation).ConfigureAwait(false);
                return _thread;
            }
            catch
            {
                await _thread.DisposeAsync().ConfigureAwait(false);
                throw;
            }
        }

        private void Describe(Utf8JsonWriter json, CodexProcess process, string? resume, DirectoryInfo folder)
        {
            if (resume is not null)
            {
                json.WriteString("threadId", resume);
                json.WriteBoolean("excludeTurns", true);
            }

            // Always both, and by request: a resumed thread may come back with others, and newer versions refuse them as settings.
            json.WriteString("cwd", folder.FullName);
            json.WriteString("approvalPolicy", process.SpeaksOldWords ? "unlessTrusted" : "untrusted");
            json.WriteString("sandbox", (agent.Writes, process.SpeaksOldWords) switch { (true, false) => "workspace-write", (true, true) => "workspaceWrite", (false, false) => "read-only", _ => "readOnly" });
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
        }

        /// <summary>What was asked for must be in force: a wider sandbox or fewer questions end the task before it begins.</summary>
        /// <exception cref="ModelException">They are wider.</exception>
        private void Verify(JsonElement told)
        {
            var sandbox = told.Find("sandbox") is { ValueKind: JsonValueKind.String } word ? word.GetString() : told.Find("sandbox").Text("type");
            var policy = told.Find("approvalPolicy") is { ValueKind: JsonValueKind.String } asked ? asked.GetString() : told.Find("approvalPolicy")?.GetRawText();
            if (sandbox is null || policy is null)
            {
                Emit(new AgentNotice($"{Name} does not say which sandbox and approval policy are in force; read-only and asking was requested"));
                return;
            }

            var isReading = sandbox is "readOnly" or "read-only";
            if (!isReading && !(agent.Writes && sandbox is "workspaceWrite" or "workspace-write"))
            {
                throw new ModelException(ModelFailure.NotAllowed, $"{Name} would work in the sandbox {sandbox}, which is wider than what was asked for");
            }

            if (policy is not ("untrusted" or "unlessTrusted" or "unless-trusted"))
            {
                throw new ModelException(ModelFailure.NotAllowed, $"{Name} would ask by the policy {policy} and not before each command, as was asked for");
            }

            if (agent.Writes && isReading)
            {
                Emit(new AgentNotice($"{Name} works in a sandbox in which it may only read"));
            }
        }

        protected override Task InterruptAsync(CancellationToken cancellation)
        {
            if (_thread is not { Turn.Length: > 0 } thread)
            {
                return System.Threading.Tasks.Task.CompletedTask;
            }

            return thread.RequestAsync("turn/interrupt", json => json.WriteString("turnId", thread.Turn), cancellation);
        }

        // Starting a turn while one runs steers that one, in every version; turn/steer is newer.
        protected override Task TellAsync(string text, CancellationToken cancellation) => TurnAsync(text, cancellation);

        private async Task TurnAsync(string text, CancellationToken cancellation)
        {
            var answer = await _thread.RequestAsync("turn/start", json =>
            {
                json.WriteStartArray("input");
                json.WriteStartObject();
                json.WriteString("type", "text");
                json.WriteString("text", text);
                json.WriteEndObject();
                json.WriteEndArray();
            }, cancellation).ConfigureAwait(false);
            _thread.Turn = answer.Find("turn").Text("id") ?? _thread.Turn;
        }

        protected override Task<AgentFinished?> HandleAsync(JsonElement message, CancellationToken cancellation)
        {
            var method = message.Text("method")!;
            var parameters = message.Find("params");
            if (message.Find("id") is { } id)
            {
                Answer(id.Clone(), method, parameters?.Clone());
                return System.Threading.Tasks.Task.FromResult<AgentFinished?>(null);
            }

            AgentFinished? end = null;
            switch (method)
            {
                case "turn/started":
                    _thread.Turn = parameters.Find("turn").Text("id") ?? _thread.Turn;
                    break;
                case "item/agentMessage/delta":
                    Say(parameters.Text("delta") ?? "");
                    break;
                case "item/reasoning/summaryTextDelta" or "item/reasoning/textDelta":
                    Emit(new AgentThought(parameters.Text("delta") ?? ""));
                    break;
                case "item/commandExecution/outputDelta" when parameters.Text("itemId") is { } item:
                    Emit(new AgentActOutput(item, parameters.Text("delta") ?? ""));
                    break;
                case "item/started" when parameters.Find("item") is { } item:
                    Started(item);
                    break;
                case "item/completed" when parameters.Find("item") is { } item:
                    Completed(item);
                    break;
                case "turn/plan/updated" when parameters is { } planned:
                    Emit(new AgentPlanned([.. planned.Items("plan").Select(p => new AgentPlanStep(p.Text("step") ?? "", p.Text("status") switch { "inProgress" or "in_progress" => "in_progress", "completed" => "completed", _ => "pending" }))]));
                    break;
                case "thread/tokenUsage/updated":
                    var last = parameters.Find("tokenUsage").Find("last");
                    Count(new TokenUsage(last.Number("inputTokens"), last.Number("outputTokens"), last.Number("cachedInputTokens"), last.Number("cacheWriteInputTokens")), null);
                    break;
                case "error" when parameters is { } error:
                    Emit(new AgentNotice($"{Name}: {error.Find("error").Text("message") ?? "an error without words"}{(error.IsTrue("willRetry") ? "; it tries again" : "")}"));
                    break;
                case "turn/completed":
                    end = End(parameters.Find("turn"));
                    break;
            }

            return System.Threading.Tasks.Task.FromResult(end);
        }

        private void Started(JsonElement item)
        {
            var (action, arguments) = item.Text("type") switch
            {
                "commandExecution" => ("command", new Dictionary<string, string> { ["command"] = item.Text("command") ?? "" }),
                "fileChange" => ("file_change", new Dictionary<string, string> { ["changes"] = Changes(item) }),
                "mcpToolCall" => ("mcp", new Dictionary<string, string> { ["tool"] = $"{item.Text("server")}.{item.Text("tool")}", ["arguments"] = item.Find("arguments")?.GetRawText() ?? "" }),
                "webSearch" => ("web_search", new Dictionary<string, string> { ["query"] = item.Text("query") ?? "" }),
                _ => ("", []),
            };
            if (action.Length > 0 && item.Text("id") is { } id)
            {
                Emit(new AgentActStarted(id, action, arguments));
            }
        }

        private void Completed(JsonElement item)
        {
            switch (item.Text("type"))
            {
                case "agentMessage":
                    _text = item.Text("text") ?? _text;
                    break;
                case "commandExecution" or "fileChange" or "mcpToolCall" or "webSearch" when item.Text("id") is { } id:
                    var status = item.Text("status") ?? "completed";
                    int? exit = item.Find("exitCode") is { ValueKind: JsonValueKind.Number } code ? code.GetInt32() : null;
                    var refused = status == "declined";
                    var ok = status == "completed" && exit is null or 0;
                    var output = item.Text("aggregatedOutput") ?? item.Find("result")?.GetRawText() ?? _changes.GetValueOrDefault(id) ?? "";
                    var note = ok ? "" : refused ? "declined" : item.Find("error").Text("message") ?? (exit is { } n ? $"exit code {n}" : status);
                    Emit(new AgentActEnded(id, ok, refused, output, note, exit, TimeSpan.FromMilliseconds(item.Number("durationMs"))));
                    break;
            }
        }

        /// <summary>The changes of files as a person reads them. The question about them names only the item.</summary>
        private string Changes(JsonElement item)
        {
            var text = new StringBuilder();
            foreach (var change in item.Items("changes"))
            {
                text.Append(change.Find("kind").Text("type") ?? change.Text("kind") ?? "change").Append(' ').AppendLine(change.Text("path")).AppendLine(change.Text("diff"));
            }

            var shown = text.ToString().TrimEnd();
            if (item.Text("id") is { } id)
            {
                _changes[id] = shown;
            }

            return shown;
        }

        private AgentFinished End(JsonElement? turn)
        {
            _thread.Turn = "";
            var text = _text.Length > 0 ? _text : Said.ToString();
            return turn.Text("status") switch
            {
                "completed" => new AgentFinished(AgentEnd.Completed, text, Session: _thread.Id),
                "interrupted" => new AgentFinished(AgentEnd.Failed, text, $"{Name} was interrupted", _thread.Id),
                _ => new AgentFinished(AgentEnd.Failed, text, $"{Name}: {turn.Find("error").Text("message") ?? "the turn failed"}", _thread.Id),
            };
        }

        /// <summary>Answers a request of the program. Whatever is not known is refused, so that nothing waits for ever.</summary>
        private void Answer(JsonElement id, string method, JsonElement? parameters)
        {
            var thread = _thread;
            switch (method)
            {
                case "item/tool/call":
                    Aside(async () =>
                    {
                        var problem = "";
                        var arguments = parameters.Find("arguments") is { ValueKind: JsonValueKind.String } text ? Parse(text.GetString()!, out problem) : parameters.Find("arguments").AsArguments();
                        var answer = problem.Length > 0
                            ? new AgentToolAnswer($"The arguments could not be read: {problem}", "unreadable arguments", Failed: true)
                            : await CallAsync(parameters.Text("tool") ?? "", arguments).ConfigureAwait(false);
                        await thread.ResultAsync(id, json =>
                        {
                            json.WriteStartArray("contentItems");
                            json.WriteStartObject();
                            json.WriteString("type", "inputText");
                            json.WriteString("text", answer.Text);
                            json.WriteEndObject();
                            json.WriteEndArray();
                            json.WriteBoolean("success", !answer.Failed);
                        }, Stopping).ConfigureAwait(false);
                    });
                    break;
                case "item/commandExecution/requestApproval" or "item/fileChange/requestApproval":
                    Aside(async () =>
                    {
                        var allowed = agent.OwnTools && await Task.Permit(Asked(method, parameters), Stopping).ConfigureAwait(false);
                        await thread.ResultAsync(id, json => json.WriteString("decision", allowed ? "accept" : "decline"), Stopping).ConfigureAwait(false);
                    });
                    break;
                case "execCommandApproval" or "applyPatchApproval":
                    Aside(() => thread.ResultAsync(id, json => json.WriteString("decision", "denied"), Stopping));
                    break;
                case "item/permissions/requestApproval":
                    Aside(() => thread.ResultAsync(id, json =>
                    {
                        json.WriteStartObject("permissions");
                        json.WriteEndObject();
                        json.WriteString("scope", "turn");
                    }, Stopping));
                    break;
                case "item/tool/requestUserInput":
                    Aside(() => thread.ResultAsync(id, json =>
                    {
                        json.WriteStartObject("answers");
                        json.WriteEndObject();
                    }, Stopping));
                    break;
                case "mcpServer/elicitation/request":
                    Aside(() => thread.ResultAsync(id, json => json.WriteString("action", "decline"), Stopping));
                    break;
                default:
                    Aside(() => thread.RefuseAsync(id, Stopping));
                    break;
            }
        }

        private AgentPermission Asked(string method, JsonElement? parameters)
        {
            var reason = parameters.Text("reason") ?? "";
            if (method.Contains("commandExecution", StringComparison.Ordinal))
            {
                return new AgentPermission(Name, "command", parameters.Text("command") ?? parameters.Text("itemId") ?? "", reason);
            }

            var changes = _changes.GetValueOrDefault(parameters.Text("itemId") ?? "", "");
            return new AgentPermission(Name, "file change", changes.Length > 0 ? changes : reason.Length > 0 ? reason : parameters.Text("itemId") ?? "", reason);
        }

        private static Dictionary<string, string> Parse(string text, out string problem)
        {
            problem = "";
            try
            {
                using var document = JsonDocument.Parse(text);
                return ((JsonElement?)document.RootElement).AsArguments();
            }
            catch (JsonException e)
            {
                problem = e.Message;
                return [];
            }
        }
    }
}
