using System.Buffers.Text;
using System.Globalization;
using System.IO.Enumeration;
using System.Text;

namespace OpenSre.Fleet;

/// <summary>Processes as Linux shows them in <c>/proc</c>.</summary>
/// <param name="root">Where it is mounted.</param>
public sealed class ProcTable(string root = "/proc") : IProcessTable
{
    private const int CloseOnExec = 0x80000;
    private const int AnyFolder = -100;
    private const int MostCommandLine = 128 * 1024;

    /// <summary>From so many on they are looked at by several threads.</summary>
    private const int ManyProcesses = 500;

    private const int Part = 128;

    /// <summary>USER_HZ; fixed at 100 for everything user space sees on the machines .NET runs on.</summary>
    private const long TicksPerSecond = 100;

    private readonly Lazy<DateTimeOffset> _boot = new(() => BootTime(root));
    private readonly byte[] _root = Encoding.UTF8.GetBytes(root + "/\0");
    private readonly Lock _lock = new();
    private ProcessFilter? _filter;
    private Dictionary<int, Seen> _unwanted = [];

    /// <summary>
    /// A process that was not wanted is looked at once more some seconds after it was first seen, because young ones become
    /// something else, and then only now and again; it is the same as before if its folder has the same inode, which tells
    /// it from a later process of the same number.
    /// </summary>
    public IReadOnlyList<ProcessFacts> Find(ProcessFilter wanted)
    {
        var now = Environment.TickCount64;
        using var folder = ProcFolder.Open(_root);
        var all = folder.Processes();
        Entry[] due;
        Dictionary<int, Seen> before;
        lock (_lock)
        {
            before = wanted.Equals(_filter) ? _unwanted : [];
            due = [.. all.Where(e => !before.TryGetValue(e.Pid, out var seen) || seen.Inode != e.Inode || seen.IsDue(e.Pid, now))];
        }

        var found = new ProcessFacts?[due.Length];
        var isWanted = new bool[due.Length];
        if (due.Length < ManyProcesses || Environment.ProcessorCount == 1)
        {
            Look(folder, due, wanted, found, isWanted, 0, due.Length);
        }
        else
        {
            // Each process is looked at by itself; the kernel answers several at a time. In parts, so that a thread that is kept waiting leaves the rest to the others.
            var parts = (due.Length + Part - 1) / Part;
            var next = -1;
            Parallel.For(0, Environment.ProcessorCount, _ =>
            {
                while (Interlocked.Increment(ref next) is var part && part < parts)
                {
                    Look(folder, due, wanted, found, isWanted, part * Part, Math.Min(due.Length, (part + 1) * Part));
                }
            });
        }

        Remember(wanted, all, due, isWanted, before, now);
        return [.. found.OfType<ProcessFacts>()];
    }

    private void Remember(ProcessFilter wanted, List<Entry> all, Entry[] due, bool[] isWanted, Dictionary<int, Seen> before, long now)
    {
        Dictionary<int, Seen> after = new(all.Count);
        foreach (var entry in all)
        {
            if (before.TryGetValue(entry.Pid, out var seen) && seen.Inode == entry.Inode)
            {
                after[entry.Pid] = seen;
            }
        }

        for (var i = 0; i < due.Length; i++)
        {
            if (isWanted[i])
            {
                after.Remove(due[i].Pid);
            }
            else
            {
                after[due[i].Pid] = new Seen(due[i].Inode, after.TryGetValue(due[i].Pid, out var seen) ? seen.First : now, now);
            }
        }

        lock (_lock)
        {
            (_filter, _unwanted) = (wanted, after);
        }
    }

