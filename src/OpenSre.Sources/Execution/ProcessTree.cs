using System.Diagnostics;
using System.Runtime.InteropServices;

namespace OpenSre.Sources;

/// <summary>
/// A process in a session of its own, so that it can be ended with everything it started. On Linux the program is
/// started through <c>setsid</c>, which becomes the program itself: the process id is also the id of its group.
/// It has no controlling terminal, so nothing it starts can ask a person for a password there.
/// </summary>
internal static class ProcessTree
{
    private const int Kill9 = 9;
    private static readonly Lazy<string?> SetSid = new(() => OperatingSystem.IsLinux() ? ProgramFile.Find("setsid", out _) : null);

    public static bool OwnSession => SetSid.Value is not null;

    /// <summary>How to start a program so that <see cref="Kill"/> reaches all of its descendants.</summary>
    public static ProcessStartInfo StartInfo(string file, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(SetSid.Value ?? file) { UseShellExecute = false, CreateNoWindow = true };
        if (SetSid.Value is not null)
        {
            start.ArgumentList.Add(file);
        }

        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return start;
    }

    /// <summary>Ends the process and its descendants at once. Harmless when it has ended already.</summary>
    public static void Kill(Process process, int id)
    {
        if (!OwnSession)
        {
            End(process, wholeTree: true);
            return;
        }

        // The group goes first and in one call; walking through all processes takes long on a busy machine.
        _ = kill(-id, Kill9);
        // It may not have become a group yet.
        End(process, wholeTree: false);
        foreach (var member in SessionMembers(id))
        {
            _ = kill(member, Kill9);
        }
    }

    private static void End(Process process, bool wholeTree)
    {
        try
        {
            process.Kill(wholeTree);
        }
        catch (InvalidOperationException)
        {
            // It has exited by itself.
        }
        catch (AggregateException)
        {
            // One of them ended while the tree was walked.
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // It is just ending, or runs as another user.
        }
    }

    /// <summary>Processes of the session that have a group of their own, as a shell with job control makes them.</summary>
    private static IEnumerable<int> SessionMembers(int session)
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), out var id) && SessionOf(id) == session)
            {
                yield return id;
            }
        }
    }

    private static int? SessionOf(int id)
    {
        try
        {
            // "pid (name) state parent group session …"; the name may hold anything, parentheses too.
            var stat = File.ReadAllText($"/proc/{id}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return fields.Length > 3 && int.TryParse(fields[3], out var session) ? session : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It ended while we looked, or is hidden from us and so not ours.
            return null;
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int kill(int process, int signal);
}
