using System.Collections.Concurrent;
using System.Diagnostics;
using OpenSre.Home.Tests;
using OpenSre.Tests.Ssh;

namespace OpenSre.Bench;

/// <summary>
/// "status" over Signal as a phone has it: the program as a daemon, everything on the disk, real sshd, and Signal's stand-in on
/// loopback. A time begins when the service hands the message over and ends when the answer is with the service.
/// </summary>
internal sealed class OverSignal : IAsyncDisposable
{
    /// <summary>A reading older than this is looked at anew; short, so that the next round need not wait for long.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly ConcurrentQueue<(long At, string Text)> _went = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("home-bench-").FullName;
    private readonly SignalStandIn _signal;
    private readonly Process _daemon;

    private OverSignal(SignalStandIn signal, string sshConfig, IReadOnlyList<string> hosts)
    {
        _signal = signal;
        _signal.Fate = body =>
        {
            _went.Enqueue((Stopwatch.GetTimestamp(), (string)body["message"]!));
            return null;
        };

        // Nobody is told anything unasked: an alert about this machine is no answer.
        File.WriteAllText(Path.Combine(_folder, ".env"), $"SIGNAL_PHONE={SignalStandIn.Phone}\nSIGNAL_SERVICE={signal.Address.Authority}\n");
        File.WriteAllText(Path.Combine(_folder, "config.yaml"), $$"""
            home:
              people: [{ name: Anna, uuid: {{SignalStandIn.Anna}} }]
              hosts: { {{string.Join(", ", hosts.Select(h => $"{h}: {h}"))}} }
              timeouts: { host: 60s, fresh: {{Fresh.TotalSeconds:0}}s }
            """);
        var start = new ProcessStartInfo("dotnet") { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _folder };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "opensre.dll"));
        start.ArgumentList.Add("home");
        start.Environment["OPENSRE_HOME"] = _folder;
        start.Environment["OPENSRE_MODEL"] = "none";
        start.Environment["OPENSRE_SSH_CONFIG"] = sshConfig;
        _daemon = Process.Start(start)!;
        _daemon.OutputDataReceived += (_, _) => { };
        _daemon.ErrorDataReceived += (_, _) => { };
        _daemon.BeginOutputReadLine();
        _daemon.BeginErrorReadLine();
    }

    /// <summary>Milliseconds of answers from readings that were fresh, of answers for which every host was looked at anew, and of what was known before such a look.</summary>
    public sealed record Times(List<double> Warm, List<double> Anew, List<double> Known);

    public static async Task<Times> MeasureAsync(SshServers servers, IReadOnlyList<string> hosts, int rounds)
    {
        await using var daemon = new OverSignal(await SignalStandIn.StartAsync(), servers.Config, hosts);
        await daemon.UntilAsync(() => daemon._signal.Listeners > 0, "the daemon does not listen");
        Times times = new([], [], []);

        // The first ones pay for what a process does once.
        for (var i = -2; i < rounds; i++)
        {
            await Task.Delay(Fresh + TimeSpan.FromMilliseconds(200));
            Keep(await daemon.StatusAsync(), i);
            Keep(await daemon.StatusAsync(), i);
        }

        return times;

        void Keep((double First, double Whole, bool AtOnce) answer, int round)
        {
            if (round < 0)
            {
                return;
            }

            (answer.AtOnce ? times.Warm : times.Anew).Add(answer.Whole);
            if (!answer.AtOnce)
            {
                times.Known.Add(answer.First);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _daemon.Kill(entireProcessTree: true);
        await _daemon.WaitForExitAsync();
        _daemon.Dispose();
        await _signal.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>The time of the first words, and of the answer in which nothing is old; at once: the first words were that answer.</summary>
    private async Task<(double First, double Whole, bool AtOnce)> StatusAsync()
    {
        _went.Clear();
        var began = Stopwatch.GetTimestamp();
        await _signal.SayAsync(SignalStandIn.Anna, "status");
        await UntilAsync(() => _went.Any(w => IsFresh(w.Text)), "no fresh answer came");
        var all = _went.ToArray();
        var whole = all.First(w => IsFresh(w.Text));
        return (Milliseconds(all[0].At), Milliseconds(whole.At), whole == all[0]);

        double Milliseconds(long at) => Stopwatch.GetElapsedTime(began, at).TotalMilliseconds;
    }

    /// <summary>An answer says of each host how old what it says is, where it is old, and whom it still waits for.</summary>
    private static bool IsFresh(string text) => text.Contains("CPU", StringComparison.Ordinal) && !text.Contains("(as of", StringComparison.Ordinal) && !text.Contains("looking…", StringComparison.Ordinal);

    private async Task UntilAsync(Func<bool> condition, string problem)
    {
        var began = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(began) > Patience || _daemon.HasExited)
            {
                throw new TimeoutException($"{problem}; it said: {string.Join(" | ", _went.Select(w => w.Text))}");
            }

            await Task.Delay(1);
        }
    }
}
