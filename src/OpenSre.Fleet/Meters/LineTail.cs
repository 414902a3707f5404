using System.Text.Json;

namespace OpenSre.Fleet;

/// <summary>
/// The whole lines that were added to a file since last time. A line that has no end yet waits for the rest; a file that
/// was cut off, or replaced by another of the same name, is read from its beginning.
/// </summary>
/// <param name="path">The file; it need not exist yet.</param>
public sealed class LineTail(string path)
{
    private const int ReadAtOnce = 256 * 1024;
    private const int LongestLine = 64 * 1024 * 1024;

    private byte[] _rest = [];
    private int _length;
    private long _position;
    private byte[] _beginning = [];

    public string Path => path;

    /// <summary>How often the file began anew.</summary>
    public int Restarts { get; private set; }

    /// <summary>Lines that were longer than can be held.</summary>
    public int TooLong { get; private set; }

    /// <summary>Gives each new line, without its end, to <paramref name="take"/>.</summary>
    /// <returns>False when the file cannot be read now.</returns>
    public bool Read(Action<ReadOnlyMemory<byte>> take)
    {
        try
        {
            using var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Read, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0 });
            if (IsAnother(file))
            {
                (_position, _length) = (0, 0);
                Restarts++;
            }

            file.Position = _position;
            while (true)
            {
                if (_rest.Length - _length < ReadAtOnce)
                {
                    Array.Resize(ref _rest, Math.Max(_rest.Length * 2, _length + ReadAtOnce));
                }

                var read = file.Read(_rest, _length, ReadAtOnce);
                if (read == 0)
                {
                    return true;
                }

                if (_position == 0)
                {
                    _beginning = _rest[..Math.Min(read, 64)];
                }

                _position += read;
                Split(read, take);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Gives each new line that is JSON to <paramref name="take"/>; others are left out.</summary>
    /// <returns>False when the file cannot be read now.</returns>
    public bool ReadJson(Action<JsonElement> take) => Read(line =>
    {
        if (Json.TryParse(line, out var document))
        {
            using (document)
            {
                take(document.RootElement);
            }
        }
    });

    /// <summary>Shorter than what was read, or with another beginning: it is not the file that was read.</summary>
    private bool IsAnother(FileStream file)
    {
        if (_position == 0)
        {
            return false;
        }

        if (file.Length < _position)
        {
            return true;
        }

        var now = new byte[_beginning.Length];
        return file.ReadAtLeast(now, now.Length, throwOnEndOfStream: false) < now.Length || !now.AsSpan().SequenceEqual(_beginning);
    }

    private void Split(int read, Action<ReadOnlyMemory<byte>> take)
    {
        var searched = _length;
        _length += read;
        var start = 0;
        while (_rest.AsSpan(searched, _length - searched).IndexOf((byte)'\n') is >= 0 and var at)
        {
            var end = searched + at;
            if (end > start)
            {
                take(_rest.AsMemory(start, end - start));
            }

            start = searched = end + 1;
        }

        _rest.AsSpan(start, _length - start).CopyTo(_rest);
        _length -= start;
        if (_length > LongestLine)
        {
            _length = 0;
            TooLong++;
        }
    }
}
