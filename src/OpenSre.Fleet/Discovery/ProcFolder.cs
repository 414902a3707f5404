using System.Buffers.Binary;
using System.Buffers.Text;

namespace OpenSre.Fleet;

/// <summary>A process as the list of <c>/proc</c> shows it.</summary>
/// <param name="Inode">Of its folder; while it lives it seldom changes, and no later process of the same number has it.</param>
internal readonly record struct Entry(int Pid, long Inode);

/// <summary><c>/proc</c>, held open so that what lies in it is found by a short name.</summary>
internal readonly struct ProcFolder : IDisposable
{
    private const int CloseOnExec = 0x80000;

    private ProcFolder(int descriptor) => Descriptor = descriptor;

    public int Descriptor { get; }

    /// <exception cref="IOException">It cannot be opened.</exception>
    public static ProcFolder Open(ReadOnlySpan<byte> zeroEndedPath)
    {
        var descriptor = Posix.Open(zeroEndedPath, CloseOnExec);
        return descriptor >= 0 ? new ProcFolder(descriptor) : throw new IOException($"The list of processes cannot be opened: {Posix.Message(Posix.Error)}");
    }

    /// <summary>All processes now.</summary>
    /// <exception cref="IOException">The list cannot be read.</exception>
    public List<Entry> Processes()
    {
        List<Entry> all = [];
        var buffer = new byte[64 * 1024];
        nint read;
        while ((read = Posix.Entries(Descriptor, buffer, (nuint)buffer.Length)) > 0)
        {
            // struct linux_dirent64: inode, offset, length of the record, kind, name.
            for (var at = 0; at < read;)
            {
                var entry = buffer.AsSpan(at);
                if (entry[19] is >= (byte)'1' and <= (byte)'9' && Utf8Parser.TryParse(entry[19..], out int pid, out var digits) && entry[19 + digits] == 0)
                {
                    all.Add(new Entry(pid, BinaryPrimitives.ReadInt64LittleEndian(entry)));
                }

                at += BinaryPrimitives.ReadUInt16LittleEndian(entry[16..]);
            }
        }

        return read == 0 ? all : throw new IOException($"The list of processes cannot be read: {Posix.Message(Posix.Error)}");
    }

    public void Dispose() => _ = Posix.Close(Descriptor);
}
