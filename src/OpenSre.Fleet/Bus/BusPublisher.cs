using System.Net.Sockets;

namespace OpenSre.Fleet;

/// <summary>Publishes to a bus over one connection that stays open. Thread-safe.</summary>
public sealed class BusPublisher(BusPlace place, TimeProvider time) : IDisposable
{
    private readonly Lock _lock = new();
    private Socket? _socket;

    /// <summary>Sends a message; becomes the broker first where there is none.</summary>
    /// <exception cref="InvalidDataException">The message is larger than a frame may be.</exception>
    /// <exception cref="IOException">There is no bus, and none can be opened.</exception>
    public void Publish(BusMessage message)
    {
        var frame = message.ToFrame();
        if (frame.Length - 1 > BusLimits.Frame)
        {
            throw new InvalidDataException($"The message has {frame.Length - 1} bytes; the bus takes {BusLimits.Frame} at most.");
        }

        Publish(frame);
    }

    internal void Publish(ReadOnlySpan<byte> frame)
    {
        lock (_lock)
        {
            for (var attempt = 0; ; attempt++)
            {
                var socket = _socket ??= Connect();
                try
                {
                    SendAll(socket, frame);
                    return;
                }
                catch (SocketException e)
                {
                    Drop(socket);
                    if (attempt == 1)
                    {
                        throw new IOException($"The bus at {place.Socket} ended while a message was sent: {e.Message}", e);
                    }
                }
            }
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            if (_socket is { } socket)
            {
                Drop(socket);
            }
        }
    }

    private static void SendAll(Socket socket, ReadOnlySpan<byte> frame)
    {
        while (frame.Length > 0)
        {
            frame = frame[socket.Send(frame)..];
        }
    }

    private Socket Connect()
    {
        var socket = BusElection.Connect(place, time);

        // Whoever publishes is sent what the others say. Some brokers throw out a peer that does not read it.
        new Thread(() => Drain(socket), 128 * 1024) { IsBackground = true, Name = "agents bus drain" }.Start();
        return socket;
    }

    private void Drain(Socket socket)
    {
        var buffer = new byte[16_384];
        try
        {
            while (socket.Receive(buffer) > 0)
            {
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The same as an end.
        }

        lock (_lock)
        {
            Drop(socket);
        }
    }

    private void Drop(Socket socket)
    {
        if (_socket == socket)
        {
            _socket = null;
        }

        try
        {
            socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It was over already.
        }

        socket.Dispose();
    }
}
