using System.Buffers.Binary;
using System.Text;

namespace OpenSre.Fleet;

/// <summary>What Linux says of the file a path leads to.</summary>
/// <param name="Device">The device it lies on; with the inode it is the same file whatever its name.</param>
/// <param name="Mode">Kind and rights, as in <c>st_mode</c>.</param>
internal readonly record struct FileFacts(ulong Device, ulong Inode, int Mode)
{
    private const int Here = -100;
    private const uint Basic = 0x7ff;
    private const int Kind = 0xf000;

    public bool IsRegular => (Mode & Kind) == 0x8000;

    /// <summary>As <c>ls -l</c> writes it.</summary>
    public string Letters
    {
        get
        {
            var text = new StringBuilder().Append((Mode & Kind) switch { 0x8000 => '-', 0x4000 => 'd', 0x2000 => 'c', 0x6000 => 'b', 0x1000 => 'p', 0xc000 => 's', _ => '?' });
            for (var bit = 8; bit >= 0; bit--)
            {
                text.Append((Mode >> bit & 1) == 0 ? '-' : "xwr"[bit % 3]);
            }

            return text.ToString();
        }
    }

    /// <summary>Links are followed.</summary>
    /// <returns>False with the error of the system.</returns>
    public static bool TryGet(string path, out FileFacts facts, out int error)
    {
        // struct statx is laid out the same on every machine.
        Span<byte> buffer = stackalloc byte[256];
        error = 0;
        facts = default;
        if (Posix.Statx(Here, Encoding.UTF8.GetBytes(path + "\0"), 0, Basic, buffer) != 0)
        {
            error = Posix.Error;
            return false;
        }

        facts = new FileFacts(
            BinaryPrimitives.ReadUInt64LittleEndian(buffer[136..]),
            BinaryPrimitives.ReadUInt64LittleEndian(buffer[32..]),
            BinaryPrimitives.ReadUInt16LittleEndian(buffer[28..]));
        return true;
    }
}
