namespace OpenSre.Fleet;

/// <summary>The newest output, at most <paramref name="capacity"/> bytes. The oldest whole chunks leave first; one always stays.</summary>
public sealed class TraceRing(int capacity = TraceRing.Usual)
{
    public const int Usual = 4 * 1024 * 1024;

    private readonly Queue<byte[]> _chunks = new();

    /// <summary>Bytes held.</summary>
    public long Length { get; private set; }

    /// <summary>Bytes that have left.</summary>
    public long Dropped { get; private set; }

    public void Add(byte[] chunk)
    {
        _chunks.Enqueue(chunk);
        Length += chunk.Length;
        while (Length > capacity && _chunks.Count > 1)
        {
            var old = _chunks.Dequeue();
            Length -= old.Length;
            Dropped += old.Length;
        }
    }

    /// <summary>The last bytes, at most as many as asked for.</summary>
    public byte[] Tail(int atMost = int.MaxValue)
    {
        var all = new byte[Math.Min(Length, atMost)];
        var skip = Length - all.Length;
        var at = 0;
        foreach (var chunk in _chunks)
        {
            var from = (int)Math.Min(skip, chunk.Length);
            skip -= from;
            chunk.AsSpan(from).CopyTo(all.AsSpan(at));
            at += chunk.Length - from;
        }

        return all;
    }
}
