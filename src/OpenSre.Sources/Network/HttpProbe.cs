using System.Security.Authentication;
using System.Text;
using OpenSre.Core;

namespace OpenSre.Sources;

/// <summary>
/// <c>opensre:http URL</c>: one GET, straight (no proxy, no cookies, no credentials), and what came back. A bad
/// certificate is described and then ignored. Redirects are shown and followed at most three times, never from https to
/// http and never from a public address to a private one. Addresses of cloud metadata services are not asked at all:
/// they answer with credentials.
/// </summary>
public sealed class HttpProbe(ProbeOptions options, TimeProvider time) : IProbe
{
    private const int MostRedirects = 3;
    private const int BodyBytes = 2048;

    private static readonly string[] ShownHeaders =
    [
        "Content-Type", "Content-Length", "Server", "Date", "Location", "Retry-After", "Via", "Age", "Cache-Control",
        "X-Cache", "X-Request-Id", "X-Powered-By", "WWW-Authenticate", "Allow", "Content-Encoding", "Transfer-Encoding", "Connection",
    ];

    private readonly Connector _connector = new(time);

    public string Name => "http";

    public async Task<ProbeEnd> RunAsync(IReadOnlyList<string> arguments, ProbeOutput output, CancellationToken cancellation)
    {
        if (arguments is not [var text] || !ToolArguments.IsWebAddress(text, out var address))
        {
            return ProbeEnd.Usage("usage: opensre:http URL, with http or https and without user name and password");
        }

        bool? startedPublic = null;
        for (var redirects = 0; ; redirects++)
        {
            using var exchange = new HttpExchange(address, options, _connector, time, mayBePrivate: startedPublic != true);
            var (next, end) = await AskAsync(exchange, output, cancellation);
            startedPublic ??= exchange.Connection is { } connection && !PrivateAddress.Is(connection.EndPoint.Address);
            if (next is null)
            {
                return end;
            }

            if (redirects == MostRedirects)
            {
                output.Line($"redirect to {next} not followed: {MostRedirects} redirects are enough");
                return end;
            }

            if (address.Scheme == Uri.UriSchemeHttps && next.Scheme == Uri.UriSchemeHttp)
            {
                output.Line($"redirect to {next} not followed: it leads from https to http");
                return end;
            }

            output.Line($"redirect {redirects + 1} to {next}");
            address = next;
        }
    }

    private async Task<(Uri? Next, ProbeEnd End)> AskAsync(HttpExchange exchange, ProbeOutput output, CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        var target = $"http GET {exchange.Address}";
        using var timeout = new CancellationTokenSource(options.ReplyTime, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timeout.Token);
        HttpResponseMessage response;
        try
        {
            response = await exchange.SendAsync(stop.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            Describe(exchange, output);
            output.Line($"{target}: timed out (no reply) after {Formats.Ms(time.GetElapsedTime(started))}");
            return (null, ProbeEnd.Done);
        }
        catch (HttpRequestException error)
        {
            Describe(exchange, output);
            output.Line($"{target}: {Words(error, exchange)} after {Formats.Ms(time.GetElapsedTime(started))}");
            return (null, ProbeEnd.Done);
        }

        using (response)
        {
            var first = Formats.Ms(time.GetElapsedTime(started));
            Describe(exchange, output);
            var reason = response.ReasonPhrase is { Length: > 0 } phrase ? " " + Formats.Quoted(phrase, 80) : "";
            output.Line($"{target}: {(int)response.StatusCode}{reason}, first byte after {first}");
            WriteHeaders(response, output);
            var next = Next(response, exchange.Address);
            if (next is null)
            {
                await WriteBodyAsync(response, output, started, stop.Token, cancellation);
            }

            return (next, ProbeEnd.Done);
        }
    }

    private static void Describe(HttpExchange exchange, ProbeOutput output)
    {
        if (exchange.Connection is { Socket: not null } connection)
        {
            output.Line($"connected to {Formats.HostPort(connection.EndPoint)} after {Formats.Ms(connection.Took)}");
        }

        if (exchange.Inspection is { Certificate: { } certificate } inspection)
        {
            output.Line($"certificate {Formats.Quoted(certificate.Subject)}, not after {Formats.Utc(certificate.NotAfter.ToUniversalTime())}, {TlsProbe.Verification(inspection)}");
        }
    }

    private static string Words(HttpRequestException error, HttpExchange exchange)
    {
        if (exchange.Failure.Length > 0)
        {
            return exchange.Failure;
        }

        return error.HttpRequestError switch
        {
            HttpRequestError.SecureConnectionError => $"TLS handshake failed: {TlsProbe.HandshakeFailure(error)}",
            HttpRequestError.ResponseEnded => "the server closed the connection without a reply",
            HttpRequestError.InvalidResponse => $"the reply is not HTTP ({Formats.Quoted(Innermost(error).Message)})",
            _ when error.InnerException is AuthenticationException inner => $"TLS handshake failed: {TlsProbe.HandshakeFailure(inner)}",
            _ when ErrnoWords.Find(error) is { } socket => ErrnoWords.Of(socket),
            _ => Formats.Quoted(Innermost(error).Message),
        };
    }

    private static void WriteHeaders(HttpResponseMessage response, ProbeOutput output)
    {
        foreach (var name in ShownHeaders)
        {
            if (response.Headers.NonValidated.TryGetValues(name, out var values) || response.Content.Headers.NonValidated.TryGetValues(name, out values))
            {
                output.Line($"header {name}: {Formats.Quoted(values.ToString())}");
            }
        }
    }

    private static Uri? Next(HttpResponseMessage response, Uri from)
    {
        if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308)
            || !response.Headers.NonValidated.TryGetValues("Location", out var location)
            || !Uri.TryCreate(from, location.ToString(), out var next))
        {
            return null;
        }

        return ToolArguments.IsWebAddress(next.AbsoluteUri, out _) ? next : null;
    }

    private async Task WriteBodyAsync(HttpResponseMessage response, ProbeOutput output, long started, CancellationToken stop, CancellationToken cancellation)
    {
        var buffer = new byte[BodyBytes];
        var count = 0;
        string? broken = null;
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(stop);
            int read;
            while (count < buffer.Length && (read = await body.ReadAsync(buffer.AsMemory(count), stop)) > 0)
            {
                count += read;
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            broken = "timed out (no more data)";
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            broken = ErrnoWords.Find(e) is { } socket ? ErrnoWords.Of(socket) : Formats.Quoted(Innermost(e).Message);
        }

        if (broken is not null)
        {
            output.Line($"body broke off at {count} bytes after {Formats.Ms(time.GetElapsedTime(started))}: {broken}");
        }

        if (buffer.AsSpan(0, count).Contains((byte)0))
        {
            output.Line($"body is not text; its first {count} bytes came after {Formats.Ms(time.GetElapsedTime(started))}");
        }
        else
        {
            output.Line($"body {(count == buffer.Length ? $"begins ({count} bytes shown)" : $"{count} bytes")} after {Formats.Ms(time.GetElapsedTime(started))}{(count > 0 ? ":" : "")}");
            // A bar before each line: what a server sends must not pass for a fact of ours.
            foreach (var line in Encoding.UTF8.GetString(buffer, 0, count).ReplaceLineEndings("\n").TrimEnd('\n').Split('\n').Where(_ => count > 0))
            {
                output.Line($"| {SafeText.Clean(line)}");
            }
        }
    }

    private static Exception Innermost(Exception error) => error.InnerException is { } inner ? Innermost(inner) : error;
}
