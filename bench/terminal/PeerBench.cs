using System.Diagnostics;
using System.Text;

namespace OpenSre.Bench.Terminal;

/// <summary>
/// The prompts of this program and of others, where they are installed, measured the same way in turns: start to prompt, key to
/// echo, bytes. Each has a home of its own and a stand-in for its provider on this machine.
/// </summary>
internal static class PeerBench
{
    private const int Keys = 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(2);

    public static void Run(string opensre, int runs)
    {
        Console.WriteLine($"prompts side by side, {runs} starts each in turns, after one that is not counted");
        using var api = new SilentModel();
        var results = Peer.All(opensre).Select(p => (Peer: p, Found: new Figures())).ToList();
        for (var i = 0; i <= runs; i++)
        {
            foreach (var (peer, found) in results.Where(r => r.Peer.Command is not null && r.Found.Reason is null))
            {
                Measure(peer, found, api.Port, isCounted: i > 0);
            }
        }

        var own = results[0].Found;
        foreach (var (peer, found) in results)
        {
            if (peer.Command is null || found.Reason is not null)
            {
                Console.WriteLine($"{peer.Name}: {(peer.Command is null ? "not installed here" : found.Reason)}; not measured");
                continue;
            }

            Console.WriteLine(peer.Name);
            Report.Line("start to prompt, median", Report.Quantile(found.Prompts, 0.5), "ms");
            Report.Line("start to first echo, median", Report.Quantile(found.FirstEchoes, 0.5), "ms");
            Report.Line("key to echo, idle, p50", Report.Quantile(found.Echoes, 0.5), "ms");
            Report.Line("key to echo, idle, p99", Report.Quantile(found.Echoes, 0.99), "ms");
            Report.Line("  missed", found.Missed, "keys");
            Report.Line("bytes until the prompt has settled, median", Report.Quantile(found.Screens, 0.5), "bytes");
            Report.Line("bytes for a key, median", Report.Quantile(found.KeyBytes, 0.5), "bytes");
            if (found != own && own.Reason is null)
            {
                Console.WriteLine($"  compared with opensre: start ×{Ratio(f => f.Prompts):0.0}, first echo ×{Ratio(f => f.FirstEchoes):0.0}, echo p50 ×{Ratio(f => f.Echoes):0.0}, bytes of the prompt ×{Ratio(f => f.Screens):0.0}, bytes for a key ×{Ratio(f => f.KeyBytes):0.0}");
            }

            double Ratio(Func<Figures, List<double>> of) => Report.Quantile(of(found), 0.5) / Report.Quantile(of(own), 0.5);
        }
    }

    private static void Measure(Peer peer, Figures found, int port, bool isCounted)
    {
        var home = Directory.CreateTempSubdirectory("opensre-bench-peer-").FullName;
        try
        {
            var folder = Directory.CreateDirectory(Path.Combine(home, "work")).FullName;
            var environment = peer.Prepare(home, folder, port);
            var began = Stopwatch.GetTimestamp();
            using var terminal = PeerTerminal.Start(["env", "-C", folder, .. peer.Command!], environment);
            if (terminal.Until(peer.Prompt, Patience) is not { } at)
            {
                found.Reason = terminal.WaitForExit(TimeSpan.Zero) is { } code
                    ? $"it ended with {code} before its prompt; its last words: {terminal.Last}"
                    : $"no prompt within {Patience.TotalSeconds:0} s; its last words: {terminal.Last}";
                return;
            }

            // A prompt that is drawn is not yet one that hears. This letter stands nowhere else.
            var hears = terminal.Echo("ß", Patience) is null ? (TimeSpan?)null : Stopwatch.GetElapsedTime(began);
            terminal.Type("\u007f");
            Thread.Sleep(Settling);
            var screen = terminal.Bytes;
            List<double> echoes = [];
            List<double> bytes = [];
            var missed = 0;
            for (var i = 0; i < Keys; i++)
            {
                var before = terminal.Bytes;
                if (terminal.Echo(((char)('a' + i)).ToString(), TimeSpan.FromSeconds(2)) is { } echo)
                {
                    echoes.Add(echo.TotalMilliseconds);
                }
                else
                {
                    missed++;
                }

                Thread.Sleep(100);
                bytes.Add(terminal.Bytes - before);
            }

            if (isCounted)
            {
                found.Prompts.Add(Stopwatch.GetElapsedTime(began, at).TotalMilliseconds);
                found.FirstEchoes.Add(hears?.TotalMilliseconds ?? double.NaN);
                found.Screens.Add(screen);
                found.Echoes.AddRange(echoes);
                found.KeyBytes.AddRange(bytes);
                found.Missed += missed;
            }
        }
        catch (InvalidOperationException e)
        {
            found.Reason = $"it cannot be started: {e.Message}";
        }
        finally
        {
            EndWhatIsLeft(home);
            Directory.Delete(home, recursive: true);
        }
    }

    /// <summary>Ends the processes a program left running: those whose variables name the home it was given.</summary>
    private static void EndWhatIsLeft(string home)
    {
        foreach (var folder in Directory.GetDirectories("/proc").Where(f => int.TryParse(Path.GetFileName(f), out _)))
        {
            try
            {
                if (Encoding.UTF8.GetString(File.ReadAllBytes(Path.Combine(folder, "environ"))).Split('\0').Contains($"HOME={home}"))
                {
                    using var process = Process.GetProcessById(int.Parse(Path.GetFileName(folder)));
                    process.Kill();
                    process.WaitForExit(TimeSpan.FromSeconds(5));
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
            {
                // It has ended, or is none of ours.
            }
        }
    }

    private sealed class Figures
    {
        public List<double> Prompts { get; } = [];

        public List<double> FirstEchoes { get; } = [];

        public List<double> Echoes { get; } = [];

        public List<double> Screens { get; } = [];

        public List<double> KeyBytes { get; } = [];

        public int Missed { get; set; }

        /// <summary>Why there are no figures.</summary>
        public string? Reason { get; set; }
    }
}
