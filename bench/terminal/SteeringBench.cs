using System.Diagnostics;
using OpenSre.Tests;

namespace OpenSre.Bench.Terminal;

/// <summary>
/// Words said while a model is silent: how long until they stand on the screen, until the request under way is given up,
/// and whether the next one has them and the facts are still there.
/// </summary>
internal sealed class SteeringBench(string program, TemporaryHome home)
{
    private const int Runs = 7;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public void Run()
    {
        using var model = new SilentModel();
        var settings = Path.Combine(home.Path, "config.yaml");
        File.WriteAllText(settings, $"models:\n  silent: {{ provider: vllm, url: http://127.0.0.1:{model.Port}/v1, model: silent }}\n");
        List<double> shown = [];
        List<double> givenUp = [];
        var heard = 0;
        var kept = 0;
        using (var terminal = PseudoTerminal.Start([program, "--model", "silent"], home.Variables))
        {
            terminal.Wait(SessionBench.IsIdle, Patience);
            for (var i = 0; i < Runs; i++)
            {
                var words = $"we deployed build {i} of cart just now";
                model.Awaited = words;
                model.GivenUp.Clear();
                terminal.Type("everything is slow on this host\r");
                if (!Until(() => model.Silent > 0))
                {
                    Console.WriteLine("  the model was not asked, not measured");
                    return;
                }

                var facts = terminal.Look(Facts);
                terminal.Type(words);
                terminal.Wait(s => s.Visible().Exists(r => r == "› " + words), Patience);
                var began = Stopwatch.GetTimestamp();
                shown.Add(terminal.Time("\r", s => s.All().Exists(r => r == "↪ " + words), Patience)?.TotalMilliseconds ?? double.NaN);
                givenUp.Add(Until(() => !model.GivenUp.IsEmpty) && model.GivenUp.TryPeek(out var at) ? Stopwatch.GetElapsedTime(began, at).TotalMilliseconds : double.NaN);
                heard += Until(() => model.Answered > i) ? 1 : 0;
                terminal.Wait(SessionBench.IsIdle, Patience);
                kept += terminal.Look(Facts) >= facts ? 1 : 0;
            }

            terminal.Type("\u0004");
            terminal.WaitForExit(Patience);
        }

        File.Delete(settings);
        Report.Line($"steering a silent model: words on the screen, worst of {Runs}", shown.Max(), "ms", 50);
        Report.Line("  the request under way is given up, worst", givenUp.Max(), "ms", 200);
        Report.Line("  runs whose next request lacks the words", Runs - heard, "runs", 0);
        Report.Line("  runs that lost a fact", Runs - kept, "runs", 0);
    }

    /// <summary>How many facts the status line counts.</summary>
    private static int Facts(VirtualScreen screen)
    {
        var words = (screen.Visible().FindLast(r => r.Contains(" · ", StringComparison.Ordinal)) ?? "").Split(" · ");
        var facts = Array.Find(words, w => w.EndsWith(" fact", StringComparison.Ordinal) || w.EndsWith(" facts", StringComparison.Ordinal));
        return facts is null ? 0 : int.Parse(facts.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
    }

    private static bool Until(Func<bool> condition)
    {
        var began = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(began) > Patience)
            {
                return false;
            }

            Thread.Sleep(1);
        }

        return true;
    }
}
