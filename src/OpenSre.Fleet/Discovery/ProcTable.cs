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
    private const int MostCommandLine = 128 * 1024;

    /// <summary>From so many on they are looked at by several threads.</summary>
    private const int ManyProcesses = 500;

    /// <summary>USER_HZ; fixed at 100 for everything user space sees on the machines .NET runs on.</summary>
    private const long TicksPerSecond = 100;

    private readonly Lazy<DateTimeOffset> _boot = new(() => BootTime(root));
    private readonly byte[] _root = Encoding.UTF8.GetBytes(root + "/");

    public IReadOnlyList<ProcessFacts> Find(ProcessFilter wanted)
    {
        var pids = Numbers(root).ToArray();
        if (pids.Length < ManyProcesses || Environment.ProcessorCount == 1)
        {
            return Find(pids, wanted);
        }

        // Each process is looked at by itself; the kernel answers several at a time.
        var parts = pids.Chunk((pids.Length + Environment.ProcessorCount - 1) / Environment.ProcessorCount).ToArray();
        var found = new List<ProcessFacts>[parts.Length];
        Parallel.For(0, parts.Length, i => found[i] = Find(parts[i], wanted));
        return [.. found.SelectMany(f => f)];
    }

    private List<ProcessFacts> Find(ReadOnlySpan<int> pids, ProcessFilter wanted)
    {
        List<ProcessFacts> found = [];
        var commandLine = new byte[4096];
        Span<byte> executable = stackalloc byte[1024];
        Span<byte> path = stackalloc byte[_root.Length + 32];
        foreach (var pid in pids)
        {
            var length = ReadFile(Name(path, pid, "/cmdline\0"u8), ref commandLine);
            if (length <= 0)
            {
                continue;
            }

            var linkLength = Posix.ReadLink(Name(path, pid, "/exe\0"u8), executable, (nuint)executable.Length);
            var link = WithoutDeleted(executable[..(int)Math.Max(0, linkLength)]);
            if (wanted(commandLine.AsSpan(0, length), link) && Get(pid, commandLine.AsSpan(0, length), Encoding.UTF8.GetString(link)) is { } facts)
            {
                found.Add(facts);
            }
        }

        return found;
    }

    public ProcessFacts? Get(int pid)
    {
        var commandLine = new byte[4096];
        Span<byte> path = stackalloc byte[_root.Length + 32];
        var length = ReadFile(Name(path, pid, "/cmdline\0"u8), ref commandLine);
        if (length < 0)
        {
            return null;
        }

        Span<byte> executable = stackalloc byte[1024];
        var linkLength = Posix.ReadLink(Name(path, pid, "/exe\0"u8), executable, (nuint)executable.Length);
        return Get(pid, commandLine.AsSpan(0, length), Encoding.UTF8.GetString(WithoutDeleted(executable[..(int)Math.Max(0, linkLength)])));
    }

    public IReadOnlyList<int> Children(int pid)
    {
        try
        {
            List<int> children = [];
            var words = new byte[1024];
            foreach (var thread in Numbers($"{root}/{pid}/task"))
            {
                var length = ReadFile(Encoding.UTF8.GetBytes($"{root}/{pid}/task/{thread}/children\0"), ref words);
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

    private ProcessFacts? Get(int pid, ReadOnlySpan<byte> commandLine, string executable)
    {
        var stat = new byte[1024];
        Span<byte> path = stackalloc byte[_root.Length + 32];
        var length = ReadFile(Name(path, pid, "/stat\0"u8), ref stat);
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
            Number(fields[21]) * Environment.SystemPageSize);
    }

    private static long Number(string field) => long.Parse(field, CultureInfo.InvariantCulture);

    private static FileSystemEnumerable<int> Numbers(string folder) => new(folder, (ref FileSystemEntry entry) => int.Parse(entry.FileName, CultureInfo.InvariantCulture), new EnumerationOptions { AttributesToSkip = 0, RecurseSubdirectories = false })
    {
        ShouldIncludePredicate = (ref FileSystemEntry entry) => entry.FileName.Length > 0 && !entry.FileName.ContainsAnyExceptInRange('0', '9'),
    };

    private Span<byte> Name(Span<byte> path, int pid, ReadOnlySpan<byte> file)
    {
        _root.CopyTo(path);
        Utf8Formatter.TryFormat(pid, path[_root.Length..], out var digits);
        file.CopyTo(path[(_root.Length + digits)..]);
        return path;
    }

    /// <summary>Bytes read, or -1 when the file cannot be opened.</summary>
    private static int ReadFile(ReadOnlySpan<byte> path, ref byte[] buffer)
    {
        var descriptor = Posix.Open(path, CloseOnExec);
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
}
