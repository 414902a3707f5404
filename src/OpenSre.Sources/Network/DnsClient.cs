using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace OpenSre.Sources;

/// <summary>Asks one name server one question, past the resolver and its caches.</summary>
internal sealed class DnsClient(int port, TimeProvider time)
{
    public const int Attempts = 2;
    public static readonly TimeSpan AttemptTime = TimeSpan.FromMilliseconds(1500);

    /// <summary>The words of the answer, or of why there is none, and how long it took.</summary>
    public async Task<string> AskAsync(IPAddress server, string name, DnsType type, CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        var words = await TryAsync(server, name, type, cancellation);
        return $"{words} after {Formats.Ms(time.GetElapsedTime(started))}";
    }

    private async Task<string> TryAsync(IPAddress server, string name, DnsType type, CancellationToken cancellation)
    {
        var question = DnsMessage.Question((ushort)RandomNumberGenerator.GetInt32(0x10000), name, type);
        var endPoint = new IPEndPoint(server, port);
        for (var attempt = 1; ; attempt++)
        {
            using var timeout = new CancellationTokenSource(AttemptTime, time);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timeout.Token);
            try
            {
                var answer = await OverUdpAsync(endPoint, question, stop.Token);
                return answer.Truncated
                    ? Words(await OverTcpAsync(endPoint, question, stop.Token), type) + " (over TCP)"
                    : Words(answer, type);
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                if (attempt == Attempts)
                {
                    return $"timed out ({Attempts} questions without an answer)";
                }
            }
            catch (SocketException error)
            {
                return ErrnoWords.Of(error);
            }
            catch (InvalidDataException)
            {
                return "an answer that is no DNS";
            }
        }
    }

    private static async Task<DnsAnswer> OverUdpAsync(IPEndPoint server, byte[] question, CancellationToken cancellation)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        // Connected: only this server's packets arrive, and a closed port is reported.
        await socket.ConnectAsync(server, cancellation);
        await socket.SendAsync(question, cancellation);
        var buffer = new byte[4096];
        while (true)
        {
            var count = await socket.ReceiveAsync(buffer, cancellation);
            // A packet that does not answer our question may be a late or a forged one: wait on.
            if (DnsMessage.Read(buffer.AsSpan(0, count), question) is { } answer)
            {
                return answer;
            }
        }
    }

    private static async Task<DnsAnswer> OverTcpAsync(IPEndPoint server, byte[] question, CancellationToken cancellation)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(server, cancellation);
        await using var stream = new NetworkStream(socket);
        var framed = new byte[question.Length + 2];
        BinaryPrimitives.WriteUInt16BigEndian(framed, (ushort)question.Length);
        question.CopyTo(framed, 2);
        await stream.WriteAsync(framed, cancellation);
        try
        {
            var length = new byte[2];
            await stream.ReadExactlyAsync(length, cancellation);
            var buffer = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
            await stream.ReadExactlyAsync(buffer, cancellation);
            return DnsMessage.Read(buffer, question) ?? throw new InvalidDataException();
        }
        catch (IOException error) when (error is not EndOfStreamException && ErrnoWords.Find(error) is { } socketError)
        {
            throw new SocketException((int)socketError.SocketErrorCode);
        }
        catch (EndOfStreamException error)
        {
            throw new InvalidDataException("The server closed the connection.", error);
        }
    }

    private static string Words(DnsAnswer answer, DnsType type)
    {
        var alias = answer.Aliases.Count > 0 ? $"alias {Formats.Quoted(string.Join(" -> ", answer.Aliases))}, " : "";
        return answer.Code != 0 ? alias + answer.CodeName
            : answer.Addresses.Count > 0 ? $"{alias}answers {string.Join(", ", answer.Addresses)}"
            : $"{alias}NOERROR without an {type.ToString().ToUpperInvariant()} record";
    }
}
