using System.Buffers;
using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace OpenSre.Models;

/// <summary>
/// HTTP as model providers speak it: JSON in, a stream of events out. Every failure becomes a <see cref="ModelException"/>.
/// </summary>
/// <param name="provider">What a person calls the provider, for sentences.</param>
internal sealed class ModelWire(HttpClient http, string provider)
{
    private const int ErrorLimit = 8 * 1024;

    /// <summary>Longest silence within a stream before it counts as broken.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(120);

    public static byte[] Json(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(16 * 1024);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            write(json);
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Posts and reads server-sent events; the name of an event and its data.</summary>
    public async IAsyncEnumerable<(string Event, string Data)> EventsAsync(Uri uri, IEnumerable<KeyValuePair<string, string>> headers, byte[] body, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var response = await PostAsync(uri, headers, body, "text/event-stream", cancellation).ConfigureAwait(false);
        using var quiet = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var stream = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        await using var disposeStream = stream.ConfigureAwait(false);
        var events = SseParser.Create(stream).EnumerateAsync(quiet.Token).GetAsyncEnumerator(quiet.Token);
        await using var disposeEvents = events.ConfigureAwait(false);
        while (await NextAsync(events.MoveNextAsync, quiet, cancellation).ConfigureAwait(false))
        {
            yield return (events.Current.EventType, events.Current.Data);
        }
    }

    /// <summary>Posts and reads lines.</summary>
    public async IAsyncEnumerable<string> LinesAsync(Uri uri, IEnumerable<KeyValuePair<string, string>> headers, byte[] body, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var response = await PostAsync(uri, headers, body, "application/x-ndjson", cancellation).ConfigureAwait(false);
        using var quiet = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var stream = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        while (true)
        {
            string? line = null;
            await NextAsync(ReadAsync, quiet, cancellation).ConfigureAwait(false);
            if (line is null)
            {
                yield break;
            }

            if (line.Length > 0)
            {
                yield return line;
            }

            async ValueTask<bool> ReadAsync() => (line = await reader.ReadLineAsync(quiet.Token).ConfigureAwait(false)) is not null;
        }
    }

    public async Task<string> GetAsync(Uri uri, IEnumerable<KeyValuePair<string, string>> headers, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, uri);
        using var response = await SendAsync(request, headers, cancellation).ConfigureAwait(false);
        return await response.Content.ReadAsStringAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>What a provider's error means, from its status and body.</summary>
    public static ModelFailure FailureOf(int status, string body)
    {
        if (body.Contains("context_length", StringComparison.OrdinalIgnoreCase) || body.Contains("prompt is too long", StringComparison.OrdinalIgnoreCase) || body.Contains("maximum context length", StringComparison.OrdinalIgnoreCase) || status == 413)
        {
            return ModelFailure.TooLong;
        }

        if (status == 402 || body.Contains("insufficient_quota", StringComparison.OrdinalIgnoreCase) || body.Contains("credit balance", StringComparison.OrdinalIgnoreCase))
        {
            return ModelFailure.Quota;
        }

        return status switch
        {
            401 or 403 => ModelFailure.Unauthorised,
            404 => ModelFailure.NotFound,
            408 => ModelFailure.Network,
            429 => ModelFailure.RateLimited,
            503 or 529 => ModelFailure.Overloaded,
            >= 500 => ModelFailure.Server,
            _ when body.Contains("overloaded", StringComparison.OrdinalIgnoreCase) => ModelFailure.Overloaded,
            _ when body.Contains("rate_limit", StringComparison.OrdinalIgnoreCase) => ModelFailure.RateLimited,
            _ when body.Contains("server_error", StringComparison.OrdinalIgnoreCase) || body.Contains("api_error", StringComparison.OrdinalIgnoreCase) => ModelFailure.Server,
            _ => ModelFailure.BadRequest,
        };
    }

    /// <summary>The provider's own words in an error, from any of the shapes in use.</summary>
    public static string Words(string body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            if (root.ValueKind == JsonValueKind.Array && root.GetArrayLength() > 0)
            {
                root = root[0];
            }

            var error = root.Find("error") ?? root;
            return error.ValueKind == JsonValueKind.String ? error.GetString()! : error.Text("message") ?? root.Text("message") ?? body;
        }
        catch (JsonException)
        {
            // Not JSON: a proxy's page, most likely; its own words are all there is.
            return body;
        }
    }

    private async Task<HttpResponseMessage> PostAsync(Uri uri, IEnumerable<KeyValuePair<string, string>> headers, byte[] body, string accept, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, uri) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Accept.ParseAdd(accept);
        return await SendAsync(request, headers, cancellation).ConfigureAwait(false);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, IEnumerable<KeyValuePair<string, string>> headers, CancellationToken cancellation)
    {
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        HttpResponseMessage response;
        try
        {
            response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
        }
        catch (HttpRequestException e)
        {
            throw new ModelException(ModelFailure.Network, $"{provider} could not be reached at {request.RequestUri?.GetLeftPart(UriPartial.Authority)}: {e.Message}", inner: e);
        }
        catch (TaskCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new ModelException(ModelFailure.Network, $"{provider} did not answer in time", inner: e);
        }

        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            var body = await ErrorBodyAsync(response, cancellation).ConfigureAwait(false);
            throw Failed((int)response.StatusCode, body, RetryAfter(response.Headers));
        }
    }

    private ModelException Failed(int status, string body, TimeSpan? retryAfter)
    {
        var failure = FailureOf(status, body);
        var hint = failure switch
        {
            ModelFailure.Unauthorised => "; check the key it is given",
            ModelFailure.NotFound => "; check the model's name and the address",
            ModelFailure.Quota => "; there is nothing left to spend there",
            _ => "",
        };
        return new ModelException(failure, $"{provider} answered {status}: {Words(body).TrimEnd('.')}{hint}", retryAfter);
    }

    private static async Task<string> ErrorBodyAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        try
        {
            var stream = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
            var buffer = new byte[ErrorLimit];
            var read = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation).ConfigureAwait(false);
            return read == 0 ? response.ReasonPhrase ?? "" : Encoding.UTF8.GetString(buffer, 0, read);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            // The status line is known; its explanation got lost on the way.
            return response.ReasonPhrase ?? e.Message;
        }
    }

    private static TimeSpan? RetryAfter(HttpResponseHeaders headers)
    {
        if (headers.TryGetValues("retry-after-ms", out var values) && double.TryParse(values.First(), out var milliseconds))
        {
            return TimeSpan.FromMilliseconds(Math.Clamp(milliseconds, 0, 600_000));
        }

        return headers.RetryAfter?.Delta;
    }

    /// <summary>The next piece of a stream; silence and breaks become sentences. Nothing is left pending when it throws.</summary>
    private async ValueTask<bool> NextAsync(Func<ValueTask<bool>> next, CancellationTokenSource quiet, CancellationToken cancellation)
    {
        try
        {
            quiet.CancelAfter(Silence);
            var more = await next().ConfigureAwait(false);
            quiet.CancelAfter(Timeout.InfiniteTimeSpan);
            return more;
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new ModelException(ModelFailure.Network, $"{provider} said nothing for {Silence.TotalSeconds:0} s in the middle of an answer", inner: e);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            throw new ModelException(ModelFailure.Network, $"the connection to {provider} broke in the middle of an answer", inner: e);
        }
    }
}
