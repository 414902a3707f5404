using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace OpenSre.Fleet;

/// <summary>Files that git is told to ignore: what builds and tests make, which nobody works on. Each file is asked for once.</summary>
public sealed class IgnoredFiles
{
    private const int MostRemembered = 10_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private readonly Dictionary<string, bool> _known = new(StringComparer.Ordinal);

    /// <summary>True if the repository a file lies in ignores it; false where that cannot be known.</summary>
    public bool Contains(string path)
    {
        if (_known.TryGetValue(path, out var ignored))
        {
            return ignored;
        }

        if (_known.Count >= MostRemembered)
        {
            _known.Clear();
        }

        return _known[path] = Ask(path);
    }

    private static bool Ask(string path)
    {
        // The folder itself may be gone meanwhile.
        var folder = Path.GetDirectoryName(path);
        while (folder is not null && !Directory.Exists(folder))
        {
            folder = Path.GetDirectoryName(folder);
        }

        // Nothing that a repository configures is started, and no lock is taken.
        var start = new ProcessStartInfo("git", ["-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "--no-optional-locks", "check-ignore", "-z", "--stdin"])
        {
            WorkingDirectory = folder ?? "/",
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("GIT_", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        try
        {
            using var git = Process.Start(start)!;
            git.StandardInput.BaseStream.Write(Encoding.UTF8.GetBytes(path + "\0"));
            git.StandardInput.Close();
            if (git.WaitForExit(Patience))
            {
                return git.ExitCode == 0;
            }

            git.Kill();
            return false;
        }
        catch (Exception e) when (e is Win32Exception or IOException)
        {
            // There is no git, or it did not listen: then nothing is known to be ignored.
            return false;
        }
    }
}
