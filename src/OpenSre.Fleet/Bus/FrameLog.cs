namespace OpenSre.Fleet;

/// <summary>
/// The newest frames of a bus, held once for all subscribers: each has only a position in it. The oldest frames leave
/// when bytes or numbers run out. Positions and frame numbers only ever grow. Not thread-safe.
/// </summary>
/// <param name="capacity">Bytes; a power of two, larger than any frame.</param>
/// <param name="frames">Most frames; a power of two.</param>
internal sealed class FrameLog(int capacity = 4 * 1024 * 1024, int frames = 65_536)
{
    private readonly byte[] _bytes = new byte[capacity];
    private readonly long[] _starts = new long[frames];
    private readonly int[] _origins = new int[frames];

    public int Capacity => capacity;

    /// <summary>Where the next frame will begin.</summary>
    public long Head { get; private set; }

    /// <summary>The oldest frame still here.</summary>
    public long First { get; private set; }

    /// <summary>The number the next frame will get.</summary>
    public long Next { get; private set; }

    public long Start(long frame) => frame == Next ? Head : _starts[frame & (frames - 1)];

    public int Origin(long frame) => _origins[frame & (frames - 1)];

    /// <summary>The number that <see cref="First"/> will be once there is room for <paramref name="length"/> more bytes.</summary>
    public long FirstAfter(int length)
    {
        var first = First;
        if (Next - first >= frames)
        {
            first++;
        }

        while (first < Next && Head + length - Start(first) > capacity)
        {
            first++;
        }

        return first;
    }

    /// <summary>Appends one frame with its line end.</summary>
    public void Append(ReadOnlySpan<byte> frame, int origin)
    {
        First = FirstAfter(frame.Length);
        _starts[Next & (frames - 1)] = Head;
        _origins[Next & (frames - 1)] = origin;
        var at = (int)(Head & (capacity - 1));
        var first = Math.Min(frame.Length, capacity - at);
        frame[..first].CopyTo(_bytes.AsSpan(at));
        frame[first..].CopyTo(_bytes);
        Head += frame.Length;
        Next++;
    }

    /// <summary>The bytes from one position to another, as far as they lie in one piece.</summary>
    public ReadOnlySpan<byte> Piece(long from, long to)
    {
        var at = (int)(from & (capacity - 1));
        return _bytes.AsSpan(at, (int)Math.Min(to - from, capacity - at));
    }

    /// <summary>The frame that holds a position; <see cref="Next"/> for the head.</summary>
    public long FrameAt(long position, long atLeast)
    {
        long low = atLeast, high = Next;
        while (low < high)
        {
            var middle = low + (high - low + 1) / 2;
            if (Start(middle) <= position)
            {
                low = middle;
            }
            else
            {
                high = middle - 1;
            }
        }

        return low;
    }
}
