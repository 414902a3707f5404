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
    private string _report = "";
    private string? _failure;
    private bool _cancelled;

    public IEnumerable<(string Event, JsonObject Data)> Of(InvestigationEvent e)
    {
        switch (e)
        {
            case InvestigationStarted s:
                yield return ("token_count", new JsonObject { ["type"] = "token_count", ["info"] = null, ["rate_limits"] = null, ["metadata"] = new JsonObject() });
                yield return Thought($"Investigating {s.Title} with the {s.Engine}.");
                break;
            case PlanMade p:
                yield return Thought("Next: " + string.Join("; ", p.Steps.Select(x => x.Why.Length > 0 ? $"{x.Call} ({x.Why})" : x.Call.ToString())));
                break;
            case ToolStarted t:
                _calls[t.CallId] = t;
                yield return ("start_tool_calling", new JsonObject { ["tool_name"] = t.Call.Tool, ["id"] = Id(t.CallId), ["description"] = t.Call.ToString() });
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
            case MessageDelta m:
                yield return ("ai_message_delta", new JsonObject { ["delta"] = m.Text });
                break;
            case ReportWritten r:
                _report = r.Markdown;
                yield return ("ai_message", new JsonObject { ["content"] = r.Markdown, ["reasoning"] = null, ["metadata"] = new JsonObject() });
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

    private static (string, JsonObject) Thought(string text) => ("ai_message", new JsonObject { ["content"] = text, ["is_reasoning"] = true });

    private string Id(string call) => $"call_{run.Id}_{call}";

    private JsonObject Result(ToolFinished t)
    {
        var started = _calls.GetValueOrDefault(t.CallId);
        var kept = started is null ? null : run.Outputs.Find(started.Call);
        var (status, failure) = t.Status switch
        {
            ToolStatus.Ok => (t.Characters == 0 ? "no_data" : "success", null),
            ToolStatus.Missing => ("no_data", t.Note),
            _ => ("error", t.Note.Length > 0 ? t.Note : t.Status.ToString()),
        };
        return new JsonObject
        {
            ["tool_call_id"] = Id(t.CallId),
            ["role"] = "tool",
            ["description"] = started?.Call.ToString() ?? t.CallId,
            ["name"] = started?.Call.Tool ?? "",
            ["result"] = new JsonObject
            {
                ["schema_version"] = "robusta:v1.0.0",
                ["status"] = status,
                ["error"] = failure,
                ["return_code"] = status == "error" ? 1 : 0,
                ["data"] = kept is null ? t.Note : SafeText.Clean(kept.Text),
                ["url"] = null,
                ["invocation"] = started?.Call.ToString(),
                ["params"] = new JsonObject(started?.Call.Arguments.Select(a => KeyValuePair.Create(a.Key, (JsonNode?)a.Value)) ?? []),
                ["icon_url"] = null,
            },
        };
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
        var text = new System.Text.StringBuilder();
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
