using System.Diagnostics;
using System.Globalization;

namespace OpenSre.Fleet;

/// <summary>The file behind an output on macOS, as <c>lsof</c> tells it.</summary>
internal static class MacTarget
{
    public static TraceTarget Resolve(int pid, int stream, string name)
    {
        if (!Posix.Exists(pid))
        {
            return TraceTarget.Refuse($"no such pid {pid}");
        }

        try
        {
            using var process = Process.Start(new ProcessStartInfo("lsof", ["-F", "ftn", "-p", pid.ToString(CultureInfo.InvariantCulture)]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
            var errors = process.StandardError.ReadToEndAsync();
            var text = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            _ = errors.GetAwaiter().GetResult();
            return Read(text, stream, name) ?? TraceTarget.Refuse($"cannot inspect pid {pid} (permission denied)");
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return TraceTarget.Refuse($"cannot inspect pid {pid} ({e.Message})");
        }
    }

    /// <summary>Reads the blocks of <c>lsof -F ftn</c>: f is the descriptor, t the type, n the name.</summary>
    internal static TraceTarget? Read(string text, int stream, string name)
    {
        string? descriptor = null;
        var type = "";
        foreach (var line in text.Split('\n'))
        {
            switch (line)
            {
                case ['f', .. var number]:
                    descriptor = number;
                    break;
                case ['t', .. var kind]:
                    type = kind;
                    break;
                case ['n', .. var path] when descriptor == stream.ToString(CultureInfo.InvariantCulture):
                    return type switch
                    {
                        "REG" => new TraceTarget(path, null),
                        "PIPE" or "FIFO" => TraceTarget.Refuse($"{name} is a pipe; live tail not supported"),
                        "unix" or "IPv4" or "IPv6" => TraceTarget.Refuse($"{name} is a socket; live tail not supported"),
                        "CHR" when path == "/dev/null" => TraceTarget.Refuse($"{name} is /dev/null; nothing to tail"),
                        "CHR" => TraceTarget.Refuse($"{name} is on a terminal; live tail not supported"),
                        _ => TraceTarget.Refuse($"{name} is not a regular file (got {type})"),
                    };
            }
        }

        return null;
    }
}
