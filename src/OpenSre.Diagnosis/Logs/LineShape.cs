using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace OpenSre.Diagnostics;

/// <summary>Is told of every line of a text.</summary>
internal interface IShapedLines
{
    /// <param name="shape">Equal for lines of equal shape.</param>
    /// <param name="start">Where the line begins in the text, in bytes.</param>
    /// <param name="length">Its length in bytes, without the line feed.</param>
    void Line(ulong shape, int start, int length);
}

/// <summary>
/// Hashes the shape of every line of a UTF-8 text in one pass: what is left of the line when every run of characters
/// between two delimiters is cut after its first digit, and that digit is made 0. Lines that differ only in numbers have
/// one shape, whatever the length of the numbers.
/// </summary>
/// <remarks>
/// 64 bytes a step: two table look-ups give the delimiters and digits as bit masks, one addition with carry gives the
/// bytes to cut (a digit added to a run of ones carries to the end of the run), and PEXT closes the gaps. A line longer
/// than 16 KiB after the cut is hashed by its head and its last bytes only.
/// </remarks>
internal sealed class LineShape
{
    private const int Block = 64;
    private const int Capacity = 32 * 1024;
    private const byte Digit = 0x80;
    private const byte NotDigit = 0x7F;

    // A byte is of a class when the entries of its low and its high half share a bit. Bytes above 0x7F never do.
    private static ReadOnlySpan<byte> LowHalf =>
    [
        Digit | 2, Digit, Digit | 2, Digit, Digit, Digit, Digit, Digit | 2,
        Digit | 2, Digit | 1 | 2, 1 | 4, 4 | 8 | 16, 2 | 4 | 16, 1 | 4 | 8 | 16, 4, 2,
    ];

    private static ReadOnlySpan<byte> HighHalf => [1, 0, 2, 4 | Digit, 0, 8, 0, 16, 0, 0, 0, 0, 0, 0, 0, 0];

    // Masks that keep the first n of 16 bytes.
    private static readonly ulong[] KeepLow = [.. Enumerable.Range(0, 17).Select(n => n >= 8 ? ulong.MaxValue : (1UL << (8 * n)) - 1)];
    private static readonly ulong[] KeepHigh = [.. Enumerable.Range(0, 17).Select(n => n >= 16 ? ulong.MaxValue : n <= 8 ? 0 : (1UL << (8 * (n - 8))) - 1)];

    private readonly byte[] kept = GC.AllocateUninitializedArray<byte>(Capacity + Block, pinned: false);
    private readonly byte[] last = new byte[Block];

    // A block with its digits made 0, then the bytes of it to keep.
    private readonly byte[] work = new byte[2 * Block];

    /// <summary>Shows the lines of a text; the last one needs no line feed.</summary>
    /// <param name="text">UTF-8.</param>
    /// <param name="lines">What is told.</param>
    /// <param name="scalar">Goes byte by byte, as on a processor without AVX2 and BMI2.</param>
    public void Read<T>(ReadOnlySpan<byte> text, ref T lines, bool scalar = false)
        where T : IShapedLines, allows ref struct
    {
        if (scalar || !Bmi2.X64.IsSupported || !Vector256.IsHardwareAccelerated)
        {
            ReadBytes(text, ref lines);
        }
        else
        {
            ReadBlocks(text, ref lines);
        }
    }

    /// <summary>Whether the byte ends a run of characters: white space and <c>"'(),/:;&lt;=&gt;[]{|}</c>.</summary>
    internal static bool IsDelimiter(byte b) => b < 0x80 && (LowHalf[b & 15] & HighHalf[b >> 4] & NotDigit) != 0;

    private void ReadBlocks<T>(ReadOnlySpan<byte> text, ref T lines)
        where T : IShapedLines, allows ref struct
    {
        ref var source = ref MemoryMarshal.GetReference(text);
        ref var to = ref MemoryMarshal.GetArrayDataReference(kept);
        var state = default(Position);
        var at = 0;
        for (; at <= text.Length - Block; at += Block)
        {
            Step(ref Unsafe.Add(ref source, at), ref to, at, ref state, ref lines);
        }

        var rest = text.Length - at;
        if (rest > 0 || state.LineStart < text.Length)
        {
            // The rest with a line feed behind it; what follows that is a line nobody is shown.
            text[at..].CopyTo(last);
            last.AsSpan(rest).Clear();
            if (text[^1] != (byte)'\n')
            {
                last[rest] = (byte)'\n';
            }

            Step(ref MemoryMarshal.GetArrayDataReference(last), ref to, at, ref state, ref lines);
        }
    }

