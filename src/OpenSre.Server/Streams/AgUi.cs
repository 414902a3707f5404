using System.Text.Json;
using System.Text.Json.Nodes;
using OpenSre.Core;

namespace OpenSre.Server;

/// <summary>The events of a run in the words of the AG-UI protocol: data-only frames whose JSON has a type.</summary>
internal sealed class AgUi(string runId)
{
    private string? _message;

    /// <summary>The frames an event becomes; some become several, some none.</summary>
    public IEnumerable<string> Frames(InvestigationEvent e)
    {
        if (e is not MessageDelta && _message is { } open)
        {
            _message = null;
            yield return Frame("TEXT_MESSAGE_END", ("messageId", open));
        }

        switch (e)
        {
            case InvestigationStarted:
                yield return Frame("RUN_STARTED", ("threadId", runId), ("runId", runId));
                break;
            case ToolStarted t:
                yield return Frame("TOOL_CALL_START", ("toolCallId", t.CallId), ("toolCallName", t.Call.Tool));
                yield return Frame("TOOL_CALL_ARGS", ("toolCallId", t.CallId), ("delta", JsonSerializer.Serialize(t.Call.Arguments.ToDictionary(), ServerJson.Default.DictionaryStringString)));
                yield return Frame("TOOL_CALL_END", ("toolCallId", t.CallId));
                break;
            case ToolFinished t:
                yield return Frame("TOOL_CALL_RESULT", ("messageId", $"{runId}-{t.CallId}"), ("toolCallId", t.CallId), ("content", $"{t.Status}: {t.Characters} characters. {t.Note}".TrimEnd()), ("role", "tool"));
                break;
            case HypothesisChanged h:
                yield return Frame("STATE_SNAPSHOT", ("snapshot", new JsonObject { ["hypotheses"] = JsonNode.Parse(JsonSerializer.Serialize(h.Leading, ServerJson.Default.IReadOnlyListHypothesis)) }));
                break;
            case MessageDelta m:
                var id = runId + (m.Author is null ? "-report" : "-model");
                if (_message != id)
                {
                    if (_message is not null)
                    {
                        yield return Frame("TEXT_MESSAGE_END", ("messageId", _message));
                    }

                    _message = id;
                    yield return Frame("TEXT_MESSAGE_START", ("messageId", id), ("role", "assistant"));
                }

                yield return Frame("TEXT_MESSAGE_CONTENT", ("messageId", id), ("delta", m.Text));
                break;
            case InvestigationFailed f:
                yield return Frame("RUN_ERROR", ("message", f.Sentence));
                break;
            case InvestigationFinished:
                yield return Frame("RUN_FINISHED", ("threadId", runId), ("runId", runId));
                break;
            case EvidenceFound or ToolOutput or ModelThought or ModelNotice or ModelSpent or ModelReviewed or DiagnosisMade or SteeringReceived or PlanMade or ApprovalRequested or ApprovalResolved or InvestigationCancelled:
                var json = JsonNode.Parse(JsonSerializer.Serialize(e, CoreJson.Default.InvestigationEvent))!;
                yield return Frame("CUSTOM", ("name", json["type"]!.GetValue<string>()), ("value", json));
                break;
        }
    }

    private static string Frame(string type, params ReadOnlySpan<(string Name, JsonNode? Value)> fields)
    {
        var json = new JsonObject { ["type"] = type };
        foreach (var (name, value) in fields)
        {
            json[name] = value;
        }

        return $"data: {json.ToJsonString()}\n\n";
    }
}
