using System.Buffers.Binary;

namespace OpenSre.Fleet;

/// <summary>What happened to a process.</summary>
internal enum ProcessEventKind { Started, Executed, Ended }

/// <param name="Pid">The process itself.</param>
/// <param name="Parent">Who started it; 0 but for <see cref="ProcessEventKind.Started"/>.</param>
internal readonly record struct ProcessEvent(ProcessEventKind Kind, int Pid, int Parent);

/// <summary>
/// Beginnings, program starts and ends of all processes as Linux tells them while they happen: the process connector
/// (linux/cn_proc.h). A process is told of before it first runs, so whatever it does comes later.
/// </summary>
internal sealed class ProcessEvents : IDisposable
{
    private const int Netlink = 16;
    private const int Datagram = 2 | 0x80000 | 0x800;
    private const int Connector = 11;
    private const int SocketLevel = 1;
    private const int ForceReceiveBuffer = 33;
    private const int ReceiveBuffer = 4 << 20;
    private const int NoRoom = 105;

    /// <summary>Where <c>struct proc_event</c> begins: behind the headers of netlink and of the connector.</summary>
    private const int EventAt = 36;

    private const int DetailAt = EventAt + 16;
    private readonly byte[] _buffer = new byte[4096];

    private ProcessEvents(int descriptor) => Descriptor = descriptor;

    public int Descriptor { get; }

    /// <summary>Begins to listen; null where the system does not allow it.</summary>
    public static ProcessEvents? Open()
    {
        var socket = OperatingSystem.IsLinux() ? Posix.Socket(Netlink, Datagram, Connector) : -1;
        if (socket < 0)
        {
            return null;
        }

        Span<byte> address = stackalloc byte[12];
        address.Clear();
        BinaryPrimitives.WriteUInt16LittleEndian(address, Netlink);
        BinaryPrimitives.WriteUInt32LittleEndian(address[8..], 1);
        Span<byte> size = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(size, ReceiveBuffer);

        // A burst of processes is kept where that is allowed; where not, what is lost is told.
        _ = Posix.SetOption(socket, SocketLevel, ForceReceiveBuffer, size, 4);
        if (Posix.Bind(socket, address, 12) != 0 || !Ask(socket))
        {
            _ = Posix.Close(socket);
            return null;
        }

        return new ProcessEvents(socket);
    }

    /// <summary>Gives what has happened since last time to <paramref name="take"/>, in order.</summary>
    /// <returns>False when some of it was lost.</returns>
    public bool Drain(Action<ProcessEvent> take)
    {
        var whole = true;
        while (true)
        {
            var read = Posix.Receive(Descriptor, _buffer);
            if (read < 0)
            {
                switch (Posix.Error)
                {
                    case NoRoom:
                        whole = false;
                        continue;
                    case Posix.Interrupted:
                        continue;
                    default:
                        return whole;
                }
            }

            if (read == 0)
            {
                return whole;
            }

            if (read >= DetailAt + 16)
            {
                Read(_buffer, take);
            }
        }
    }

    public void Dispose() => _ = Posix.Close(Descriptor);

    private static void Read(ReadOnlySpan<byte> message, Action<ProcessEvent> take)
    {
        int Field(ReadOnlySpan<byte> from, int index) => BinaryPrimitives.ReadInt32LittleEndian(from[(DetailAt + 4 * index)..]);
        switch (BinaryPrimitives.ReadUInt32LittleEndian(message[EventAt..]))
        {
            case 1 when Field(message, 2) == Field(message, 3):
                // Another thread of a process is no process.
                take(new ProcessEvent(ProcessEventKind.Started, Field(message, 3), Field(message, 1)));
                break;
            case 2:
                take(new ProcessEvent(ProcessEventKind.Executed, Field(message, 1), 0));
                break;
            case 0x80000000 when Field(message, 0) == Field(message, 1):
                take(new ProcessEvent(ProcessEventKind.Ended, Field(message, 1), 0));
                break;
        }
    }

    /// <summary>Sends PROC_CN_MCAST_LISTEN.</summary>
    private static bool Ask(int socket)
    {
        Span<byte> message = stackalloc byte[40];
        message.Clear();
        BinaryPrimitives.WriteInt32LittleEndian(message, message.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(message[4..], 3);
        BinaryPrimitives.WriteInt32LittleEndian(message[16..], 1);
        BinaryPrimitives.WriteInt32LittleEndian(message[20..], 1);
        BinaryPrimitives.WriteUInt16LittleEndian(message[32..], 4);
        BinaryPrimitives.WriteInt32LittleEndian(message[36..], 1);
        return Posix.Send(socket, message) == message.Length;
    }
}
