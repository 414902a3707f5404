using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenSre.Core;
using OpenSre.Investigation;

namespace OpenSre.Server;

/// <summary>The server: everything put together, started and stopped.</summary>
public sealed class OpenSreServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly RunBoard _runs;
    private readonly AlertDesk _desk;
    private readonly ApprovalDesk _approvals;
    private readonly AutoInvestigation _automatic;
    private readonly Journal _unreadable;
    private readonly HttpClient _client;
    private readonly Telemetry? _telemetry;
    private readonly SharedLog? _shared;
    private bool _ready;

    private OpenSreServer(WebApplication app, RunBoard runs, AlertDesk desk, ApprovalDesk approvals, AutoInvestigation automatic, Journal unreadable, HttpClient client, Telemetry? telemetry, SharedLog? shared) =>
        (_app, _runs, _desk, _approvals, _automatic, _unreadable, _client, _telemetry, _shared) = (app, runs, desk, approvals, automatic, unreadable, client, telemetry, shared);

    /// <summary>The address it listens on, its port known.</summary>
    public string Address => _app.Urls.First();

    public RunBoard Runs => _runs;

    public ApprovalDesk Approvals => _approvals;

    public AlertDesk Desk => _desk;

    /// <summary>Starts it.</summary>
    /// <param name="advice">A model behind the built-in engine; null for the engine alone.</param>
    /// <param name="beside">What the built-in engine has beside the system it looks at; null for nothing.</param>
    /// <param name="journal">What the one who runs the server should know.</param>
    /// <exception cref="InvalidDataException">The settings do not fit together; the message says what to do.</exception>
    /// <exception cref="IOException">It cannot listen there, or another server uses the same home.</exception>
    public static async Task<OpenSreServer> StartAsync(ServerSettings settings, Func<IReadOnlyList<IEvidenceTool>> tools, TimeProvider time, ServerLog journal, CancellationToken cancellation, IRunEngine? engine = null, ModelAdvice? advice = null, CaseSurroundings? beside = null)
    {
        if (!settings.IsLoopback && string.IsNullOrEmpty(settings.Token) && settings.ClientAuthority is null)
        {
            throw new InvalidDataException($"{settings.Url} can be reached from other machines, so a token is needed: set OPENSRE_SERVER_TOKEN, or give --client-ca for mutual TLS");
        }

        if (!Uri.TryCreate(settings.Url, UriKind.Absolute, out var url) || (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps))
        {
            throw new InvalidDataException($"{settings.Url} is no http address, as in: --url http://127.0.0.1:8081");
        }

        if ((url.Scheme == Uri.UriSchemeHttps) != (settings.Certificate is not null) || (settings.ClientAuthority is not null && settings.Certificate is null))
        {
            throw new InvalidDataException("An https address and a certificate belong together: --url https://… --certificate FILE [--key FILE] [--client-ca FILE]");
        }

        Action<ListenOptions> tls = settings.Certificate is null ? _ => { } : MutualTls.Options(settings);

        var metrics = new ServerMetrics();
        var client = new HttpClient { Timeout = TimeSpan.FromSeconds(15) };
        var shared = settings.Postgres is { } postgres ? await SharedLog.OpenAsync(postgres, Log, cancellation).ConfigureAwait(false) : null;
        var desk = new AlertDesk(settings, metrics, time, shared);
        var approvals = new ApprovalDesk(settings, time, shared);
        var runs = new RunBoard(settings, engine ?? new BuiltInEngine(tools, time, advice, approvals, settings.ApprovalWait, beside), time, shared);
        var automatic = new AutoInvestigation(desk, runs, settings, time, journal, shared);
        var unreadable = new Journal(Path.Combine(settings.Folder, "unreadable.jsonl"));
        var sender = new Sender(settings, client, metrics, time, Log);
        var telemetry = Telemetry.Start(settings, client, () => metrics.Figures(runs, desk, approvals), time, Log);
        runs.Finished = (run, file) =>
        {
            var summary = run.Summary;
            journal.Info("investigation ended", ("run", run.Id), ("incident", summary.IncidentId), ("state", summary.State.ToString().ToLowerInvariant()), ("verdict", summary.Verdict), ("seconds", (time.GetUtcNow() - summary.StartedAt).TotalSeconds));
            _ = sender.SendAsync(run, file, CancellationToken.None);
            _ = telemetry?.TraceAsync(run);
        };
        runs.Resume();

        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddRoutingCore();
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(5));
        builder.WebHost.UseKestrelHttpsConfiguration();
        // No handler blocks, so what is received is handled, and what is written is sent, without a change of threads in between.
        builder.WebHost.UseSockets(s => s.UnsafePreferInlineScheduling = true);
        builder.WebHost.ConfigureKestrel(k => Limit(k, settings, url, tls));
        var app = builder.Build();
        var server = new OpenSreServer(app, runs, desk, approvals, automatic, unreadable, client, telemetry, shared);
        var security = new Security(settings, metrics, time);
        app.Use(next => http => AnswerAsync(http, next, journal, time));
        app.Use(next => http => security.GuardAsync(http, next));
        app.UseRouting();
        Pages.Map(app);
        new Api(settings, runs, desk, approvals, metrics, journal, time).Map(app);
        new Webhooks(settings, desk, new VendorGuard(settings, client, time), security, metrics, unreadable, time).Map(app);
        new SeedStream(settings, runs, approvals, metrics, time).Map(app);
        app.MapGet("/healthz", http => http.Response.WriteAsync("ok\n", http.RequestAborted));
        app.MapGet("/readyz", http =>
        {
            http.Response.StatusCode = server._ready ? 200 : 503;
            return http.Response.WriteAsync(server._ready ? "ready\n" : "not ready\n", http.RequestAborted);
        });
        app.MapGet("/metrics", http =>
        {
            http.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
            return http.Response.WriteAsync(metrics.Text(runs, desk, approvals), http.RequestAborted);
        });
        app.MapFallback(http => Problems.WriteAsync(http, 404, "There is nothing here; /openapi.json says what there is."));
        if (shared is not null)
        {
            await shared.StartAsync(line =>
            {
                if (line.Topic == "alert")
                {
                    desk.Apply(line);
                    return;
                }

                runs.Apply(line);
                approvals.Apply(line);
            }, cancellation).ConfigureAwait(false);
            runs.Work(Log);
        }

        try
        {
            await app.StartAsync(cancellation).ConfigureAwait(false);
        }
        catch (IOException)
        {
            await server.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        await automatic.ResumeAsync().ConfigureAwait(false);
        server._ready = true;
        return server;

        void Log(string sentence) => journal.Warn(sentence);
    }

    /// <summary>Takes no more, lets what runs end for a while, and keeps the rest for the next start.</summary>
    public async Task StopAsync()
    {
        _ready = false;
        await _runs.DrainAsync().ConfigureAwait(false);
        _desk.Happenings.Complete();
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(3));
        await _app.StopAsync(soon.Token).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await _automatic.DisposeAsync().ConfigureAwait(false);
        await _runs.DisposeAsync().ConfigureAwait(false);
        await _app.DisposeAsync().ConfigureAwait(false);
        await _desk.DisposeAsync().ConfigureAwait(false);
        await _approvals.DisposeAsync().ConfigureAwait(false);
        await _unreadable.DisposeAsync().ConfigureAwait(false);
        if (_telemetry is not null)
        {
            await _telemetry.DisposeAsync().ConfigureAwait(false);
        }

        if (_shared is not null)
        {
            await _shared.DisposeAsync().ConfigureAwait(false);
        }

        _client.Dispose();
    }

    private static void Limit(KestrelServerOptions kestrel, ServerSettings settings, Uri url, Action<ListenOptions> tls)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = settings.MostBodyBytes + 1024;
        kestrel.Limits.MaxConcurrentConnections = settings.MostConnections;
        kestrel.Limits.MaxRequestHeadersTotalSize = 32 * 1024;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        kestrel.Limits.MaxResponseBufferSize = 64 * 1024;
        kestrel.Limits.MinResponseDataRate = null; // Slow readers are counted and cut off where the stream is written.
        if (url.Host == "localhost")
        {
            kestrel.ListenLocalhost(url.Port, tls);
        }
        else if (IPAddress.TryParse(url.Host.Trim('[', ']'), out var address))
        {
            kestrel.Listen(address, url.Port, tls);
        }
        else
        {
            kestrel.ListenAnyIP(url.Port, tls);
        }
    }

    /// <summary>Nothing that goes wrong inside reaches a client as anything but a sentence, and a request's id finds it in the log.</summary>
    private static async Task AnswerAsync(HttpContext http, RequestDelegate next, ServerLog journal, TimeProvider time)
    {
        if (http.Request.Headers["X-Request-Id"].ToString() is { Length: > 0 and <= 64 } given && given.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
        {
            http.TraceIdentifier = given;
        }

        http.Response.Headers["X-Request-Id"] = http.TraceIdentifier;
        var began = time.GetTimestamp();
        try
        {
            await next(http).ConfigureAwait(false);
        }
        catch (Microsoft.AspNetCore.Http.BadHttpRequestException e)
        {
            await Problems.WriteAsync(http, e.StatusCode, e.Message).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client left.
        }
#pragma warning disable CA1031 // The last line of defence of a server: one request fails, the server goes on.
        catch (Exception e)
#pragma warning restore CA1031
        {
            journal.Write(LogLevel.Error, $"{http.Request.Method} {SafeText.Line(http.Request.Path, 100)} failed on an internal error ({e.GetType().Name}: {SafeText.Line(e.Message, 300)})", ("request", http.TraceIdentifier));
            await Problems.WriteAsync(http, 500, $"An internal error; the server's own log says more under {http.TraceIdentifier}.").ConfigureAwait(false);
        }

        if (journal.Writes(LogLevel.Debug))
        {
            journal.Write(LogLevel.Debug, "request", ("request", http.TraceIdentifier), ("method", http.Request.Method), ("path", http.Request.Path.Value), ("status", http.Response.StatusCode), ("milliseconds", time.GetElapsedTime(began).TotalMilliseconds), ("from", http.Connection.RemoteIpAddress));
        }
    }
}
