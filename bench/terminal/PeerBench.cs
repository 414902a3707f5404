using System.Diagnostics;
using OpenSre.Tests;

namespace OpenSre.Bench.Terminal;

/// <summary>The prompt of another program, where it is installed: how long until it is drawn, and until it echoes a key.</summary>
internal static class PeerBench
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static void Run(string name, int runs, TemporaryHome home)
    {
        if (Installed.Find(name) is not { } program)
        {
            Console.WriteLine($"{name}: not installed here, not measured");
            return;
        }

        Console.WriteLine(name);
        List<double> firsts = [];
        List<double> echoes = [];
        for (var i = 0; i < runs; i++)
        {
            var began = Stopwatch.GetTimestamp();
            using var terminal = Start(program, home);
            if (terminal is null)
            {
                return;
            }

            if (!terminal.Wait(s => s.All().Count > 2, Patience))
            {
                continue;
            }

            firsts.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            Thread.Sleep(1500);
            var shown = terminal.Look(s => s.ToString().Count(c => c == 'q'));
            if (terminal.Time("q", s => s.ToString().Count(c => c == 'q') > shown, Patience) is { } echo)
            {
                echoes.Add(echo.TotalMilliseconds);
            }
        }

        Report.Line("start to first screen, median", Report.Quantile(firsts, 0.5), "ms");
        Report.Line("key to echo, idle, median", Report.Quantile(echoes, 0.5), "ms");
    }

    private static PseudoTerminal? Start(string program, TemporaryHome home)
    {
        try
        {
            return PseudoTerminal.Start([program], home.Variables);
        }
        catch (InvalidOperationException e)
        {
            // Such as a package whose own installation has not been run.
            Console.WriteLine($"  cannot be started here, not measured: {e.Message}");
            return null;
        }
    }
}
