using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace OpenSre.Sentry.Tests;

/// <summary>
/// A Sentry of our own: it answers readings of the run with one scripted state after the other (the last one stays), and
/// what is posted as the test says. It keeps everything it was asked.
/// </summary>
internal sealed class StandIn : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Lock _gate = new();
    private readonly Queue<(int Code, string Body)> _states = [];
    private (int Code, string Body) _state = (200, """{"autofix":null}""");

    public StandIn()
    {
        for (var tries = 0; ; tries++)
        {
            using var probe = new TcpListener(IPAddress.Loopback, 0);
            probe.Start();
            var port = ((IPEndPoint)probe.LocalEndpoint).Port;
            probe.Stop();
            _listener.Prefixes.Clear();
            _listener.Prefixes.Add($"http://127.0.0.1:{port}/");
            try
            {
                _listener.Start();
                Host = new SentryHost(new Uri($"http://127.0.0.1:{port}"), "secret-token");
                break;
            }
            catch (HttpListenerException) when (tries < 5)
            {
                // Somebody else took the port in between.
            }
        }

        _ = ServeAsync();
    }

    public SentryHost Host { get; }

    public List<(string Path, JsonObject Body)> Posts { get; } = [];

    public List<string> Gets { get; } = [];

    public List<string?> Tokens { get; } = [];

    /// <summary>Answers a post; may add states.</summary>
    public Func<string, JsonObject, (int Code, string Body)> OnPost { get; set; } = (_, _) => (202, """{"run_id":4242}""");

    /// <summary>Answers what is no reading of the run; null leaves it to 404.</summary>
    public Func<string, (int Code, string Body)?> OnGet { get; set; } = _ => null;

    public void Then(params ReadOnlySpan<string> runs)
    {
        lock (_gate)
        {
            foreach (var run in runs)
            {
                _states.Enqueue((200, $$"""{"autofix":{{run}}}"""));
            }
        }
    }

    public void ThenCode(int code, string body = "")
    {
        lock (_gate)
        {
            _states.Enqueue((code, body));
        }
    }

    public void Dispose() => _listener.Close();

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
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

            var path = context.Request.Url!.PathAndQuery.Replace("/api/0", "", StringComparison.Ordinal);
            (int Code, string Body) answer;
            using (var reader = new StreamReader(context.Request.InputStream))
            {
                var text = await reader.ReadToEndAsync();
                lock (_gate)
                {
                    Tokens.Add(context.Request.Headers["Authorization"]);
                    if (context.Request.HttpMethod == "POST")
                    {
                        var body = JsonNode.Parse(text)!.AsObject();
                        Posts.Add((path, body));
                        answer = OnPost(path, body);
                    }
                    else
                    {
                        Gets.Add(path);
                        if (path.Contains("/autofix/", StringComparison.Ordinal))
                        {
                            _state = _states.Count > 0 ? _states.Dequeue() : _state;
                            answer = _state;
                        }
                        else
                        {
                            answer = OnGet(path) ?? (404, "");
                        }
                    }
                }
            }

            context.Response.StatusCode = answer.Code;
            if (answer.Code is >= 300 and < 400)
            {
                context.Response.Headers["Location"] = answer.Body;
            }

            var bytes = Encoding.UTF8.GetBytes(answer.Body);
            await context.Response.OutputStream.WriteAsync(bytes);
            context.Response.Close();
        }
    }
}
