using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using OpenSre.Core;
using OpenSre.Investigation;
using OpenSre.Server;

namespace OpenSre.Tests.Server;

/// <summary>An engine that does what a test tells it: waits, asks, ends.</summary>
internal sealed class ScriptedEngine : IRunEngine
{
    public string Name => "scripted";

    public Func<LiveRun, Action<InvestigationEvent>, CancellationToken, Task> Script { get; set; } = (_, _, _) => Task.CompletedTask;

    public ConcurrentQueue<string> Investigated { get; } = new();

    public async Task<CaseFile> InvestigateAsync(LiveRun run, Action<InvestigationEvent> publish, CancellationToken cancellation)
    {
        var seq = 0L;
        void Say(InvestigationEvent e) => publish(e with { Seq = Interlocked.Increment(ref seq), At = DateTimeOffset.UtcNow, InvestigationId = run.Id });
        Investigated.Enqueue(run.Title);
        Say(new InvestigationStarted(run.Title, Name));
        var cancelled = false;
        try
        {
            await Script(run, Say, cancellation);
            Say(new ReportWritten($"**Healthy:** {run.Title} is fine."));
        }
        catch (OperationCanceledException)
        {
            cancelled = true;
            Say(new InvestigationCancelled(0));
        }

        Say(new InvestigationFinished(0, 0, TimeSpan.FromSeconds(1)));
        var diagnosis = new Diagnosis { Verdict = Verdict.Healthy, Summary = run.Title + " is fine.", Ranked = [] };
        return new CaseFile(run.Id, run.Incident, new EvidenceLedger(), diagnosis, "fine", cancelled, TimeSpan.Zero);
    }
}

/// <summary>A server of its own, on a port of its own, in a folder of its own.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly bool _ownsHome;
    private readonly CancellationTokenSource _stop = new();

    private TestServer(OpenSreServer server, ScriptedEngine engine, string home, bool ownsHome, ConcurrentQueue<string> log)
    {
        (Server, Engine, Home, _ownsHome, Log) = (server, engine, home, ownsHome, log);
        Client = new HttpClient { BaseAddress = new Uri(server.Address), Timeout = TimeSpan.FromSeconds(60) };
    }

    public OpenSreServer Server { get; }

    public ScriptedEngine Engine { get; }

    public string Home { get; }

    public HttpClient Client { get; }

    /// <summary>The sentences of warnings and errors.</summary>
    public ConcurrentQueue<string> Log { get; }

    /// <summary>The whole log, in JSON.</summary>
    public required ConcurrentQueue<string> Lines { get; init; }

    public static async Task<TestServer> StartAsync(Func<ServerSettings, ServerSettings>? with = null, string? home = null, ScriptedEngine? engine = null, ModelAdvice? advice = null)
    {
        var folder = home ?? Path.Combine(Path.GetTempPath(), "opensre-server-" + Guid.NewGuid().ToString("N"));
        var settings = new ServerSettings { Home = folder, Url = "http://127.0.0.1:0", GroupWait = TimeSpan.FromMilliseconds(30), InvestigateFrom = null, Drain = TimeSpan.FromMilliseconds(200), Secret = _ => null };
        engine ??= new ScriptedEngine();
        var log = new ConcurrentQueue<string>();
        var lines = new ConcurrentQueue<string>();
        var journal = new ServerLog((level, line) =>
        {
            lines.Enqueue(line);
            if (level >= LogLevel.Warning)
            {
                log.Enqueue(Json(line).GetProperty("message").GetString()!);
            }
        }, LogFormat.Json, LogLevel.Debug, TimeProvider.System);
        var server = await OpenSreServer.StartAsync(with?.Invoke(settings) ?? settings, () => [], TimeProvider.System, journal, TestContext.Current.CancellationToken, advice is null ? engine : null, advice);
        return new TestServer(server, engine, folder, home is null, log) { Lines = lines };
    }

    public Task<HttpResponseMessage> PostAsync(string path, string body, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
    }

    /// <summary>Says yes to whatever is asked from now on.</summary>
    public void ApproveAll() => _ = Task.Run(async () =>
    {
        while (!_stop.IsCancellationRequested)
        {
            foreach (var question in Server.Approvals.Pending)
            {
                await Server.Approvals.AnswerAsync(question.Request.Id, true, "the test", null);
            }

            await Task.Delay(20);
        }
    });

    public Task<string> GetAsync(string path) => Client.GetStringAsync(path, TestContext.Current.CancellationToken);

    /// <summary>Starts an investigation and gives its id.</summary>
    public async Task<string> InvestigateAsync(string text)
    {
        using var reply = await PostAsync("/api/investigations", $$"""{"text":"{{text}}"}""");
        Assert.Equal(202, (int)reply.StatusCode);
        return Json(await reply.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).GetProperty("id").GetString()!;
    }

    public static System.Text.Json.JsonElement Json(string text) => System.Text.Json.JsonDocument.Parse(text).RootElement;

    /// <summary>Waits until something is so.</summary>
    public static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        for (var i = 0; i < 4800; i++)
        {
            if (await isSo())
            {
                return;
            }

            await Task.Delay(25, TestContext.Current.CancellationToken);
        }

        Assert.Fail("It did not come to be in two minutes.");
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _stop.Dispose();
        Client.Dispose();
        await Server.StopAsync();
        await Server.DisposeAsync();
        if (_ownsHome)
        {
            Directory.Delete(Home, recursive: true);
        }
    }
}

/// <summary>One server-sent event as a client reads it.</summary>
internal sealed record Sse(string Event, string Data, string? Id);

/// <summary>Reads a stream of server-sent events.</summary>
internal sealed class SseReader : IDisposable
{
    private readonly HttpResponseMessage _response;
    private StreamReader? _reader;

    private SseReader(HttpResponseMessage response) => _response = response;

    public HttpResponseMessage Response => _response;

    public static async Task<SseReader> OpenAsync(Task<HttpResponseMessage> response)
    {
        var reader = new SseReader(await response);
        Assert.Equal("text/event-stream", reader._response.Content.Headers.ContentType?.MediaType);
        reader._reader = new StreamReader(await reader._response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        return reader;
    }

    public static Task<SseReader> GetAsync(TestServer server, string path, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return OpenAsync(server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken));
    }

    /// <summary>The next event; null at the end of the stream.</summary>
    public async Task<Sse?> NextAsync()
    {
        string name = "", data = "";
        string? id = null;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(120));
        while (await _reader!.ReadLineAsync(limit.Token) is { } line)
        {
            if (line.Length == 0)
            {
                if (data.Length > 0)
                {
                    return new Sse(name, data, id);
                }

                continue;
            }

            if (line.StartsWith("event: ", StringComparison.Ordinal))
            {
                name = line[7..];
            }
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                data += line[6..];
            }
            else if (line.StartsWith("id: ", StringComparison.Ordinal))
            {
                id = line[4..];
            }
        }

        return null;
    }

    /// <summary>Reads on until an event of this name, which is returned.</summary>
    public async Task<Sse> UntilAsync(string name)
    {
        while (await NextAsync() is { } e)
        {
            if (e.Event == name)
            {
                return e;
            }
        }

        Assert.Fail($"The stream ended without {name}.");
        return null!;
    }

    public async Task<List<Sse>> RestAsync()
    {
        List<Sse> all = [];
        while (await NextAsync() is { } e)
        {
            all.Add(e);
        }

        return all;
    }

    public void Dispose() => _response.Dispose();
}
