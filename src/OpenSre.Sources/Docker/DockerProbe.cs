using System.Net.Sockets;
using System.Text.Json;
using OpenSre.Core;

namespace OpenSre.Sources;

/// <summary>
/// <c>opensre:docker GET PATH</c>: one reading call of the Docker Engine API over its Unix socket, in the newest version
/// both sides know. The output is the body of the reply; logs are text, all else is JSON. Exit codes: 0 the engine
/// answered with success, 22 with an error, 18 its reply broke off, 7 it does not answer, 2 the call is not allowed.
/// </summary>
public sealed class DockerProbe(string socket, TimeProvider time) : IProbe
{
    public const int ReplyBrokeOff = 18;
    public const int NoAnswer = 7;
    public const int ErrorReply = 22;

    private static readonly Version NewestKnown = new(1, 47);

    public string Name => "docker";

    public async Task<ProbeEnd> RunAsync(IReadOnlyList<string> arguments, ProbeOutput output, CancellationToken cancellation)
    {
        if (arguments is not [var method, var path])
        {
            return ProbeEnd.Usage("usage: opensre:docker GET PATH");
        }

        if (method != "GET" || !DockerPaths.MayBeRead(path))
        {
            return ProbeEnd.Usage($"opensre:docker only reads, and {method} {Formats.Quoted(path)} is not among its calls");
        }

        using var client = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            ConnectCallback = ConnectAsync,
        });
        try
        {
            var version = await VersionAsync(client, cancellation);
            using var response = await SendAsync(client, version + DockerPaths.AtTime(path, time.GetUtcNow()), cancellation);
            return response.IsSuccessStatusCode
                ? await CopyAsync(response, path, output, cancellation)
                : new ProbeEnd(CommandStatus.Exited, ErrorReply, await ErrorAsync(response, cancellation));
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return Unreachable(e);
        }
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), cancellation);
            return new NetworkStream(connection, ownsSocket: true);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>The version prefix of the paths, such as /v1.47; empty for an engine that does not say.</summary>
    private static async Task<string> VersionAsync(HttpMessageInvoker client, CancellationToken cancellation)
    {
        using var response = await SendAsync(client, "/_ping", cancellation);
        if (!response.Headers.TryGetValues("Api-Version", out var values) || !Version.TryParse(values.First(), out var engine))
        {
            return "";
        }

        var agreed = engine < NewestKnown ? engine : NewestKnown;
        return $"/v{agreed.Major}.{agreed.Minor}";
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpMessageInvoker client, string path, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://docker" + path);
        return await client.SendAsync(request, cancellation);
    }

    private static async Task<ProbeEnd> CopyAsync(HttpResponseMessage response, string path, ProbeOutput output, CancellationToken cancellation)
    {
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(cancellation);
            if (path.Split('?')[0].EndsWith("/logs", StringComparison.Ordinal))
            {
                if (!await DockerLogStream.CopyAsync(body, output, cancellation))
                {
                    return new ProbeEnd(CommandStatus.Exited, ReplyBrokeOff, "the engine's reply broke off inside a log frame");
                }
            }
            else
            {
                await DockerLogStream.CopyPlainAsync(default, body, output, cancellation);
            }

            return ProbeEnd.Done;
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return new ProbeEnd(CommandStatus.Exited, ReplyBrokeOff, $"the engine's reply broke off: {Formats.Quoted(e.Message)}");
        }
    }

    private static async Task<string> ErrorAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        var text = new ProbeOutput(4096);
        await using var body = await response.Content.ReadAsStreamAsync(cancellation);
        await DockerLogStream.CopyPlainAsync(default, body, text, cancellation);
        var said = text.ToText(out _);
        try
        {
            using var json = JsonDocument.Parse(said);
            if (json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("message", out var message) && message.ValueKind == JsonValueKind.String)
            {
                said = message.GetString()!;
            }
        }
        catch (JsonException)
        {
            // Something between us and the engine answers in its own words.
        }

        return $"the engine answered {(int)response.StatusCode}: {Formats.Quoted(said)}";
    }

    private ProbeEnd Unreachable(Exception error)
    {
        var failure = ErrnoWords.Find(error);
        return failure?.SocketErrorCode switch
        {
            null => new ProbeEnd(CommandStatus.Exited, ReplyBrokeOff, $"the Docker engine at {socket} broke off: {Formats.Quoted(Innermost(error).Message)}"),
            SocketError.AccessDenied => new ProbeEnd(
                CommandStatus.Refused,
                -1,
                $"the Docker engine's socket {socket} is closed to this user (EACCES): add the user to the socket's group (sudo usermod -aG docker $USER) and log in again, or run as root"),
            _ when !File.Exists(socket) => new ProbeEnd(CommandStatus.NotFound, -1, $"there is no Docker engine here: {socket} does not exist"),
            SocketError.ConnectionRefused => new ProbeEnd(
                CommandStatus.Exited, NoAnswer, $"nobody listens on the Docker engine's socket {socket} (ECONNREFUSED): the engine has stopped; see: systemctl status docker"),
            _ => new ProbeEnd(CommandStatus.Exited, NoAnswer, $"the Docker engine at {socket} does not answer: {ErrnoWords.Of(failure)}"),
        };
    }

    private static Exception Innermost(Exception error) => error.InnerException is { } inner ? Innermost(inner) : error;
}
