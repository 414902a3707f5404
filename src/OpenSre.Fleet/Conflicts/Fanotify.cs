using System.Buffers.Binary;
using System.Text;

namespace OpenSre.Fleet;

/// <summary>Something was done to a file.</summary>
/// <param name="Pid">The process that did it; it may have ended since.</param>
/// <param name="Filesystem">The number of the file system.</param>
/// <param name="Folder">The folder, as a <c>struct file_handle</c>.</param>
internal sealed record FileTouch(int Pid, long Filesystem, byte[] Folder, string Name);

/// <summary>
/// Files that were written and closed, moved or deleted on whole file systems, with who did it: fanotify(7) of Linux, which
/// root alone may use in this way. Nobody is made to wait for it. Not thread-safe.
/// </summary>
internal sealed class Fanotify : IDisposable
{
    private const uint CloseOnExec = 1;
    private const uint WithoutWaiting = 2;
    private const uint TellsFolderAndName = 0xc00;
    private const uint Add = 1;
    private const uint WholeFilesystem = 0x100;
    private const ulong WrittenAndClosed = 0x8;
    private const ulong MovedFrom = 0x40;
    private const ulong MovedTo = 0x80;
    private const ulong Deleted = 0x200;
    private const ulong Overflow = 0x4000;
    private const int FolderAndNameRecord = 2;
    private const int OpensFolder = 0x80000;
    private const int OpensPathAlone = 0x280000;
    private const int Here = -100;

    private readonly byte[] _buffer = new byte[64 * 1024];
    private readonly Dictionary<long, int> _mounts = [];

    private Fanotify(int descriptor) => Descriptor = descriptor;

    public int Descriptor { get; }

    /// <summary>How often the kernel had to drop events because they were not read fast enough.</summary>
    public int Losses { get; private set; }

    /// <summary>Null, with the reason, where it is not allowed.</summary>
    public static Fanotify? Open(out string refusal)
    {
        refusal = "";
        if (!OperatingSystem.IsLinux())
        {
            refusal = "this system has none";
            return null;
        }

        try
        {
            var descriptor = Posix.FanotifyInit(CloseOnExec | WithoutWaiting | TellsFolderAndName, 0);
            if (descriptor >= 0)
            {
                return new Fanotify(descriptor);
            }
        }
        catch (EntryPointNotFoundException e)
        {
            refusal = e.Message;
            return null;
        }

        refusal = Posix.Message(Posix.Error);
        return null;
    }

    /// <summary>Begins to watch the file system a folder lies on.</summary>
    /// <returns>Null, or why that cannot be done.</returns>
    public string? Cover(string folder)
    {
        var path = Encoding.UTF8.GetBytes(folder + "\0");
        if (Filesystem(path) is not { } id)
        {
            return Posix.Message(Posix.Error);
        }

        if (_mounts.ContainsKey(id))
        {
            return null;
        }

        var mount = Posix.Open(path, OpensFolder);
        if (mount < 0)
        {
            return Posix.Message(Posix.Error);
        }

        if (Posix.FanotifyMark(Descriptor, Add | WholeFilesystem, WrittenAndClosed | MovedFrom | MovedTo | Deleted, Here, path) != 0)
        {
            var error = Posix.Error;
            _ = Posix.Close(mount);
            return Posix.Message(error);
        }

        _mounts[id] = mount;
        return null;
    }

    /// <summary>Gives what has happened since last time to <paramref name="take"/>, in order.</summary>
    public void Read(Action<FileTouch> take)
    {
        while (Posix.Read(Descriptor, _buffer, (nuint)_buffer.Length) is > 0 and var read)
        {
            var rest = _buffer.AsSpan(0, (int)read);
            while (rest.Length >= 24 && BinaryPrimitives.ReadInt32LittleEndian(rest) is >= 24 and var length && length <= rest.Length)
            {
                Event(rest[..length], take);
                rest = rest[length..];
            }
        }
    }

    /// <summary>Where a file lies now; null when its folder is gone.</summary>
    public string? PathOf(FileTouch touch)
    {
        if (!_mounts.TryGetValue(touch.Filesystem, out var mount))
        {
            return null;
        }

        var folder = Posix.OpenByHandle(mount, touch.Folder, OpensPathAlone);
        if (folder < 0)
        {
            return null;
        }

        Span<byte> target = stackalloc byte[4096];
        var length = Posix.ReadLink(Encoding.ASCII.GetBytes($"/proc/self/fd/{folder}\0"), target, (nuint)target.Length);
        _ = Posix.Close(folder);
        return length <= 0 || target[..(int)length].EndsWith(" (deleted)"u8) ? null : Path.Combine(Encoding.UTF8.GetString(target[..(int)length]), touch.Name);
    }

    public void Dispose()
    {
        _ = Posix.Close(Descriptor);
        foreach (var mount in _mounts.Values)
        {
            _ = Posix.Close(mount);
        }
    }

    private void Event(ReadOnlySpan<byte> happened, Action<FileTouch> take)
    {
        if ((BinaryPrimitives.ReadUInt64LittleEndian(happened[8..]) & Overflow) != 0)
        {
            Losses++;
            return;
        }

        var records = happened[BinaryPrimitives.ReadUInt16LittleEndian(happened[6..])..];
        while (records.Length >= 20 && BinaryPrimitives.ReadUInt16LittleEndian(records[2..]) is >= 20 and var length && length <= records.Length)
        {
            if (records[0] == FolderAndNameRecord)
            {
                // struct fanotify_event_info_fid: header, fsid, then struct file_handle and the name.
                var handle = 8 + BinaryPrimitives.ReadInt32LittleEndian(records[12..]);
                var name = records[(12 + handle)..length];
                var end = name.IndexOf((byte)0);
                take(new FileTouch(
                    BinaryPrimitives.ReadInt32LittleEndian(happened[20..]),
                    BinaryPrimitives.ReadInt64LittleEndian(records[4..]),
                    records.Slice(12, handle).ToArray(),
                    Encoding.UTF8.GetString(end < 0 ? name : name[..end])));
                return;
            }

            records = records[length..];
        }
    }

    /// <summary>The number a file system has in events: <c>f_fsid</c> of statfs(2), behind seven words of 64 bits.</summary>
    private static long? Filesystem(ReadOnlySpan<byte> zeroEndedPath)
    {
        Span<byte> facts = stackalloc byte[256];
        return Posix.StatFilesystem(zeroEndedPath, facts) == 0 ? BinaryPrimitives.ReadInt64LittleEndian(facts[56..]) : null;
    }
}
