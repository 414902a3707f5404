using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace OpenSre.Fleet;

/// <summary>
/// Processes as <c>ps</c> and <c>lsof</c> show them, for macOS. ps tells arguments in one line, so words with blanks in
/// them come apart.
/// </summary>
public sealed class PsTable : IProcessTable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public IReadOnlyList<ProcessFacts> Find(ProcessFilter wanted) => [.. All().Where(f => wanted(Bytes(f), Encoding.UTF8.GetBytes(f.Executable)))];

    public ProcessFacts? Get(int pid) => Read(Run("ps", "-p", Number(pid), "-o", Columns)).FirstOrDefault();

    public IReadOnlyList<int> Children(int pid) => [.. All().Where(f => f.Parent == pid).Select(f => f.Identity.Pid)];

    public string? WorkingDirectory(int pid) => LsofNames(Run("lsof", "-a", "-p", Number(pid), "-d", "cwd", "-F", "n")).FirstOrDefault();

    public string? Variable(int pid, string name) => null;

    public IReadOnlyList<string> OpenFiles(int pid) => [.. LsofNames(Run("lsof", "-p", Number(pid), "-F", "n"))];

    /// <summary>lsof is too slow to be asked at every write.</summary>
    public bool Writes(int pid, string path) => false;

    /// <summary>Reads what <c>ps -o pid=,ppid=,state=,lstart=,time=,rss=,args=</c> prints; a line that is different is left out.</summary>
    internal static IEnumerable<ProcessFacts> Read(string text)
    {
        foreach (var line in text.Split('\n'))
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length < 11
                || !int.TryParse(words[0], CultureInfo.InvariantCulture, out var pid) || !int.TryParse(words[1], CultureInfo.InvariantCulture, out var parent)
                || !DateTimeOffset.TryParseExact(string.Join(' ', words[3..8]), "ddd MMM d HH:mm:ss yyyy", CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out var started)
                || !long.TryParse(words[9], CultureInfo.InvariantCulture, out var kilobytes))
            {
                continue;
            }

            yield return new ProcessFacts(new ProcessIdentity(pid, started.ToUnixTimeSeconds()), parent, words[10..], "", words[2][0], started, CpuTime(words[8]), kilobytes * 1024);
        }
    }

    /// <summary>The names in what <c>lsof -F n</c> prints.</summary>
    internal static IEnumerable<string> LsofNames(string text) => text.Split('\n').Where(l => l.StartsWith("n/", StringComparison.Ordinal)).Select(l => l[1..]);

    private const string Columns = "pid=,ppid=,state=,lstart=,time=,rss=,args=";

    private static IEnumerable<ProcessFacts> All() => Read(Run("ps", "-axo", Columns));

    private static string Number(int pid) => pid.ToString(CultureInfo.InvariantCulture);

    private static byte[] Bytes(ProcessFacts facts) => Encoding.UTF8.GetBytes(string.Join('\0', facts.Arguments) + "\0");

    /// <summary>minutes:seconds.hundredths, with hours and days before them as they come.</summary>
    private static TimeSpan CpuTime(string text)
    {
        var seconds = 0.0;
        foreach (var part in text.Split(':', '-'))
        {
            seconds = seconds * 60 + (double.TryParse(part, CultureInfo.InvariantCulture, out var value) ? value : 0);
        }

        return TimeSpan.FromSeconds(seconds);
    }

    private static string Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, Environment = { ["LC_ALL"] = "C" } })!;
            process.ErrorDataReceived += (_, _) => { };
            process.BeginErrorReadLine();
            var text = process.StandardOutput.ReadToEndAsync();
            if (!text.Wait(Patience))
            {
                process.Kill();
            }

            return text.GetAwaiter().GetResult();
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "";
        }
    }
}
