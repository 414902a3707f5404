using System.Text;

namespace OpenSre.Fleet;

/// <summary>The file behind an output of a process, or the reason why it cannot be followed.</summary>
/// <param name="Path">The name the process knows it by.</param>
/// <param name="Refusal">A part of a sentence; null when it can be followed.</param>
/// <param name="IsDeleted">The file has no name any more; it can still be reached through the process.</param>
public sealed record TraceTarget(string Path, string? Refusal, bool IsDeleted = false)
{
    private const string Deleted = " (deleted)";

    /// <summary>Looks at an output of a process; opens nothing.</summary>
    /// <param name="stream">1 for standard output, 2 for standard error.</param>
    /// <param name="allowDeleted">Follow a file that was deleted but is still written.</param>
    public static TraceTarget Resolve(int pid, int stream = 1, bool allowDeleted = false, string proc = "/proc")
    {
        var name = stream == 1 ? "stdout" : "stderr";
        if (OperatingSystem.IsWindows())
        {
            return Refuse("Windows is not supported");
        }

        if (pid <= 0)
        {
            return Refuse($"invalid pid {pid} (must be positive)");
        }

        if (OperatingSystem.IsMacOS())
        {
            return MacTarget.Resolve(pid, stream, name);
        }

        if (!Directory.Exists($"{proc}/{pid}"))
        {
            return Refuse($"no such pid {pid}");
        }

        var link = $"{proc}/{pid}/fd/{stream}";
        Span<byte> buffer = stackalloc byte[4096];
        var length = Posix.ReadLink(Encoding.UTF8.GetBytes(link + "\0"), buffer, (nuint)buffer.Length);
        if (length < 0)
        {
            var error = Posix.Error;
            return error is Posix.AccessDenied or Posix.NotPermitted ? Refuse($"cannot inspect pid {pid} (permission denied)")
                : !Directory.Exists($"{proc}/{pid}") ? Refuse($"no such pid {pid}")
                : error == Posix.NoSuchFile ? Refuse($"{name} is closed")
                : Refuse($"cannot inspect pid {pid} ({Posix.Message(error)})");
        }

        var target = Encoding.UTF8.GetString(buffer[..(int)length]);
        return OfKind(target, name) is { } refusal ? Refuse(refusal, target) : OfFile(target, link, name, allowDeleted);
    }

    internal static TraceTarget Refuse(string reason, string path = "") => new(path, reason);

    private static string? OfKind(string target, string name) => target switch
    {
        _ when target.StartsWith("socket:[", StringComparison.Ordinal) => $"{name} is a socket; live tail not supported",
        _ when target.StartsWith("pipe:[", StringComparison.Ordinal) => $"{name} is a pipe; live tail not supported",
        _ when target.StartsWith("anon_inode:", StringComparison.Ordinal) => $"{name} is {target}; live tail not supported",
        _ when !target.StartsWith('/') => $"{name} target '{target}' is not a filesystem path",
        _ when target.StartsWith("/dev/pts/", StringComparison.Ordinal) || target.StartsWith("/dev/tty", StringComparison.Ordinal) || target == "/dev/console" => $"{name} is on a terminal; live tail not supported",
        "/dev/null" => $"{name} is /dev/null; nothing to tail",
        _ => null,
    };

    private static TraceTarget OfFile(string target, string link, string name, bool allowDeleted)
    {
        var isDeleted = target.EndsWith(Deleted, StringComparison.Ordinal) && !File.Exists(target);
        if (isDeleted)
        {
            target = target[..^Deleted.Length];
        }

        if (isDeleted && !allowDeleted)
        {
            return new TraceTarget(target, $"{name} target {target} no longer exists", IsDeleted: true);
        }

        // Through the process, because the name may mean another file in a container.
        if (FileFacts.TryGet(link, out var facts, out var error))
        {
            return facts.IsRegular ? new TraceTarget(target, null, isDeleted) : Refuse($"{name} is not a regular file (got {facts.Letters})", target);
        }

        return Refuse(error switch
        {
            Posix.NoSuchFile => $"{name} target {target} no longer exists",
            Posix.AccessDenied or Posix.NotPermitted => $"{name} target {target} is not readable (permission denied)",
            _ => $"{name} target {target} is unreachable: {Posix.Message(error)}",
        }, target);
    }
}
