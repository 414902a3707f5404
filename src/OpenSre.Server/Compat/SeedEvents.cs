using System.Text;
using System.Text.Json.Nodes;
using OpenSre.Core;

namespace OpenSre.Server;

/// <summary>
/// The events of an investigation in the words of HolmesGPT's stream: ai_message, start_tool_calling,
/// tool_calling_result, approval_required, token_count, ai_answer_end, error. Deltas are events of their own, which
/// older clients leave alone.
/// </summary>
internal sealed class SeedEvents(LiveRun run, Func<ApprovalRequest, long> requestId)
{
    private readonly Dictionary<string, ToolStarted> _calls = new(StringComparer.Ordinal);
    private readonly Dictionary<string, StringBuilder> _printed = new(StringComparer.Ordinal);
    private readonly StringBuilder _said = new();
    private readonly StringBuilder _thought = new();
    private int _plans;
    private string _report = "";
    private string? _failure;
    private bool _cancelled;

    public IEnumerable<(string Event, JsonObject Data)> Of(InvestigationEvent e)
    {
        // What a model says and thinks comes in pieces; older clients want it whole, once it is.
        if (_thought.Length > 0 && e is not (ModelThought or ModelSpent))
        {
            yield return Thought(_thought.ToString());
            _thought.Clear();
        }

        if (_said.Length > 0 && e is not (MessageDelta { Author: not null } or ModelSpent))
        {
            yield return Message(_said.ToString());
            _said.Clear();
        }

        foreach (var told in Told(e))
        {
            yield return told;
        }
    }

    private IEnumerable<(string Event, JsonObject Data)> Told(InvestigationEvent e)
    {
        switch (e)
        {
            case InvestigationStarted s:
                yield return ("token_count", new JsonObject { ["type"] = "token_count", ["info"] = null, ["rate_limits"] = null, ["metadata"] = new JsonObject() });
                yield return Thought($"Investigating {s.Title} with the {s.Engine}.");
                break;
            case PlanMade { Steps: [{ Call.Tool: "agent.plan" }, ..] } plan:
                foreach (var told in Todo(plan))
                {
                    yield return told;
                }

                break;
            case PlanMade p:
                yield return Thought("Next: " + string.Join("; ", p.Steps.Select(x => x.Why.Length > 0 ? $"{x.Call} ({x.Why})" : x.Call.ToString())));
                break;
            case ToolStarted t:
                _calls[t.CallId] = t;
                yield return ("start_tool_calling", new JsonObject { ["tool_name"] = NameOf(t.Call), ["id"] = Id(t.CallId), ["description"] = Invocation(t.Call) });
                break;
            case ToolOutput t:
                if (!_printed.TryGetValue(t.CallId, out var printed))
                {
                    _printed[t.CallId] = printed = new StringBuilder();
                }

                printed.Append(t.Text);
                yield return ("tool_output_delta", new JsonObject { ["tool_call_id"] = Id(t.CallId), ["delta"] = SafeText.Clean(t.Text) });
                break;
            case ToolFinished t:
                yield return ("tool_calling_result", Result(t));
                break;
            case EvidenceFound f:
                yield return Thought($"[{f.Evidence.Id}] {f.Evidence.Claim}");
                break;
            case SteeringReceived s:
                yield return Thought($"Heard: {s.Text} — {s.Effect}");
                break;
            case MessageDelta { Author: not null } m:
                _said.Append(m.Text);
                yield return ("ai_message_delta", new JsonObject { ["delta"] = m.Text, ["author"] = m.Author });
                break;
            case ModelThought m:
                _thought.Append(m.Text);
                yield return ("ai_message_delta", new JsonObject { ["delta"] = m.Text, ["author"] = m.Model, ["is_reasoning"] = true });
                break;
            case ModelNotice n:
                // Something passing, such as a retry: never the end of the stream.
                yield return ("warning", new JsonObject { ["warning"] = n.Sentence, ["will_retry"] = true });
                break;
            case ModelSpent s:
                yield return ("token_count", Tokens(s.Cost));
                break;
            case MessageDelta m:
                yield return ("ai_message_delta", new JsonObject { ["delta"] = m.Text });
                break;
            case ReportWritten r:
                _report = r.Markdown;
                yield return Message(r.Markdown);
                break;
            case ApprovalRequested a:
                yield return ("approval_required", Approval(a.Request));
                break;
            case InvestigationCancelled c:
                _cancelled = true;
                yield return ("ai_message", new JsonObject { ["content"] = $"Stopped. {c.EvidenceKept} facts are kept." });
                break;
            case InvestigationFailed f:
                _failure = f.Sentence;
                yield return ("error", Error(f.Sentence));
                break;
            case InvestigationFinished when _failure is null:
                yield return ("ai_answer_end", new JsonObject
                {
                    ["sections"] = Sections(_report),
                    ["analysis"] = _cancelled ? "Stopped before there was an answer." : _report,
                    ["instructions"] = new JsonArray(),
                    ["metadata"] = new JsonObject { ["investigation"] = run.Id },
                });
                break;
        }
    }

