using System.Runtime.InteropServices;
using System.Text;

namespace OpenSre.Diagnostics;

/// <summary>A token of a log line.</summary>
/// <param name="Start">Where it begins in the line, in bytes.</param>
/// <param name="Length">In bytes.</param>
/// <param name="Hash">Of its bytes; <see cref="LogTokens.Variable"/> for a part that changes from line to line.</param>
/// <param name="Name">A word with the look of a name: with a dot, a slash, a backslash or an @.</param>
internal readonly record struct LogToken(int Start, int Length, ulong Hash, bool Name);

/// <summary>
/// Cuts a line into tokens and tells at once which of them vary: those with a digit, paths, units after a number, words
/// of the calendar. Neighbouring variables become one, so that lists and dates of any length look alike. Lines of equal
/// <see cref="LineShape"/> give equal tokens.
/// </summary>
internal sealed class LogTokens
{
    /// <summary>The hash of everything that varies.</summary>
    public const ulong Variable = 1;

    private const int Most = 256;
    private const int LongestWord = 9;

    private static readonly HashSet<ulong> Units = Words("b kb mb gb tb kib mib gib bytes byte ms us ns s sec secs second seconds min mins minute minutes hour hours h day days d");

    private static readonly HashSet<ulong> Calendar = Words(
        "Mon Tue Wed Thu Fri Sat Sun Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec AM PM UTC GMT EST EDT CST CDT PST PDT CET CEST " +
        "Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April June July August September October November December");

    private readonly LogToken[] tokens = new LogToken[Most];
    private int count;

    /// <summary>The tokens of a line, until the next call; at most 256.</summary>
    public ReadOnlySpan<LogToken> Read(ReadOnlySpan<byte> line)
    {
        count = 0;
        var i = 0;
        while (i < line.Length && count < Most)
        {
            if (IsBreak(line[i]))
            {
                i++;
                continue;
            }

            var end = line[i] == (byte)'/' ? EndOfPath(line, i) : EndOfWord(line, i);
            Add(line, i, end);
            i = end;
        }

        return tokens.AsSpan(0, count);
    }

    /// <summary>A hash of bytes, the same in every run.</summary>
    public static ulong Hash(ReadOnlySpan<byte> bytes)
    {
        var hash = 0xCBF29CE484222325 ^ (ulong)bytes.Length;
        while (bytes.Length >= 8)
        {
            hash = (hash ^ MemoryMarshal.Read<ulong>(bytes)) * 0x9E3779B97F4A7C15;
            hash ^= hash >> 32;
            bytes = bytes[8..];
        }

        foreach (var b in bytes)
        {
            hash = (hash ^ b) * 0x100000001B3;
        }

        hash = (hash ^ (hash >> 29)) * 0xBF58476D1CE4E5B9;
        hash ^= hash >> 32;
        return hash <= Variable ? hash + 2 : hash;
    }

    private static HashSet<ulong> Words(string words) => [.. words.Split(' ').Select(w => Hash(Encoding.ASCII.GetBytes(w)))];

    // Of the delimiters of a shape, these end a token as well; a colon or a slash does not by itself.
    private static bool IsBreak(byte b) => b is not ((byte)':' or (byte)'/') && LineShape.IsDelimiter(b);

    private static bool IsDigit(byte b) => b is >= (byte)'0' and <= (byte)'9';

    private static int EndOfPath(ReadOnlySpan<byte> line, int i)
    {
        while (i < line.Length && (line[i] == (byte)'=' || !IsBreak(line[i])))
        {
            i++;
        }

        return i;
    }

    private static int EndOfWord(ReadOnlySpan<byte> line, int start)
    {
        var i = start;
        while (i < line.Length)
        {
            if (!IsBreak(line[i]))
            {
                i++;
            }
            else if (line[i] == (byte)'(' && i > start && (char.IsAsciiLetterOrDigit((char)line[i - 1]) || line[i - 1] == (byte)'_') && EndOfIndex(line, i + 1) is > 0 and var end)
            {
                i = end;
            }
            else
            {
                break;
            }
        }

        return i;
    }

    /// <summary>The end of an index in parentheses, as in <c>LOCAL(0)</c>; 0 if it is none.</summary>
    private static int EndOfIndex(ReadOnlySpan<byte> line, int i)
    {
        var digits = false;
        var first = true;
        for (; i < line.Length && !IsBreak(line[i]); i++)
        {
            first &= line[i] is not ((byte)':' or (byte)'/');
            digits |= first && IsDigit(line[i]);
        }

        return digits && i < line.Length && line[i] == (byte)')' ? i + 1 : 0;
    }

    private void Add(ReadOnlySpan<byte> line, int start, int end)
    {
        var token = line[start..end];
        var path = token[0] == (byte)'/' && token.Length > 1;
        if (!token.ContainsAnyInRange((byte)'0', (byte)'9'))
        {
            if (path || IsUnit(token) || IsOfCalendar(token))
            {
                AddVariable(start, end);
            }
            else
            {
                AddWord(token, start);
            }

            return;
        }

        var colon = path ? -1 : token.IndexOf((byte)':');
        if (colon <= 0 || !IsWord(token[..colon]))
        {
            AddVariable(start, end);
            return;
        }

        // "name:12": the name stays.
        for (var i = start; i < end && count < Most;)
        {
            var length = line[i..end].IndexOf((byte)':');
            var stop = length < 0 ? end : i + length;
            if (line[i..stop].ContainsAnyInRange((byte)'0', (byte)'9'))
            {
                AddVariable(i, stop);
            }
            else if (stop > i)
            {
                AddWord(line[i..stop], i);
            }

            i = stop + 1;
        }
    }

    private void AddWord(ReadOnlySpan<byte> token, int start) =>
        tokens[count++] = new LogToken(start, token.Length, Hash(token), token.IndexOfAny("./\\@"u8) >= 0);

    private void AddVariable(int start, int end)
    {
        if (count > 0 && tokens[count - 1].Hash == Variable)
        {
            tokens[count - 1] = tokens[count - 1] with { Length = end - tokens[count - 1].Start };
        }
        else
        {
            tokens[count++] = new LogToken(start, end - start, Variable, false);
        }
    }

    private static bool IsWord(ReadOnlySpan<byte> token)
    {
        foreach (var b in token)
        {
            if (!char.IsAsciiLetter((char)b))
            {
                return false;
            }
        }

        return true;
    }

    private bool IsUnit(ReadOnlySpan<byte> token)
    {
        if (count == 0 || tokens[count - 1].Hash != Variable || token.Length > LongestWord)
        {
            return false;
        }

        Span<byte> lower = stackalloc byte[LongestWord];
        Ascii.ToLower(token, lower, out var length);
        return Units.Contains(Hash(lower[..length]));
    }

    private static bool IsOfCalendar(ReadOnlySpan<byte> token) =>
        token.Length is >= 2 and <= LongestWord && token[0] is >= (byte)'A' and <= (byte)'Z' && Calendar.Contains(Hash(token));
}
