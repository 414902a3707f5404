using System.Net.Sockets;

namespace OpenSre.Fleet;

/// <summary>One connection as the broker sees it: what it sends is cut into frames, what it is to get is a position in the log.</summary>
internal sealed class BrokerPeer(Socket socket, int id, FrameLog log)
{
    private byte[] _carry = [];
    private int _carried;

    public Socket Socket => socket;

    public int Id => id;

    public int Descriptor { get; } = (int)socket.Handle;

    public FrameSplitter Input { get; } = new();

    /// <summary>The frame this peer gets next, or is in the middle of.</summary>
    public long Frame { get; private set; } = log.Next;

    /// <summary>The first byte this peer has not got yet.</summary>
    public long Position { get; private set; } = log.Head;

    /// <summary>The newest frame that this peer sent itself; -1 when it never sent one.</summary>
    public long Own { get; private set; } = -1;

    /// <summary>Frames lost that this peer has not been told of.</summary>
    public long Untold { get; private set; }

    /// <summary>When it last took a byte, or was last seen with nothing to take.</summary>
    public long LastProgress { get; set; }

    /// <summary>Its side no longer takes anything; what it sent before may still be read.</summary>
    public bool IsDeaf { get; private set; }

    public bool HasPending => !IsDeaf && (_carry.Length > 0 || Untold > 0 || Frame < log.Next);

    public long Behind => IsDeaf ? 0 : log.Head - Position;

    public void Sent(long frame)
    {
        Own = frame;
        if (Frame == frame)
        {
            Skip(frame + 1);
        }
    }

    /// <summary>The log is about to forget frames this peer has not got: it goes on in the newer half, and the rest is counted.</summary>
    public long Overtaken(long newFirst)
    {
        if (IsDeaf || Frame >= newFirst)
        {
            return 0;
        }

        var first = Frame;
        if (Position > log.Start(Frame))
        {
            // In the middle of a frame: its rest is kept, so that the peer still sees whole frames.
            first++;
            KeepRest(log.Start(first));
        }

        var target = Math.Max(newFirst, log.FrameAt(log.Head - log.Capacity / 2, newFirst));
        long lost = 0;
        for (var frame = first; frame < target; frame++)
        {
            lost += log.Origin(frame) == id ? 0 : 1;
        }

        Untold += lost;
        Skip(target);
        return lost;
    }

    /// <summary>Sends as much as the peer takes now.</summary>
    /// <returns>True if it took anything.</returns>
    public bool Flush(Func<long, byte[]> notice)
    {
        var progress = false;
        while (HasPending)
        {
            if (_carry.Length == 0 && Untold > 0)
            {
                _carry = notice(Untold);
                Untold = 0;
            }

            if (_carry.Length > 0)
            {
                if (!TrySend(_carry.AsSpan(_carried), out var carried))
                {
                    break;
                }

                progress = true;
                _carried += carried;
                if (_carried < _carry.Length)
                {
                    break;
                }

                _carry = [];
                _carried = 0;
                continue;
            }

            var end = EndOfForeign();
            if (end == Frame)
            {
                Skip(Frame + 1);
                continue;
            }

            var to = log.Start(end);
            var piece = log.Piece(Position, to);
            if (!TrySend(piece, out var sent))
            {
                break;
            }

            progress = true;
            Position += sent;
            Frame = Position == to ? end : log.FrameAt(Position, Frame);
            if (sent < piece.Length)
            {
                break;
            }
        }

        return progress;
    }

    /// <summary>The first frame from here on that this peer sent itself, or the end.</summary>
    private long EndOfForeign()
    {
        if (Own < Frame || Position > log.Start(Frame))
        {
            return Own < Frame ? log.Next : Frame + 1;
        }

        var frame = Frame;
        while (frame <= Own && log.Origin(frame) != id)
        {
            frame++;
        }

        return frame > Own ? log.Next : frame;
    }

    private void Skip(long frame)
    {
        Frame = frame;
        Position = log.Start(frame);
    }

    private void KeepRest(long to)
    {
        var rest = new byte[to - Position];
        var piece = log.Piece(Position, to);
        piece.CopyTo(rest);
        if (piece.Length < rest.Length)
        {
            log.Piece(Position + piece.Length, to).CopyTo(rest.AsSpan(piece.Length));
        }

        _carry = rest;
        _carried = 0;
    }

    private bool TrySend(ReadOnlySpan<byte> data, out int sent)
    {
        var result = Posix.Send(Descriptor, data);
        sent = (int)Math.Max(0, result);
        if (result < 0 && Posix.Error != Posix.TryAgain && Posix.Error != Posix.Interrupted)
        {
            IsDeaf = true;
        }

        return result > 0;
    }
}