    public static JsonObject Error(string sentence) => new() { ["error"] = sentence, ["description"] = sentence, ["error_code"] = 1, ["msg"] = sentence, ["success"] = false };

    private static (string, JsonObject) Message(string text) => ("ai_message", new JsonObject { ["content"] = text, ["reasoning"] = null, ["metadata"] = new JsonObject() });

    private static (string, JsonObject) Thought(string text) => ("ai_message", new JsonObject { ["content"] = text, ["is_reasoning"] = true });

    private string Id(string call) => $"call_{run.Id}_{call}";

    /// <summary>What a call is called: for a command of an agent program, the first word of the command inside the shell.</summary>
    private static string NameOf(ToolCall call)
    {
        switch (call.Tool)
        {
            case "agent.command":
                var words = Invocation(call).Split(' ', 3, StringSplitOptions.RemoveEmptyEntries);
                var inner = words is [_, "-lc" or "-c", var rest] ? rest.TrimStart('\'', '"').Split(' ', '\n', '\'', '"')[0] : words.Length > 0 ? words[0] : "";
                return inner.Length > 0 ? SafeText.Line(inner, 60) : "bash";
            case "agent.file_change":
                return "apply_patch";
            case "agent.mcp":
                return SafeText.Line(call.Arguments.GetValueOrDefault("tool", "mcp"), 60);
            default:
                return call.Tool;
        }
    }

    private static string Invocation(ToolCall call) => call.Tool switch
    {
        "agent.command" => SafeText.Clean(call.Arguments.GetValueOrDefault("command", "")),
        "agent.file_change" => SafeText.Clean(call.Arguments.GetValueOrDefault("changes", "")),
        _ => call.ToString(),
    };

    private static JsonObject Tokens(ModelCost cost)
    {
        JsonObject Usage() => new() { ["input_tokens"] = cost.InputTokens, ["cached_input_tokens"] = cost.CachedTokens, ["output_tokens"] = cost.OutputTokens, ["reasoning_output_tokens"] = 0, ["total_tokens"] = cost.InputTokens + cost.OutputTokens };
        return new JsonObject
        {
            ["type"] = "token_count",
            ["info"] = new JsonObject { ["total_token_usage"] = Usage(), ["last_token_usage"] = Usage(), ["model_context_window"] = null },
            ["rate_limits"] = null,
            ["metadata"] = new JsonObject { ["usage"] = new JsonObject { ["prompt_tokens"] = cost.InputTokens, ["completion_tokens"] = cost.OutputTokens, ["total_tokens"] = cost.InputTokens + cost.OutputTokens } },
        };
    }

    /// <summary>The plan of an agent program: a pair of frames, as for a tool.</summary>
    private IEnumerable<(string Event, JsonObject Data)> Todo(PlanMade plan)
    {
        var id = $"call_{run.Id}_plan{++_plans}";
        yield return ("start_tool_calling", new JsonObject { ["tool_name"] = "TodoWrite", ["id"] = id });
        yield return ("tool_calling_result", new JsonObject
        {
            ["tool_call_id"] = id,
            ["role"] = "tool",
            ["description"] = "Update investigation tasks",
            ["name"] = "TodoWrite",
            ["result"] = new JsonObject
            {
                ["schema_version"] = "robusta:v1.0.0",
                ["status"] = "success",
                ["error"] = null,
                ["return_code"] = 0,
                ["data"] = string.Join('\n', plan.Steps.Select(s => $"[{s.Call.Arguments.GetValueOrDefault("status", "")}] {s.Why}")),
                ["url"] = null,
                ["invocation"] = "",
                ["params"] = new JsonObject { ["todos"] = new JsonArray([.. plan.Steps.Select((s, i) => new JsonObject { ["id"] = $"{i + 1}", ["content"] = s.Why, ["status"] = s.Call.Arguments.GetValueOrDefault("status", "pending") })]) },
                ["icon_url"] = null,
            },
        });
    }

