using System.Net;
using System.Net.Sockets;

namespace OpenSre.Sources;

/// <summary>What a name lookup gave: addresses, or words for why there are none.</summary>
internal sealed record Lookup(IReadOnlyList<IPAddress> Addresses, string Failure, TimeSpan Took);

/// <summary>What a connection attempt gave: an open socket, or words for why there is none.</summary>
internal sealed record Connection(IPEndPoint EndPoint, Socket? Socket, string Failure, TimeSpan Took);

/// <summary>Looks names up and opens TCP connections; failures are values with words a person understands.</summary>
internal sealed class Connector(TimeProvider time)
{
    public static readonly TimeSpan LookupTimeout = TimeSpan.FromSeconds(5);
    public static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(3);

    /// <summary>What programs on this machine get for a name: hosts file, name service switch, resolver.</summary>
    public async Task<Lookup> LookUpAsync(string host, CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        if (IPAddress.TryParse(host, out var literal))
        {
            return new Lookup([literal], "", TimeSpan.Zero);
        }

        try
        {
            // getaddrinfo cannot be interrupted; it is left behind when it takes too long.
            var found = await Dns.GetHostAddressesAsync(host, cancellation).WaitAsync(LookupTimeout, time, cancellation);
            IPAddress[] addresses = [.. found.Distinct()];
            return new Lookup(addresses, addresses.Length == 0 ? "name has no address (EAI_NODATA)" : "", time.GetElapsedTime(started));
        }
        catch (SocketException error)
        {
            return new Lookup([], ErrnoWords.Of(error), time.GetElapsedTime(started));
        }
        catch (TimeoutException)
        {
            return new Lookup([], "timed out (no answer from the resolver)", time.GetElapsedTime(started));
        }
        catch (ArgumentException error)
        {
            return new Lookup([], error.Message, time.GetElapsedTime(started));
        }
    }

    public async Task<Connection> ConnectAsync(IPEndPoint endPoint, CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using var timeout = new CancellationTokenSource(ConnectTimeout, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timeout.Token);
        try
        {
            await socket.ConnectAsync(endPoint, stop.Token);
            return new Connection(endPoint, socket, "", time.GetElapsedTime(started));
        }
        catch (SocketException error)
        {
            socket.Dispose();
            return new Connection(endPoint, null, ErrnoWords.Of(error), time.GetElapsedTime(started));
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            socket.Dispose();
            return new Connection(endPoint, null, "timed out (no answer)", time.GetElapsedTime(started));
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Tries the addresses of a name in order, as most programs do, and stops at the first that answers.</summary>
    public async Task<Connection> ConnectFirstAsync(IReadOnlyList<IPAddress> addresses, int port, CancellationToken cancellation)
    {
        Connection? last = null;
        foreach (var address in addresses.Take(4))
        {
            last = await ConnectAsync(new IPEndPoint(address, port), cancellation);
            if (last.Socket is not null)
            {
                break;
            }
        }

        return last ?? throw new ArgumentException("There is no address to connect to.", nameof(addresses));
    }
}
