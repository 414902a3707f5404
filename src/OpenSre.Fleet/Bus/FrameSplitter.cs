namespace OpenSre.Fleet;

/// <summary>
/// Cuts received bytes into frames. Empty lines are nothing, lines that are too long are left out and counted, what has
/// no line end yet waits for the rest.
/// </summary>
internal sealed class FrameSplitter
{
    private byte[] _rest = [];
    private int _length;

    /// <summary>Frames that were left out because they were too long.</summary>
    public long TooLong { get; private set; }

    /// <summary>More came without a line end than anyone may send: the peer is to be disconnected.</summary>
    public bool IsFlooded => _length > BusLimits.Unended;

    /// <summary>Gives each whole frame, line end included, to <paramref name="take"/>.</summary>
    public void Add(ReadOnlySpan<byte> bytes, FrameTaker take)
    {
        if (_length > 0)
        {
            var end = bytes.IndexOf((byte)'\n');
            Keep(end < 0 ? bytes : bytes[..(end + 1)]);
            if (end < 0)
            {
                return;
            }

            Give(_rest.AsSpan(0, _length), take);
            _length = 0;
            if (_rest.Length > BusLimits.Frame)
            {
                _rest = [];
            }

            bytes = bytes[(end + 1)..];
        }

        while (bytes.IndexOf((byte)'\n') is >= 0 and var length)
        {
            Give(bytes[..(length + 1)], take);
            bytes = bytes[(length + 1)..];
        }

        Keep(bytes);
    }

    private void Give(ReadOnlySpan<byte> frame, FrameTaker take)
    {
        if (frame.Length > BusLimits.Frame + 1)
        {
            TooLong++;
        }
        else if (frame.Length > 1)
        {
            take(frame);
        }
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length == 0)
        {
            return;
        }

        if (_length + bytes.Length > _rest.Length)
        {
            Array.Resize(ref _rest, Math.Max(_length + bytes.Length, Math.Min(_rest.Length * 2, BusLimits.Unended + 65_536)));
        }

        bytes.CopyTo(_rest.AsSpan(_length));
        _length += bytes.Length;
    }
}

internal delegate void FrameTaker(ReadOnlySpan<byte> frame);
