using System.Buffers.Text;

namespace OpenSre.Fleet;

/// <summary>
/// Gives back the memory of program code that was needed to start. Code comes from files, so what is needed again is read
/// again, mostly from the cache of the system. Only mappings that nobody can have written to are given back: private,
/// executable, not writable, of a file, without a page of their own.
/// </summary>
public static class CodePages
{
    private const int NotNeeded = 4;
    private const int ReadOnly = 0;

    /// <returns>The size in bytes of what was given back; 0 where there is no such thing, as on macOS.</returns>
    public static long GiveBack()
    {
        if (!OperatingSystem.IsLinux())
        {
            return 0;
        }

        var file = Posix.Open("/proc/self/smaps\0"u8, ReadOnly);
        if (file < 0)
        {
            return 0;
        }

        try
        {
            return GiveBack(file);
        }
        finally
        {
            Posix.Close(file);
        }
    }

    private static long GiveBack(int file)
    {
        // Nothing is allocated: what this is for is to need less.
        Span<byte> buffer = stackalloc byte[8192];
        var (held, given, mapping) = (0, 0L, default(Mapping));
        while (Posix.Read(file, buffer[held..], (nuint)(buffer.Length - held)) is > 0 and var read)
        {
            held += (int)read;
            var at = 0;
            while (buffer[at..held].IndexOf((byte)'\n') is >= 0 and var length)
            {
                var line = buffer.Slice(at, length);
                at += length + 1;
                if (length > 0 && char.IsAsciiHexDigitLower((char)line[0]))
                {
                    mapping = Mapping.Of(line);
                }
                else if (mapping.IsCode && line.StartsWith("Anonymous:"u8) && line.EndsWith(" 0 kB"u8))
                {
                    given += Posix.Advise(mapping.From, (nuint)(mapping.To - mapping.From), NotNeeded) == 0 ? mapping.To - mapping.From : 0;
                }
            }

            buffer[at..held].CopyTo(buffer);
            held -= at;
        }

        return given;
    }

    /// <param name="IsCode">A private mapping of a file that may be executed and not written.</param>
    private readonly record struct Mapping(nint From, nint To, bool IsCode)
    {
        /// <summary>Reads a line like <c>7f00-7f10 r-xp 00000000 fe:00 123 /usr/lib/libc.so.6</c>.</summary>
        public static Mapping Of(ReadOnlySpan<byte> line) =>
            Utf8Parser.TryParse(line, out long from, out var dash, 'x') && dash + 1 < line.Length
            && Utf8Parser.TryParse(line[(dash + 1)..], out long to, out var space, 'x')
            && line[(dash + 1 + space)..].StartsWith(" r-xp "u8)
                ? new Mapping((nint)from, (nint)to, line.Contains((byte)'/'))
                : default;
    }
}