    private struct Position
    {
        /// <summary>Where the current line begins in the text, and in what is kept.</summary>
        public int LineStart, KeptStart;

        /// <summary>The end of what is kept.</summary>
        public int Kept;

        /// <summary>1 if the last byte was cut.</summary>
        public ulong Cut;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Step<T>(ref byte from, ref byte to, int at, ref Position state, ref T lines)
        where T : IShapedLines, allows ref struct
    {
        ref var data = ref MemoryMarshal.GetArrayDataReference(work);
        ref var masks = ref Unsafe.Add(ref data, Block);
        Classify(ref from, ref data, out var delimiters, out var digits, out var feeds);
        var runs = ~delimiters;
        var sum = runs + digits;
        var carry = sum < runs ? 1UL : 0;
        var whole = sum + state.Cut;
        carry |= whole < sum ? 1UL : 0;
        // What a digit's carry went through, but for the digit that leads it.
        var cut = runs & (~whole | digits);
        var keep = ~(cut & ((cut << 1) | state.Cut));
        state.Cut = carry;
        Spread(keep, ref masks);

        if (state.Kept > Capacity - Block)
        {
            MakeRoom(ref to, ref state);
        }

        var begin = state.Kept;
        var end = begin;
        for (var i = 0; i < 8; i++)
        {
            var kept8 = Bmi2.X64.ParallelBitExtract(Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref data, 8 * i)), Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref masks, 8 * i)));
            Unsafe.WriteUnaligned(ref Unsafe.Add(ref to, end), kept8);
            end += BitOperations.PopCount((byte)(keep >> (8 * i)));
        }

        state.Kept = end;
        for (; feeds != 0; feeds &= feeds - 1)
        {
            var until = begin + BitOperations.PopCount(keep & (feeds ^ (feeds - 1)));
            var feed = at + BitOperations.TrailingZeroCount(feeds);
            lines.Line(Hash(ref Unsafe.Add(ref to, state.KeptStart), until - state.KeptStart), state.LineStart, feed - state.LineStart);
            state.KeptStart = until;
            state.LineStart = feed + 1;
        }
    }

    /// <summary>The classes of 64 bytes as bits, and the bytes with every digit made 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Classify(ref byte from, ref byte data, out ulong delimiters, out ulong digits, out ulong feeds)
    {
        if (Vector512.IsHardwareAccelerated && Avx512BW.IsSupported)
        {
            var lowHalf = Vector256.Create(Vector128.Create(LowHalf), Vector128.Create(LowHalf));
            var highHalf = Vector256.Create(Vector128.Create(HighHalf), Vector128.Create(HighHalf));
            var bytes = Vector512.LoadUnsafe(ref from);
            var high = Avx512BW.Shuffle(Vector512.Create(highHalf, highHalf), (bytes.AsUInt16() >> 4).AsByte() & Vector512.Create((byte)0x0F));
            var kind = Avx512BW.Shuffle(Vector512.Create(lowHalf, lowHalf), bytes) & high;
            digits = kind.ExtractMostSignificantBits();
            delimiters = ~Vector512.Equals(kind & Vector512.Create(NotDigit), Vector512<byte>.Zero).ExtractMostSignificantBits();
            feeds = Vector512.Equals(bytes, Vector512.Create((byte)'\n')).ExtractMostSignificantBits();
            Vector512.ConditionalSelect(Vector512.LessThan(kind.AsSByte(), Vector512<sbyte>.Zero).AsByte(), Vector512.Create((byte)'0'), bytes).StoreUnsafe(ref data);
            return;
        }

        ClassifyHalf(ref from, ref data, out var delimiters0, out var digits0, out var feeds0);
        ClassifyHalf(ref Unsafe.Add(ref from, 32), ref Unsafe.Add(ref data, 32), out var delimiters1, out var digits1, out var feeds1);
        delimiters = delimiters0 | ((ulong)delimiters1 << 32);
        digits = digits0 | ((ulong)digits1 << 32);
        feeds = feeds0 | ((ulong)feeds1 << 32);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ClassifyHalf(ref byte from, ref byte data, out uint delimiters, out uint digits, out uint feeds)
    {
        var low = Vector256.Create(Vector128.Create(LowHalf), Vector128.Create(LowHalf));
        var high = Vector256.Create(Vector128.Create(HighHalf), Vector128.Create(HighHalf));
        var bytes = Vector256.LoadUnsafe(ref from);
        var kind = Avx2.Shuffle(low, bytes) & Avx2.Shuffle(high, (bytes.AsUInt16() >> 4).AsByte() & Vector256.Create((byte)0x0F));
        digits = kind.ExtractMostSignificantBits();
        delimiters = ~Vector256.Equals(kind & Vector256.Create(NotDigit), Vector256<byte>.Zero).ExtractMostSignificantBits();
        feeds = Vector256.Equals(bytes, Vector256.Create((byte)'\n')).ExtractMostSignificantBits();
        Vector256.ConditionalSelect(Vector256.LessThan(kind.AsSByte(), Vector256<sbyte>.Zero).AsByte(), Vector256.Create((byte)'0'), bytes).StoreUnsafe(ref data);
    }

    /// <summary>Makes a byte of ones of every bit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Spread(ulong bits, ref byte masks)
    {
        var first = Vector256.Create(0x0000000000000000UL, 0x0101010101010101, 0x0202020202020202, 0x0303030303030303).AsByte();
        if (Vector512.IsHardwareAccelerated && Avx512BW.IsSupported)
        {
            var place = Vector512.Create(0x8040201008040201).AsByte();
            var spread = Avx512BW.Shuffle(Vector512.Create(bits).AsByte(), Vector512.Create(first, first + Vector256.Create((byte)4)));
            Vector512.Equals(spread & place, place).StoreUnsafe(ref masks);
            return;
        }

        var place2 = Vector256.Create(0x8040201008040201).AsByte();
        var all = Vector256.Create(bits).AsByte();
        Vector256.Equals(Avx2.Shuffle(all, first) & place2, place2).StoreUnsafe(ref masks);
        Vector256.Equals(Avx2.Shuffle(all, first + Vector256.Create((byte)4)) & place2, place2).StoreUnsafe(ref masks, 32);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void MakeRoom(ref byte to, ref Position state)
    {
        var length = state.Kept - state.KeptStart;
        MemoryMarshal.CreateSpan(ref Unsafe.Add(ref to, state.KeptStart), length).CopyTo(MemoryMarshal.CreateSpan(ref to, length));
        state.KeptStart = 0;
        state.Kept = Math.Min(length, Capacity / 2);
    }

    private void ReadBytes<T>(ReadOnlySpan<byte> text, ref T lines)
        where T : IShapedLines, allows ref struct
    {
        ref var to = ref MemoryMarshal.GetArrayDataReference(kept);
        var state = default(Position);
        var cut = false;
        for (var i = 0; i <= text.Length; i++)
        {
            if (i == text.Length && state.LineStart >= text.Length)
            {
                return;
            }

            if ((i & (Block - 1)) == 0 && state.Kept > Capacity - Block)
            {
                MakeRoom(ref to, ref state);
            }

            var b = i < text.Length ? text[i] : (byte)'\n';
            if (IsDelimiter(b))
            {
                kept[state.Kept++] = b;
                cut = false;
                if (b == (byte)'\n')
                {
                    lines.Line(Hash(ref Unsafe.Add(ref to, state.KeptStart), state.Kept - state.KeptStart), state.LineStart, i - state.LineStart);
                    (state.KeptStart, state.LineStart) = (state.Kept, i + 1);
                }
            }
            else
            {
                var digit = char.IsAsciiDigit((char)b);
                if (!cut)
                {
                    kept[state.Kept++] = digit ? (byte)'0' : b;
                }

                cut |= digit;
            }
        }
    }

    // Reads up to 15 bytes beyond the end, which the room behind what is kept allows.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Hash(ref byte from, int length)
    {
        var hash = (ulong)length * 0x9E3779B97F4A7C15;
        for (; length > 16; length -= 16, from = ref Unsafe.Add(ref from, 16))
        {
            hash = Mix(Unsafe.ReadUnaligned<ulong>(ref from) ^ hash, Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref from, 8)) ^ 0xA0761D6478BD642F);
        }

        ref var low = ref MemoryMarshal.GetArrayDataReference(KeepLow);
        ref var high = ref MemoryMarshal.GetArrayDataReference(KeepHigh);
        return Mix(
            (Unsafe.ReadUnaligned<ulong>(ref from) & Unsafe.Add(ref low, length)) ^ hash,
            (Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref from, 8)) & Unsafe.Add(ref high, length)) ^ 0xE7037ED1A0B428DB);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mix(ulong a, ulong b)
    {
        var high = Math.BigMul(a, b, out ulong low);
        return high ^ low;
    }
}