    private void Look(ProcFolder folder, Entry[] due, ProcessFilter wanted, ProcessFacts?[] found, bool[] isWanted, int from, int to)
    {
        var commandLine = new byte[4096];
        Span<byte> executable = stackalloc byte[1024];
        Span<byte> path = stackalloc byte[32];
        for (var i = from; i < to; i++)
        {
            var pid = due[i].Pid;
            var length = ReadFile(folder.Descriptor, Name(path, pid, "/cmdline\0"u8), ref commandLine);
            if (length <= 0)
            {
                continue;
            }

            var linkLength = Posix.ReadLinkAt(folder.Descriptor, Name(path, pid, "/exe\0"u8), executable, (nuint)executable.Length);
            var link = WithoutDeleted(executable[..(int)Math.Max(0, linkLength)]);
            if (wanted(commandLine.AsSpan(0, length), link))
            {
                isWanted[i] = true;
                found[i] = Get(folder.Descriptor, pid, commandLine.AsSpan(0, length), Encoding.UTF8.GetString(link));
            }
        }
    }

    public ProcessFacts? Get(int pid)
    {
        using var folder = ProcFolder.Open(_root);
        var commandLine = new byte[4096];
        Span<byte> path = stackalloc byte[32];
        var length = ReadFile(folder.Descriptor, Name(path, pid, "/cmdline\0"u8), ref commandLine);
        if (length < 0)
        {
            return null;
        }

        Span<byte> executable = stackalloc byte[1024];
        var linkLength = Posix.ReadLinkAt(folder.Descriptor, Name(path, pid, "/exe\0"u8), executable, (nuint)executable.Length);
        return Get(folder.Descriptor, pid, commandLine.AsSpan(0, length), Encoding.UTF8.GetString(WithoutDeleted(executable[..(int)Math.Max(0, linkLength)])));
    }

