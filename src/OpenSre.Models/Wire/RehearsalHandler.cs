using System.Net;
using System.Text;

namespace OpenSre.Models;

/// <summary>
/// Answers every request with one short streamed message in the format of the provider it is meant for, without any network:
/// what reads and passes on a first token can be gone through before there is one.
/// </summary>
public sealed class RehearsalHandler : HttpMessageHandler
{
    private const string Anthropic = """
        event: message_start
        data: {"type":"message_start","message":{"id":"m","type":"message","role":"assistant","model":"m","content":[],"stop_reason":null,"usage":{"input_tokens":1,"output_tokens":1}}}

        event: content_block_start
        data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Nothing to add. "}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"**Done.**\n"}}

        event: content_block_stop
        data: {"type":"content_block_stop","index":0}

        event: message_delta
        data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":2}}

        event: message_stop
        data: {"type":"message_stop"}


        """;

    private const string Responses = """
        event: response.created
        data: {"type":"response.created","response":{"id":"r","status":"in_progress"}}

        event: response.output_text.delta
        data: {"type":"response.output_text.delta","item_id":"i","output_index":0,"content_index":0,"delta":"Nothing to add. **Done.**\n"}

        event: response.completed
        data: {"type":"response.completed","response":{"id":"r","status":"completed","output":[],"usage":{"input_tokens":1,"output_tokens":2,"total_tokens":3}}}


        """;

    private const string Chat = """
        data: {"id":"c","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"role":"assistant","content":"Nothing to add. **Done.**\n"},"finish_reason":null}]}

        data: {"id":"c","object":"chat.completion.chunk","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}

        data: [DONE]


        """;

    private const string Ollama = """
        {"model":"m","message":{"role":"assistant","content":"Nothing to add. **Done.**\n"},"done":false}
        {"model":"m","message":{"role":"assistant","content":""},"done":true,"done_reason":"stop","prompt_eval_count":1,"eval_count":2}

        """;

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var path = request.RequestUri?.AbsolutePath ?? "";
        var (text, type) = path.EndsWith("/messages", StringComparison.Ordinal) ? (Anthropic, "text/event-stream")
            : path.EndsWith("/responses", StringComparison.Ordinal) ? (Responses, "text/event-stream")
            : path.EndsWith("/api/chat", StringComparison.Ordinal) ? (Ollama, "application/x-ndjson")
            : (Chat, "text/event-stream");
        return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(text.ReplaceLineEndings("\n"), Encoding.UTF8, type) });
    }
}