    private JsonObject Result(ToolFinished t)
    {
        var started = _calls.GetValueOrDefault(t.CallId);
        var kept = started is null ? null : run.Outputs.Find(started.Call);
        var printed = _printed.Remove(t.CallId, out var text) ? SafeText.Clean(text.ToString()) : null;
        var isOwn = started?.Call.Tool.StartsWith("agent.", StringComparison.Ordinal) == true;
        var (status, failure) = t.Status switch
        {
            ToolStatus.Ok when isOwn => ("success", null),
            ToolStatus.Refused when isOwn => ("error", "exec command rejected by user"),
            ToolStatus.Ok => (t.Characters == 0 ? "no_data" : "success", null),
            ToolStatus.Missing => ("no_data", t.Note),
            _ => ("error", t.Note.Length > 0 ? t.Note : t.Status.ToString()),
        };
        var result = new JsonObject
        {
            ["tool_call_id"] = Id(t.CallId),
            ["role"] = "tool",
            ["description"] = started is null ? t.CallId : Invocation(started.Call),
            ["name"] = started is null ? "" : NameOf(started.Call),
            ["result"] = new JsonObject
            {
                ["schema_version"] = "robusta:v1.0.0",
                ["status"] = status,
                ["error"] = failure,
                ["return_code"] = t.ExitCode ?? (status != "error" ? 0 : t.Status == ToolStatus.Refused ? -1 : 1),
                ["data"] = kept is not null ? SafeText.Clean(kept.Text) : t.Status == ToolStatus.Refused && isOwn ? failure : printed ?? t.Note,
                ["url"] = null,
                ["invocation"] = started is null ? null : Invocation(started.Call),
                ["params"] = new JsonObject(started?.Call.Arguments.Select(a => KeyValuePair.Create(a.Key, (JsonNode?)a.Value)) ?? []),
                ["icon_url"] = null,
            },
        };
        if (started?.Call.Tool == "agent.file_change")
        {
            // The shape of a change of files in the first servers of this contract, beside the common one.
            (result["result"]!["stdout"], result["result"]!["stderr"], result["result"]!["success"]) = (printed ?? "", failure ?? "", status != "error");
        }

        return result;
    }

    private JsonObject Approval(ApprovalRequest request) => new()
    {
        ["request_id"] = requestId(request),
        ["tool_call_id"] = request.Id,
        ["description"] = request.Command,
        ["reason"] = request.Reason,
        ["risk"] = request.BlastRadius,
        ["thread_id"] = run.Id,
        ["turn_id"] = run.Id,
        ["requires_approval"] = true,
        ["content"] = null,
        ["pending_approvals"] = new JsonArray(new JsonObject
        {
            ["tool_call_id"] = request.Id,
            ["tool_name"] = request.Action,
            ["description"] = request.Command,
            ["params"] = new JsonObject(request.Arguments.Select(a => KeyValuePair.Create(a.Key, (JsonNode?)a.Value))),
        }),
    };

    /// <summary>The parts of a report by their headings.</summary>
    private static JsonObject Sections(string report)
    {
        var sections = new JsonObject();
        var name = "Root cause";
        var text = new StringBuilder();
        foreach (var line in report.Split('\n'))
        {
            if (line.StartsWith("## ", StringComparison.Ordinal))
            {
                Close();
                name = line[3..].Trim();
            }
            else
            {
                text.Append(line).Append('\n');
            }
        }

        Close();
        return sections;

        void Close()
        {
            if (text.ToString().Trim() is { Length: > 0 } content)
            {
                sections[name] = content;
            }

            text.Clear();
        }
    }
}