    public IReadOnlyList<int> Children(int pid)
    {
        try
        {
            List<int> children = [];
            var words = new byte[1024];
            foreach (var thread in Numbers($"{root}/{pid}/task"))
            {
                var length = ReadFile(AnyFolder, Encoding.UTF8.GetBytes($"{root}/{pid}/task/{thread}/children\0"), ref words);
                foreach (var part in ((ReadOnlySpan<byte>)words)[..Math.Max(0, length)].Split((byte)' '))
                {
                    if (Utf8Parser.TryParse(words.AsSpan(part), out int child, out _))
                    {
                        children.Add(child);
                    }
                }
            }

            return children;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    public string? WorkingDirectory(int pid) => Link($"{root}/{pid}/cwd");

    public string? Variable(int pid, string name)
    {
        try
        {
            return Words(File.ReadAllBytes($"{root}/{pid}/environ")).Find(w => w.StartsWith(name + "=", StringComparison.Ordinal))?[(name.Length + 1)..];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public IReadOnlyList<string> OpenFiles(int pid)
    {
        try
        {
            return [.. Directory.EnumerateFileSystemEntries($"{root}/{pid}/fd").Select(Link).OfType<string>().Where(t => t.StartsWith('/'))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    public bool Writes(int pid, string path)
    {
        try
        {
            foreach (var entry in Directory.EnumerateFileSystemEntries($"{root}/{pid}/fd"))
            {
                // Of "flags:\t0100001" the last digit is how it was opened: 1 writing, 2 both.
                if (Link(entry) == path && File.ReadLines($"{root}/{pid}/fdinfo/{Path.GetFileName(entry)}").Any(l => l.StartsWith("flags:", StringComparison.Ordinal) && (l[^1] - '0' & 3) != 0))
                {
                    return true;
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Ended or closed meanwhile, or not ours to look at.
        }

        return false;
    }

    /// <summary>The words of a command line. What a process has written over its arguments may lack the last zero.</summary>
    public static List<string> Words(ReadOnlySpan<byte> commandLine)
    {
        List<string> words = [];
        commandLine = commandLine.TrimEnd((byte)0);
        foreach (var part in commandLine.Split((byte)0))
        {
            words.Add(Encoding.UTF8.GetString(commandLine[part]));
        }

        return words;
    }

    private static string? Link(string path)
    {
        try
        {
            return File.ResolveLinkTarget(path, returnFinalTarget: false)?.FullName;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private ProcessFacts? Get(int folder, int pid, ReadOnlySpan<byte> commandLine, string executable)
    {
        var stat = new byte[1024];
        Span<byte> path = stackalloc byte[32];
        var length = ReadFile(folder, Name(path, pid, "/stat\0"u8), ref stat);
        var text = Encoding.UTF8.GetString(stat.AsSpan(0, Math.Max(0, length)));
        var afterName = text.LastIndexOf(')');
        if (afterName < 0)
        {
            return null;
        }

        // From the third field on; the second, the name, may hold anything.
        var fields = text[(afterName + 2)..].Split(' ');
        if (fields.Length < 22)
        {
            return null;
        }

        var start = Number(fields[19]);
        return new ProcessFacts(
            new ProcessIdentity(pid, start),
            (int)Number(fields[1]),
            commandLine.Length == 0 ? [] : Words(commandLine),
            executable,
            fields[0][0],
            _boot.Value + TimeSpan.FromSeconds(start / (double)TicksPerSecond),
            TimeSpan.FromSeconds((Number(fields[11]) + Number(fields[12])) / (double)TicksPerSecond),
            Number(fields[21]) * Environment.SystemPageSize)
        {
            Stack = fields.Length > 25 && long.TryParse(fields[25], CultureInfo.InvariantCulture, out var stack) ? stack : 0,
        };
    }

    private static long Number(string field) => long.Parse(field, CultureInfo.InvariantCulture);

    private static FileSystemEnumerable<int> Numbers(string folder) => new(folder, (ref FileSystemEntry entry) => int.Parse(entry.FileName, CultureInfo.InvariantCulture), new EnumerationOptions { AttributesToSkip = 0, RecurseSubdirectories = false })
    {
        ShouldIncludePredicate = (ref FileSystemEntry entry) => entry.FileName.Length > 0 && !entry.FileName.ContainsAnyExceptInRange('0', '9'),
    };

    private static Span<byte> Name(Span<byte> path, int pid, ReadOnlySpan<byte> file)
    {
        Utf8Formatter.TryFormat(pid, path, out var digits);
        file.CopyTo(path[digits..]);
        return path;
    }

    /// <summary>Bytes read, or -1 when the file cannot be opened.</summary>
    private static int ReadFile(int folder, ReadOnlySpan<byte> path, ref byte[] buffer)
    {
        var descriptor = Posix.OpenAt(folder, path, CloseOnExec);
        if (descriptor < 0)
        {
            return -1;
        }

        var length = 0;
        while (true)
        {
            var read = Posix.Read(descriptor, buffer.AsSpan(length), (nuint)(buffer.Length - length));
            if (read <= 0)
            {
                break;
            }

            length += (int)read;
            if (length < buffer.Length)
            {
                // These files come in one piece.
                break;
            }

            if (buffer.Length >= MostCommandLine)
            {
                break;
            }

            Array.Resize(ref buffer, buffer.Length * 4);
        }

        _ = Posix.Close(descriptor);
        return length;
    }

    private static Span<byte> WithoutDeleted(Span<byte> link) => link.EndsWith(" (deleted)"u8) ? link[..^10] : link;

    private static DateTimeOffset BootTime(string root)
    {
        foreach (var line in File.ReadLines(root + "/stat"))
        {
            if (line.StartsWith("btime ", StringComparison.Ordinal))
            {
                return DateTimeOffset.FromUnixTimeSeconds(Number(line[6..].Trim()));
            }
        }

        throw new InvalidDataException($"{root}/stat does not say when the machine started.");
    }

    /// <summary>A process that was looked at and not wanted.</summary>
    /// <param name="First">When it was first seen, in milliseconds since the machine started.</param>
    /// <param name="Last">When it was last looked at.</param>
    private readonly record struct Seen(long Inode, long First, long Last)
    {
        private const long Young = 2_000;
        private const long Again = 8_000;
        private const int Spread = 8;

        /// <summary>Those that are due by age alone are spread over several looks.</summary>
        public bool IsDue(int pid, long now) => Last - First < Young || now - Last > Again + pid % Spread * 1_000;
    }
}
