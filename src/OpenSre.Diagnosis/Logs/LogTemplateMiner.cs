using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace OpenSre.Diagnostics;

/// <summary>What all lines of a group have in common.</summary>
/// <param name="Id">Stable within the miner that found it.</param>
/// <param name="Text">The line with <c>&lt;*&gt;</c> for every part that varies. The same lines in the same order give the same text.</param>
/// <param name="Count">How many lines had it.</param>
public readonly record struct LogTemplate(int Id, string Text, long Count);

/// <summary>Is told the template of every line.</summary>
public interface ILogLineSink
{
    /// <param name="start">Where the line begins in the text, in bytes.</param>
    /// <param name="length">Its length in bytes, without the line feed.</param>
    /// <param name="template">Its template as of now; <see cref="LogTemplateMiner.Resolve"/> gives the final one.</param>
    void Line(int start, int length, int template);
}

/// <summary>
/// Finds the templates of log lines, without being told their format. Works on UTF-8 bytes and allocates nothing for a
/// line whose shape it has seen, nor for one whose template it knows.
/// </summary>
/// <remarks>
/// A member of the Drain family (He et al., ICWS 2017): tokens with digits vary, lines are grouped by number of tokens
/// and first tokens. Two things are new: a line of known shape (<see cref="LineShape"/>) skips all that, and
/// templates are merged when they turn out to be one (<see cref="TemplateTree"/>), so ids have to be resolved at the
/// end. Not safe for use by several threads at once.
/// </remarks>
public sealed class LogTemplateMiner
{
    private const int MostSlots = 1 << 18;
    private const int Probes = 16;

    private readonly LineShape shape = new();
    private readonly LogTokens tokens = new();
    private readonly TemplateTree tree;
    private readonly bool scalar;
    private Slot[] slots = new Slot[1 << 10];
    private int used;
    private long[] counts = new long[64];

    /// <param name="capacity">The most templates to keep; lines that fit none after that share one.</param>
    /// <param name="scalar">Does without vector instructions, as on a processor that has none. For tests.</param>
    public LogTemplateMiner(int capacity = 20_000, bool scalar = false)
    {
        tree = new TemplateTree(capacity);
        this.scalar = scalar;
    }

    /// <summary>How many lines were read.</summary>
    public long Lines { get; private set; }

    /// <summary>How many lines had a shape that was not in the cache.</summary>
    public long NewShapes { get; private set; }

    /// <summary>Reads one line; what follows a line feed is ignored.</summary>
    /// <returns>Its template as of now; see <see cref="Resolve"/>.</returns>
    public int Add(ReadOnlySpan<byte> line)
    {
        var feed = line.IndexOf((byte)'\n');
        var sink = new Last { Template = -1 };
        AddLines(feed >= 0 ? line[..(feed + 1)] : line.Length > 0 ? line : "\n"u8, ref sink);
        return sink.Template;
    }

    /// <summary>Reads one line.</summary>
    /// <returns>Its template as of now; see <see cref="Resolve"/>.</returns>
    public int Add(string line)
    {
        const int Small = 512;
        var most = Encoding.UTF8.GetMaxByteCount(line.Length);
        Span<byte> bytes = most <= Small ? stackalloc byte[Small] : new byte[most];
        return Add(bytes[..Encoding.UTF8.GetBytes(line, bytes)]);
    }

    /// <summary>Reads all lines of a text; the last one needs no line feed.</summary>
    public void AddLines(ReadOnlySpan<byte> text)
    {
        var sink = default(Nobody);
        AddLines(text, ref sink);
    }

    /// <summary>Reads all lines of a text and tells the template of each.</summary>
    public void AddLines<T>(ReadOnlySpan<byte> text, ref T sink)
        where T : struct, ILogLineSink
    {
        if (text.Length > 0)
        {
            var reader = new Reader<T>(this, text, ref sink);
            shape.Read(text, ref reader, scalar);
        }
    }

    /// <summary>The template that a template given earlier has become part of.</summary>
    public int Resolve(int template) => tree.Group(template);

    /// <summary>The text of a template, with <c>&lt;*&gt;</c> for what varies.</summary>
    public string Text(int template) => tree.Text(template);

    /// <summary>All templates in order of their first line.</summary>
    public IReadOnlyList<LogTemplate> Templates()
    {
        var totals = new long[tree.Count];
        var order = new List<int>();
        for (var id = 0; id < tree.Count; id++)
        {
            var final = tree.Group(id);
            if (totals[final] == 0 && counts[id] > 0)
            {
                order.Add(final);
            }

            totals[final] += id < counts.Length ? counts[id] : 0;
        }

        return [.. order.Select(id => new LogTemplate(id, tree.Text(id), totals[id]))];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int TemplateOf(ulong hash, ReadOnlySpan<byte> text, int start, int length)
    {
        var key = hash == 0 ? 1 : hash;
        ref var slot = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(slots), (nint)(key & (ulong)(slots.Length - 1)));
        var found = slot.Shape == key ? slot.Template : Probe(key, text.Slice(start, length));
        var template = tree.Group(found);
        counts[template]++;
        return template;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private int Probe(ulong key, ReadOnlySpan<byte> line)
    {
        var mask = slots.Length - 1;
        var home = (int)key & mask;
        for (var i = 0; i < Probes; i++)
        {
            var slot = slots[(home + i) & mask];
            if (slot.Shape == key)
            {
                return slot.Template;
            }

            if (slot.Shape == 0)
            {
                break;
            }
        }

        NewShapes++;
        var template = tree.Find(tokens.Read(line), line);
        if (tree.Count > counts.Length)
        {
            Array.Resize(ref counts, (int)BitOperations.RoundUpToPowerOf2((uint)tree.Count));
        }

        Keep(new Slot(key, template));
        return template;
    }

    private void Keep(Slot slot)
    {
        if (4 * used >= slots.Length && slots.Length < MostSlots)
        {
            var old = slots;
            slots = new Slot[2 * old.Length];
            used = 0;
            foreach (var kept in old)
            {
                if (kept.Shape != 0)
                {
                    Put(kept);
                }
            }
        }

        Put(slot);
    }

    private void Put(Slot slot)
    {
        var mask = slots.Length - 1;
        var home = (int)slot.Shape & mask;
        for (var i = 0; i < Probes; i++)
        {
            ref var free = ref slots[(home + i) & mask];
            if (free.Shape == 0)
            {
                free = slot;
                used++;
                return;
            }
        }

        // A full neighbourhood: the newest shape takes the place of another.
        slots[home] = slot;
    }

    private readonly record struct Slot(ulong Shape, int Template);

    private readonly ref struct Reader<T>(LogTemplateMiner miner, ReadOnlySpan<byte> text, ref T sink) : IShapedLines
        where T : struct, ILogLineSink
    {
        private readonly ReadOnlySpan<byte> text = text;
        private readonly ref T sink = ref sink;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Line(ulong shape, int start, int length)
        {
            miner.Lines++;
            sink.Line(start, length, miner.TemplateOf(shape, text, start, length));
        }
    }

    private struct Nobody : ILogLineSink
    {
        public readonly void Line(int start, int length, int template)
        {
        }
    }

    private struct Last : ILogLineSink
    {
        public int Template;

        public void Line(int start, int length, int template) => Template = template;
    }
}
