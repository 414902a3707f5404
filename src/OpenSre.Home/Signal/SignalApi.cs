using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace OpenSre.Home;

/// <param name="Recipient">A UUID, a number, or a group in the form <c>group.…</c>.</param>
/// <param name="Edits">The message this text replaces, by its timestamp; null for a new one.</param>
/// <param name="Attachment">Text sent along as the file report.txt; null without.</param>
public sealed record SignalSend(string Recipient, string Text, ChatQuote? Quote = null, string? QuoteAuthor = null, long? Edits = null, string? Attachment = null, bool NotifySelf = true);

/// <param name="Mode">"json-rpc" is the only one with a stream of messages.</param>
/// <param name="Version">"unset" in images built by hand.</param>
public sealed record SignalAbout(string Mode, string Version);

/// <param name="Id">In the form that is sent to.</param>
public sealed record SignalGroup(string Id, string Name, bool IsMember, bool IsBlocked);

/// <summary>The REST side of signal-cli-rest-api: one call a method, nothing kept. The contract is in docs/home.md.</summary>
public sealed class SignalApi : IDisposable
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(10);
    private readonly HttpClient _http;
    private readonly SignalSettings _settings;
    private readonly TimeSpan _sendTimeout;
    private readonly string _number;

    /// <param name="sendTimeout">The service itself waits for ever, so somebody must not.</param>
    public SignalApi(SignalSettings settings, TimeSpan sendTimeout)
    {
        (_settings, _sendTimeout, _number) = (settings, sendTimeout, Uri.EscapeDataString(settings.Phone.Reveal()));
        // A proxy of the environment must not see these messages, and a redirect must not carry them away.
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(5), PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30) })
        {
            BaseAddress = settings.Service,
            Timeout = Timeout.InfiniteTimeSpan,
        };
        if (settings.Token is { } token)
        {
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token.Reveal());
        }
    }

    /// <summary>Sends a message, or a new text for one sent before. Never throws but for cancellation.</summary>
    public async Task<SendOutcome> SendAsync(SignalSend send, CancellationToken cancellation)
    {
        if (!SignalAddress.IsSendable(send.Recipient))
        {
            return new SendOutcome.Refused("the recipient is neither a UUID nor a number nor a group");
        }

        var body = Body(writer =>
        {
            writer.WriteString("number", _settings.Phone.Reveal());
            writer.WriteStartArray("recipients");
            writer.WriteStringValue(send.Recipient);
            writer.WriteEndArray();
            writer.WriteString("message", send.Text);
            writer.WriteString("text_mode", "normal");
            if (!send.NotifySelf)
            {
                writer.WriteBoolean("notify_self", false);
            }

            if (send.Edits is { } edits)
            {
                writer.WriteNumber("edit_timestamp", edits);
            }

            if (send is { Quote: { } quote, QuoteAuthor: { } author })
            {
                writer.WriteNumber("quote_timestamp", quote.Timestamp);
                writer.WriteString("quote_author", author);
                writer.WriteString("quote_message", quote.Text);
            }

            if (send.Attachment is { } attachment)
            {
                writer.WriteStartArray("base64_attachments");
                writer.WriteStringValue($"data:text/plain;filename=report.txt;base64,{Convert.ToBase64String(Encoding.UTF8.GetBytes(attachment))}");
                writer.WriteEndArray();
            }
        });
        try
        {
            var (status, text) = await CallAsync(HttpMethod.Post, "v2/send", body, _sendTimeout, cancellation).ConfigureAwait(false);
            return SendReply.Read(status, text);
        }
        catch (TimeoutException)
        {
            return new SendOutcome.Unknown($"no answer within {_sendTimeout.TotalSeconds:0} s");
        }
        catch (HttpRequestException e) when (e.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError)
        {
            return new SendOutcome.Later("the service cannot be reached", Heard: false);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return new SendOutcome.Unknown("the connection broke before the answer");
        }
    }

    /// <summary>Puts an emoji on a message. False when it could not be said.</summary>
    public Task<bool> ReactAsync(string recipient, string emoji, string author, long timestamp, CancellationToken cancellation) => TryAsync(HttpMethod.Post, $"v1/reactions/{_number}", writer =>
    {
        writer.WriteString("recipient", recipient);
        writer.WriteString("reaction", emoji);
        writer.WriteString("target_author", author);
        writer.WriteNumber("timestamp", timestamp);
    }, cancellation);

    public Task<bool> TypingAsync(string recipient, bool on, CancellationToken cancellation) =>
        TryAsync(on ? HttpMethod.Put : HttpMethod.Delete, $"v1/typing-indicator/{_number}", writer => writer.WriteString("recipient", recipient), cancellation);

    /// <summary>Says that a message was read. Groups have no such receipts.</summary>
    public Task<bool> ReadAsync(string recipient, long timestamp, CancellationToken cancellation) => TryAsync(HttpMethod.Post, $"v1/receipts/{_number}", writer =>
    {
        writer.WriteString("recipient", recipient);
        writer.WriteString("receipt_type", "read");
        writer.WriteNumber("timestamp", timestamp);
    }, cancellation);

    /// <summary>Takes a message of ours back, on all devices.</summary>
    public Task<bool> DeleteAsync(string recipient, long timestamp, CancellationToken cancellation) => TryAsync(HttpMethod.Delete, $"v1/remote-delete/{_number}", writer =>
    {
        writer.WriteString("recipient", recipient);
        writer.WriteNumber("timestamp", timestamp);
    }, cancellation);

    /// <summary>Lifts a rate limit with a solved captcha. Null when it worked, else why not.</summary>
    public async Task<string?> LiftAsync(string token, string captcha, CancellationToken cancellation)
    {
        var body = Body(writer =>
        {
            writer.WriteString("challenge_token", token);
            writer.WriteString("captcha", captcha);
        });
        var (status, _, problem) = await AskAsync(HttpMethod.Post, $"v1/accounts/{_number}/rate-limit-challenge", body, _sendTimeout, cancellation).ConfigureAwait(false);
        return status is >= 200 and < 300 ? null : problem ?? $"the service answered {status}";
    }

    /// <summary>Trusts the present key of somebody whose safety number changed. Null when it worked, else why not.</summary>
    /// <param name="safetyNumber">The number as both phones show it; only this key is trusted.</param>
    public async Task<string?> TrustAsync(string recipient, string safetyNumber, CancellationToken cancellation)
    {
        var (status, _, problem) = await AskAsync(HttpMethod.Put, $"v1/identities/{_number}/trust/{Uri.EscapeDataString(recipient)}", Body(w => w.WriteString("verified_safety_number", safetyNumber)), Short, cancellation).ConfigureAwait(false);
        return status is >= 200 and < 300 ? null : problem ?? $"the service answered {status}";
    }

    /// <summary>
    /// Whether signal-cli itself lives and knows our number. Null when it does, else one sentence. The service's own
    /// health address says yes also with signal-cli dead.
    /// </summary>
    public async Task<string?> WhyNotAliveAsync(CancellationToken cancellation)
    {
        var (status, body, problem) = await AskAsync(HttpMethod.Get, "v1/accounts", null, Short, cancellation).ConfigureAwait(false);
        if (problem is not null)
        {
            return problem;
        }

        if (status != 200)
        {
            return $"signal-cli does not answer (the service said {status})";
        }

        using var accounts = Json(body);
        return accounts?.RootElement is { ValueKind: JsonValueKind.Array } list && list.EnumerateArray().Any(a => a.ValueKind == JsonValueKind.String && a.GetString() == _settings.Phone.Reveal())
            ? null
            : "signal-cli does not know the number in SIGNAL_PHONE; register or link it there first";
    }

    /// <summary>Null where the service does not answer as signal-cli-rest-api does.</summary>
    public async Task<SignalAbout?> AboutAsync(CancellationToken cancellation)
    {
        var (status, body, _) = await AskAsync(HttpMethod.Get, "v1/about", null, Short, cancellation).ConfigureAwait(false);
        using var about = status == 200 ? Json(body) : null;
        return about?.RootElement is { ValueKind: JsonValueKind.Object } root ? new SignalAbout(root.Text("mode") ?? "", root.Text("version") ?? "") : null;
    }

    /// <summary>The groups we are in; null where they could not be asked for.</summary>
    public async Task<IReadOnlyList<SignalGroup>?> GroupsAsync(CancellationToken cancellation)
    {
        var (status, body, _) = await AskAsync(HttpMethod.Get, $"v1/groups/{_number}", null, Short, cancellation).ConfigureAwait(false);
        using var groups = status == 200 ? Json(body) : null;
        return groups?.RootElement is { ValueKind: JsonValueKind.Array } list
            ? [.. list.EnumerateArray().Where(g => g.ValueKind == JsonValueKind.Object).Select(g => new SignalGroup(g.Text("id") ?? "", g.Text("name") ?? "", Flag(g, "member"), Flag(g, "blocked")))]
            : null;
    }

    public void Dispose() => _http.Dispose();

    private async Task<bool> TryAsync(HttpMethod method, string path, Action<Utf8JsonWriter> write, CancellationToken cancellation)
    {
        var (status, _, _) = await AskAsync(method, path, Body(write), Short, cancellation).ConfigureAwait(false);
        return status is >= 200 and < 300;
    }

    /// <summary>A call whose failure is a sentence; for what may be tried again without harm.</summary>
    private async Task<(int Status, string Body, string? Problem)> AskAsync(HttpMethod method, string path, byte[]? body, TimeSpan timeout, CancellationToken cancellation)
    {
        try
        {
            var (status, text) = await CallAsync(method, path, body, timeout, cancellation).ConfigureAwait(false);
            return (status, text, null);
        }
        catch (TimeoutException)
        {
            return (0, "", "signal-cli-rest-api does not answer in time");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return (0, "", "signal-cli-rest-api cannot be reached");
        }
    }

    private async Task<(int Status, string Body)> CallAsync(HttpMethod method, string path, byte[]? body, TimeSpan timeout, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(timeout);
        try
        {
            using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Version = HttpVersion.Version11 };
            if (body is not null)
            {
                request.Content = new ByteArrayContent(body);
                request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            }

            using var reply = await _http.SendAsync(request, HttpCompletionOption.ResponseContentRead, limit.Token).ConfigureAwait(false);
            return ((int)reply.StatusCode, await reply.Content.ReadAsStringAsync(limit.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new TimeoutException("The service did not answer.", e);
        }
    }

    private static byte[] Body(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        return stream.ToArray();
    }

    private static JsonDocument? Json(string body)
    {
        try
        {
            return JsonDocument.Parse(body);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool Flag(JsonElement element, string name) => element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;
}
