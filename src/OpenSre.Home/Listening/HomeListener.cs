using System.Buffers;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace OpenSre.Home;

/// <summary>
/// The daemon's own listener, on this machine alone: <c>POST /v1/home/messages</c> answers like the chat does, as text,
/// JSON or server-sent events; the webhook path takes what signal-cli-rest-api receives; <c>/metrics</c> and <c>/healthz</c>.
/// </summary>
public sealed class HomeListener : IAsyncDisposable
{
    private const int LargestFrame = 4 * 1024 * 1024;
    private static readonly TimeSpan MostWait = TimeSpan.FromSeconds(1);
    private readonly WebApplication _app;

    private HomeListener(WebApplication app) => _app = app;

    /// <summary>The address it listens on, its port known.</summary>
    public string Address => _app.Urls.First();

    /// <param name="frame">Takes a line of the webhook; what it returns completes once the line is on the disk.</param>
    /// <exception cref="IOException">It cannot listen there.</exception>
    public static async Task<HomeListener> StartAsync(ListenSettings settings, Secret token, LocalDesk desk, HomeMetrics metrics, Func<ReadOnlyMemory<byte>, Task> frame, CancellationToken cancellation)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddRoutingCore();
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(2));
        builder.WebHost.ConfigureKestrel(k =>
        {
            k.AddServerHeader = false;
            k.Limits.MaxRequestBodySize = LargestFrame;
            k.Listen(settings.Address.Host == "localhost" ? IPAddress.Loopback : IPAddress.Parse(settings.Address.Host.Trim('[', ']')), settings.Address.Port);
        });
        var app = builder.Build();
        app.Use(next => http => IsOurs(http.Request) ? next(http) : SayAsync(http, 403, "Only programs on this machine may ask, and no web page."));
        app.UseRouting();
        app.MapPost("/v1/home/messages", http => HomeToken.Fits(http.Request.Headers.Authorization, token)
            ? AnswerAsync(http, desk)
            : SayAsync(http, 401, "Send the token of the file http-token: Authorization: Bearer …"));
        if (settings.WebhookPath is { } path)
        {
            app.MapPost(path, async http =>
            {
                using var body = new MemoryStream();
                await http.Request.Body.CopyToAsync(body, http.RequestAborted).ConfigureAwait(false);
                // signal-cli waits for the answer with everything else it does, so a slow disk must not hold it up.
                await frame(body.GetBuffer().AsMemory(0, (int)body.Length)).WaitAsync(MostWait, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                http.Response.StatusCode = StatusCodes.Status200OK;
            });
        }

        app.MapGet("/healthz", http => http.Response.WriteAsync("ok\n", http.RequestAborted));
        app.MapGet("/metrics", http =>
        {
            http.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
            return http.Response.WriteAsync(metrics.Text(), http.RequestAborted);
        });
        await app.StartAsync(cancellation).ConfigureAwait(false);
        return new HomeListener(app);
    }

    public async ValueTask DisposeAsync()
    {
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        await _app.StopAsync(soon.Token).ConfigureAwait(false);
        await _app.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>A page in a browser, or one that had its name pointed here, is not a program of the owner.</summary>
    private static bool IsOurs(HttpRequest request) =>
        request.Headers.Origin.Count == 0 && (request.Host.Host == "localhost" || (IPAddress.TryParse(request.Host.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address)));

    private static async Task AnswerAsync(HttpContext http, LocalDesk desk)
    {
        if (await TextAsync(http).ConfigureAwait(false) is not { } text)
        {
            await SayAsync(http, 400, "Send {\"text\":\"…\"} with at most 4,096 characters.").ConfigureAwait(false);
            return;
        }

        var accept = http.Request.Headers.Accept.ToString();
        var answers = desk.AskAsync(text, http.RequestAborted);
        if (accept.Contains("text/event-stream", StringComparison.OrdinalIgnoreCase))
        {
            http.Response.ContentType = "text/event-stream; charset=utf-8";
            http.Response.Headers.CacheControl = "no-cache";
            await foreach (var answer in answers.ConfigureAwait(false))
            {
                await http.Response.WriteAsync($"event: answer\ndata: {Json(answer)}\n\n", http.RequestAborted).ConfigureAwait(false);
                await http.Response.Body.FlushAsync(http.RequestAborted).ConfigureAwait(false);
            }

            await http.Response.WriteAsync("event: done\ndata: {}\n\n", http.RequestAborted).ConfigureAwait(false);
            return;
        }

        var last = "";
        await foreach (var answer in answers.ConfigureAwait(false))
        {
            last = answer;
        }

        var plain = accept.Contains("text/plain", StringComparison.OrdinalIgnoreCase);
        http.Response.ContentType = plain ? "text/plain; charset=utf-8" : "application/json";
        await http.Response.WriteAsync(plain ? last + "\n" : Json(last), http.RequestAborted).ConfigureAwait(false);
    }

    private static async Task<string?> TextAsync(HttpContext http)
    {
        try
        {
            using var body = await JsonDocument.ParseAsync(http.Request.Body, default, http.RequestAborted).ConfigureAwait(false);
            return body.RootElement is { ValueKind: JsonValueKind.Object } root && root.TryGetProperty("text", out var text) && text.ValueKind == JsonValueKind.String && text.GetString() is { Length: > 0 and <= 4096 } given ? given : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Json(string answer)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("answer", answer);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static Task SayAsync(HttpContext http, int status, string sentence)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "text/plain; charset=utf-8";
        return http.Response.WriteAsync(sentence + "\n", http.RequestAborted);
    }
}
