using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;

namespace OpenSre.Tests;

/// <summary>One request as a model's API received it, with what matters of it read from any of the formats.</summary>
internal sealed class ModelRequest(Wire wire, int number, string text, IReadOnlyDictionary<string, string> headers, string path)
{
    private readonly JsonDocument _document = JsonDocument.Parse(text);

    public Wire Wire => wire;

    /// <summary>1, 2, 3 … of this stand-in.</summary>
    public int Number => number;

    public string Text => text;

    public IReadOnlyDictionary<string, string> Headers => headers;

    public JsonElement Body => _document.RootElement;

    /// <summary>The model it asks for; Gemini names it in the path, before the verb.</summary>
    public string Model => Body.TryGetProperty("model", out var model) ? model.GetString()! : wire == Wire.Gemini ? path[(path.LastIndexOf('/') + 1)..path.LastIndexOf(':')] : "";

    /// <summary>The answer is to come in pieces.</summary>
    public bool Streams => wire != Wire.Gemini || path.EndsWith(":streamGenerateContent", StringComparison.Ordinal);

    /// <summary>Names of the tools it was offered.</summary>
    public IReadOnlyList<string> Tools => wire == Wire.Gemini ? [.. Parts(Body, "tools", "functionDeclarations").Select(f => f.GetProperty("name").GetString()!)] : !Body.TryGetProperty("tools", out var tools) ? [] :
        [.. tools.EnumerateArray().Select(t => t.TryGetProperty("name", out var name) ? name.GetString()! : t.TryGetProperty("function", out var f) ? f.GetProperty("name").GetString()! : "")];

    /// <summary>Texts of the person's messages, oldest first.</summary>
    public IReadOnlyList<string> Said => wire == Wire.Gemini ? [.. Parts(Body, "contents", "parts", "user").Where(p => p.TryGetProperty("text", out _)).Select(p => p.GetProperty("text").GetString()!)] : [.. Messages().Where(m => m.TryGetProperty("role", out var r) && r.GetString() == "user").SelectMany(m => Texts(m.GetProperty("content"), "text", "input_text"))];

    /// <summary>Answers of tools, oldest first.</summary>
    public IReadOnlyList<string> Results => wire switch
    {
        Wire.Anthropic => [.. Messages().Where(m => m.GetProperty("content").ValueKind == JsonValueKind.Array).SelectMany(m => m.GetProperty("content").EnumerateArray())
            .Where(b => b.GetProperty("type").GetString() == "tool_result").Select(b => b.TryGetProperty("content", out var c) ? string.Concat(Texts(c, "text")) : "")],
        Wire.Gemini => [.. Parts(Body, "contents", "parts").Where(p => p.TryGetProperty("functionResponse", out _)).Select(p => p.GetProperty("functionResponse").GetProperty("response").GetRawText())],
        Wire.Responses => [.. Messages().Where(m => m.GetProperty("type").GetString() == "function_call_output").Select(m => string.Concat(Texts(m.GetProperty("output"), "input_text")))],
        _ => [.. Messages().Where(m => m.GetProperty("role").GetString() == "tool").Select(m => string.Concat(Texts(m.GetProperty("content"), "text")))],
    };

    private static IEnumerable<JsonElement> Parts(JsonElement body, string list, string parts, string? role = null) => !body.TryGetProperty(list, out var items) ? [] :
        items.EnumerateArray().Where(i => role is null || i.TryGetProperty("role", out var r) && r.GetString() == role).SelectMany(i => i.TryGetProperty(parts, out var p) ? p.EnumerateArray() : default);

    private IEnumerable<JsonElement> Messages() => Body.GetProperty(wire == Wire.Responses ? "input" : "messages").EnumerateArray();

    private static IEnumerable<string> Texts(JsonElement content, params string[] types) => content.ValueKind == JsonValueKind.String
        ? [content.GetString()!]
        : content.EnumerateArray().Where(b => types.Contains(b.GetProperty("type").GetString())).Select(b => b.GetProperty("text").GetString()!);
}

/// <summary>
/// A stand-in for the APIs of model providers on a port of this machine. It speaks the real wire formats, streaming, and
/// answers what a test's script says.
/// </summary>
internal sealed class ModelApi : IDisposable
{
    private HttpListener _listener = new();
    private readonly Func<ModelRequest, ModelReply> _script;
    private readonly CancellationTokenSource _stop = new();
    private int _number;

    public ModelApi(Func<ModelRequest, ModelReply> script)
    {
        _script = script;
        for (var attempt = 0; ; attempt++)
        {
            Port = Random.Shared.Next(20_000, 60_000);
            _listener.Prefixes.Add($"http://127.0.0.1:{Port}/");
            try
            {
                _listener.Start();
                break;
            }
            catch (HttpListenerException) when (attempt < 20)
            {
                // Taken; the next one. A listener that could not start cannot be used again.
                _listener = new HttpListener();
            }
        }

        _ = Task.Run(ServeAsync);
    }

    public int Port { get; }

    public Uri Url => new($"http://127.0.0.1:{Port}");

    public ConcurrentQueue<ModelRequest> Requests { get; } = new();

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Close();
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            _ = Task.Run(() => AnswerAsync(context));
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        try
        {
            using var reader = new StreamReader(context.Request.InputStream, Encoding.UTF8);
            var body = await reader.ReadToEndAsync();
            var path = context.Request.Url!.AbsolutePath;
            Wire? wire = path.EndsWith("/messages", StringComparison.Ordinal) ? Wire.Anthropic
                : path.EndsWith("/responses", StringComparison.Ordinal) ? Wire.Responses
                : path.EndsWith("/chat/completions", StringComparison.Ordinal) ? Wire.Chat
                : path == "/api/chat" ? Wire.Ollama
                : path.EndsWith("enerateContent", StringComparison.Ordinal) ? Wire.Gemini : null;
            if (wire is null || context.Request.HttpMethod != "POST")
            {
                context.Response.StatusCode = context.Request.HttpMethod == "HEAD" ? 200 : 404;
                if (path == "/api/tags")
                {
                    context.Response.StatusCode = 200;
                    context.Response.OutputStream.Write("""{"models":[{"name":"scripted:latest"}]}"""u8);
                }
                else if (path.EndsWith(":countTokens", StringComparison.Ordinal))
                {
                    context.Response.StatusCode = 200;
                    context.Response.OutputStream.Write("""{"totalTokens":1234}"""u8);
                }
                else if (path.EndsWith("/count_tokens", StringComparison.Ordinal))
                {
                    context.Response.StatusCode = 200;
                    context.Response.OutputStream.Write("""{"input_tokens":1234}"""u8);
                }
                else if (path.EndsWith("/models", StringComparison.Ordinal))
                {
                    context.Response.StatusCode = 200;
                    context.Response.OutputStream.Write("""{"object":"list","data":[{"id":"scripted","object":"model","created":0,"owned_by":"test"}],"models":[]}"""u8);
                }

                context.Response.Close();
                return;
            }

            var headers = context.Request.Headers.AllKeys.OfType<string>().ToDictionary(k => k.ToLowerInvariant(), k => context.Request.Headers[k]!);
            var request = new ModelRequest(wire.Value, Interlocked.Increment(ref _number), body, headers, path);
            Requests.Enqueue(request);
            await new WireWriter(context.Response, request, _stop.Token).WriteAsync(_script(request));
        }
        catch (Exception e) when (e is HttpListenerException or IOException or ObjectDisposedException or OperationCanceledException or InvalidOperationException)
        {
            // The client went away, or the test is over.
            context.Response.Abort();
        }
    }
}
