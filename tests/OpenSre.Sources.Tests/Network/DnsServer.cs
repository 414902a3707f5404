using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace OpenSre.Tests.Sources.Network;

/// <summary>A name server on loopback, over UDP and TCP, whose answers the test decides.</summary>
internal sealed class DnsServer : IAsyncDisposable
{
    private readonly Socket _udp;
    private readonly TcpListener _tcp;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;

    /// <param name="answer">From name and type ("A", "AAAA") to an answer; null stays silent.</param>
    public DnsServer(IPAddress address, int port, Func<string, string, DnsReply?> answer)
    {
        _udp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        _udp.Bind(new IPEndPoint(address, port));
        Port = ((IPEndPoint)_udp.LocalEndPoint!).Port;
        _tcp = new TcpListener(address, Port);
        _tcp.Start();
        _serving = Task.WhenAll(ServeUdpAsync(answer), ServeTcpAsync(answer));
    }

    public int Port { get; }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _serving;
        _udp.Dispose();
        _tcp.Stop();
        _stop.Dispose();
    }

    private async Task ServeUdpAsync(Func<string, string, DnsReply?> answer)
    {
        var buffer = new byte[2048];
        try
        {
            while (true)
            {
                var received = await _udp.ReceiveFromAsync(buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0), _stop.Token);
                var question = buffer[..received.ReceivedBytes];
                foreach (var reply in Reply(question, answer, overTcp: false))
                {
                    await _udp.SendToAsync(reply, SocketFlags.None, received.RemoteEndPoint, _stop.Token);
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeTcpAsync(Func<string, string, DnsReply?> answer)
    {
        try
        {
            while (true)
            {
                using var client = await _tcp.AcceptTcpClientAsync(_stop.Token);
                var stream = client.GetStream();
                var length = new byte[2];
                await stream.ReadExactlyAsync(length, _stop.Token);
                var question = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
                await stream.ReadExactlyAsync(question, _stop.Token);
                foreach (var reply in Reply(question, answer, overTcp: true))
                {
                    var framed = new byte[reply.Length + 2];
                    BinaryPrimitives.WriteUInt16BigEndian(framed, (ushort)reply.Length);
                    reply.CopyTo(framed, 2);
                    await stream.WriteAsync(framed, _stop.Token);
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException or IOException)
        {
            // The test is over.
        }
    }

    private static IEnumerable<byte[]> Reply(byte[] question, Func<string, string, DnsReply?> answer, bool overTcp)
    {
        var labels = new List<string>();
        var at = 12;
        for (; question[at] > 0; at += question[at] + 1)
        {
            labels.Add(Encoding.ASCII.GetString(question, at + 1, question[at]));
        }

        var type = question[at + 2] == 1 ? "A" : "AAAA";
        if (answer(string.Join('.', labels), type) is not { } reply)
        {
            yield break;
        }

        if (reply.ForgedFirst)
        {
            byte[] forged = [.. question];
            forged[0] ^= 0xff;
            forged[2] |= 0x80;
            yield return forged;
        }

        var truncated = reply.OnlyOverTcp && !overTcp;
        using var message = new MemoryStream();
        message.Write(question.AsSpan(0, 2));
        message.WriteByte((byte)(0x81 | (truncated ? 0x02 : 0)));
        message.WriteByte((byte)(0x80 | reply.Code));
        Write16(message, 1);
        Write16(message, truncated ? 0 : reply.Addresses.Length + (reply.Alias is null ? 0 : 1));
        Write16(message, 0);
        Write16(message, 0);
        message.Write(question.AsSpan(12, at + 5 - 12));
        if (!truncated)
        {
            if (reply.Alias is not null)
            {
                using var name = new MemoryStream();
                foreach (var label in reply.Alias.Split('.'))
                {
                    name.WriteByte((byte)label.Length);
                    name.Write(Encoding.ASCII.GetBytes(label));
                }

                name.WriteByte(0);
                Record(message, 5, name.ToArray());
            }

            foreach (var address in reply.Addresses)
            {
                var bytes = IPAddress.Parse(address).GetAddressBytes();
                Record(message, bytes.Length == 4 ? 1 : 28, bytes);
            }
        }

        yield return message.ToArray();
    }

    private static void Record(MemoryStream message, int type, byte[] data)
    {
        Write16(message, 0xc00c);
        Write16(message, type);
        Write16(message, 1);
        Write16(message, 0);
        Write16(message, 60);
        Write16(message, data.Length);
        message.Write(data);
    }

    private static void Write16(MemoryStream message, int value)
    {
        message.WriteByte((byte)(value >> 8));
        message.WriteByte((byte)value);
    }
}

internal sealed record DnsReply(int Code, params string[] Addresses)
{
    public string? Alias { get; init; }

    public bool OnlyOverTcp { get; init; }

    public bool ForgedFirst { get; init; }
}
