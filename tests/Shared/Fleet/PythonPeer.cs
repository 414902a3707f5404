using System.Diagnostics;

namespace OpenSre.Tests.Fleet;

/// <summary>A run of the independent Python implementation beside this file.</summary>
internal sealed class PythonPeer : IDisposable
{
    public static string Script { get; } = RepositoryRoot.File("tests", "OpenSre.Fleet.Tests", "Peer", "bus_peer.py");

    private PythonPeer(params string[] words)
    {
        var start = new ProcessStartInfo("python3") { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardInput = true };
        start.ArgumentList.Add(Script);
        foreach (var word in words)
        {
            start.ArgumentList.Add(word);
        }

        Process = Process.Start(start)!;
    }

    public Process Process { get; }

    public static void SkipWithoutPython() => Assert.SkipUnless(HasPython(), "python3 3.10 or later is not here.");

    public static PythonPeer Start(params string[] words) => new(words);

    /// <summary>Attends a bus and has said so.</summary>
    public static async Task<(PythonPeer Peer, string Role)> AttendAsync(string socket)
    {
        var peer = new PythonPeer("attend", socket);
        var first = await peer.LineAsync();
        Assert.StartsWith("ready ", first);
        return (peer, first["ready ".Length..]);
    }

    public static async Task<string> RunAsync(params string[] words)
    {
        using var peer = new PythonPeer(words);
        peer.Process.StandardInput.Close();
        var text = await peer.Process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await peer.Process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, peer.Process.ExitCode);
        return text;
    }

    public async Task<string> LineAsync() =>
        await Process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(120), TestContext.Current.CancellationToken)
        ?? throw new EndOfStreamException("The peer has ended.");

    public void Crash()
    {
        Process.Kill();
        Process.WaitForExit();
    }

    public void Dispose()
    {
        if (!Process.HasExited)
        {
            Crash();
        }

        Process.Dispose();
    }

    private static bool HasPython()
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("python3", ["-c", "import sys; sys.exit(sys.version_info < (3, 10))"]) { UseShellExecute = false })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
