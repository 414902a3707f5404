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
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has exited; its descendants may not have.
        }
        catch (AggregateException)
        {
            // One of them ended by itself while the tree was walked.
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // It is just ending, or runs as another user; the group below is tried all the same.
        }

        if (OwnSession)
        {
            _ = kill(-id, Kill9);
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int kill(int process, int signal);
}
