using System.Buffers.Binary;
using System.Text;

namespace OpenSre.Sources;

/// <summary>
/// Takes apart the stream the engine sends for logs of a container without a terminal: frames of an 8-byte header
/// (stream 0…2, three zeros, big-endian length) and a payload. A container with a terminal sends plain text.
/// </summary>
internal static class DockerLogStream
{
    private const int HeaderLength = 8;

    /// <summary>Copies the text of all frames in order. Returns false if the stream ended inside a frame.</summary>
    public static async Task<bool> CopyAsync(Stream source, ProbeOutput output, CancellationToken cancellation)
    {
        var header = new byte[HeaderLength];
        var first = await source.ReadAtLeastAsync(header, HeaderLength, throwOnEndOfStream: false, cancellation);
        if (first < HeaderLength || !IsHeader(header))
        {
            await CopyPlainAsync(header.AsMemory(0, first), source, output, cancellation);
            return true;
        }

        // A character may be split between frames of one stream.
        Decoder[] decoders = [Encoding.UTF8.GetDecoder(), Encoding.UTF8.GetDecoder(), Encoding.UTF8.GetDecoder()];
        var buffer = new byte[16_384];
        var characters = new char[Encoding.UTF8.GetMaxCharCount(buffer.Length)];
        while (true)
        {
            if (!IsHeader(header))
            {
                return false;
            }

            var left = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(4));
            while (left > 0)
            {
                var read = await source.ReadAsync(buffer.AsMemory(0, (int)Math.Min((uint)buffer.Length, left)), cancellation);
                if (read == 0)
                {
                    return false;
                }

                left -= (uint)read;
                var count = decoders[header[0]].GetChars(buffer, 0, read, characters, 0, flush: false);
                output.Write(characters.AsSpan(0, count));
            }

            var next = await source.ReadAtLeastAsync(header, HeaderLength, throwOnEndOfStream: false, cancellation);
            if (next < HeaderLength)
            {
                return next == 0;
            }
        }
    }

    public static async Task CopyPlainAsync(ReadOnlyMemory<byte> beginning, Stream source, ProbeOutput output, CancellationToken cancellation)
    {
        var decoder = Encoding.UTF8.GetDecoder();
        var buffer = new byte[16_384];
        var characters = new char[Encoding.UTF8.GetMaxCharCount(buffer.Length)];
        Write(beginning.Span, flush: false);
        int read;
        while ((read = await source.ReadAsync(buffer, cancellation)) > 0)
        {
            Write(buffer.AsSpan(0, read), flush: false);
        }

        Write([], flush: true);

        void Write(ReadOnlySpan<byte> bytes, bool flush) => output.Write(characters.AsSpan(0, decoder.GetChars(bytes, characters, flush)));
    }

    private static bool IsHeader(ReadOnlySpan<byte> header) =>
        header[0] <= 2 && header[1] == 0 && header[2] == 0 && header[3] == 0;
}
