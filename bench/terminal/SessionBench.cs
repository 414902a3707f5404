using System.Diagnostics;
using OpenSre.Tests;

namespace OpenSre.Bench.Terminal;

/// <summary>The figures of a session: start, echo, streaming, stopping, pasting, idling.</summary>
internal sealed class SessionBench(string program, TemporaryHome home)
{
    private const int StreamSeconds = 12;

    /// <summary>Rows kept where megabytes are drawn: with more, the measuring terminal pauses to collect its own memory, and that would be measured.</summary>
    private const int ShortScrollback = 200;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>What can be measured on its own, in the order in which all of it is.</summary>
    public static IReadOnlyList<string> Parts { get; } = ["starts", "resume", "echo", "words", "spinner", "stream", "stop", "paste", "burst", "hour", "steer", "idle"];

    public static bool IsIdle(VirtualScreen screen) => screen.Visible().Exists(r => r.Contains("· idle", StringComparison.Ordinal));

    /// <param name="parts">Which of <see cref="Parts"/>; none for all.</param>
    public void Run(int runs, IReadOnlyCollection<string> parts)
    {
        Console.WriteLine("opensre");
        if (Is("starts"))
        {
            Starts(runs);
        }

        if (Is("resume"))
        {
            Resume();
        }

        InSession(int.MaxValue, ("echo", Echo), ("words", FirstWords), ("spinner", Spinner), ("stream", Streaming), ("stop", Stopping), ("paste", Paste));
        InSession(ShortScrollback, ("burst", Burst), ("hour", HourOfTokens));

        if (Is("steer"))
        {
            new SteeringBench(program, home).Run();
        }

        if (Is("idle"))
        {
            Idle();
        }

        bool Is(string part) => parts.Count == 0 || parts.Contains(part);

        void InSession(int scrollback, params ReadOnlySpan<(string Part, Action<PseudoTerminal> Measure)> measures)
        {
            PseudoTerminal? terminal = null;
            foreach (var (part, measure) in measures)
            {
                if (Is(part))
                {
                    measure(terminal ??= Start(scrollback));
                }
            }

            terminal?.Type("\u0004");
            terminal?.WaitForExit(Patience);
            terminal?.Dispose();
        }
    }

    private PseudoTerminal Start(int scrollback = int.MaxValue)
    {
        var terminal = PseudoTerminal.Start([program], home.Variables, scrollback: scrollback);
        if (!terminal.Wait(IsIdle, Patience))
        {
            throw new InvalidOperationException("The prompt did not come.");
        }

        Thread.Sleep(1500);
        return terminal;
    }

    private void Starts(int runs)
    {
        List<double> prompts = [];
        List<double> echoes = [];
        List<double> cpus = [];
        var others = new[] { OtherStart.Of("node", "-e", "0"), OtherStart.Of("python3", "-c", "0") }.OfType<OtherStart>().ToList();
        for (var i = 0; i <= runs; i++)
        {
            others.ForEach(o => o.Run());
            var began = Stopwatch.GetTimestamp();
            using var terminal = PseudoTerminal.Start([program], home.Variables);
            terminal.Wait(IsIdle, Patience);
            var prompt = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
            var cpu = ProcessMeter.CpuMilliseconds(terminal.ProcessId);
            terminal.Time("q", s => s.Visible().Exists(r => r == "› q"), Patience);
            var echo = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
            terminal.Type("\u0015\u0004");
            terminal.WaitForExit(Patience);

            // The first start reads the program from disk.
            if (i > 0)
            {
                prompts.Add(prompt);
                cpus.Add(cpu);
                echoes.Add(echo);
            }
        }

        Report.Line("start to usable prompt, median", Report.Quantile(prompts, 0.5), "ms", 120);
        Report.Line("  of that, processor time", Report.Quantile(cpus, 0.5), "ms");
        foreach (var other in others)
        {
            Report.Line($"  beside {other.Name}, from start to end, median", Report.Quantile(other.Times, 0.5), "ms");
        }

        Report.Line("start to first echo, median", Report.Quantile(echoes, 0.5), "ms", 150);
    }

    private static void Echo(PseudoTerminal terminal)
    {
        var (times, missed) = Type(terminal, 200, 20);
        Report.Line("key to echo, idle, p50", Report.Quantile(times, 0.5), "ms", 2);
        Report.Line("key to echo, idle, p99", Report.Quantile(times, 0.99), "ms", 15);
        Report.Line("  missed", missed, "keys", 0);
    }

    private static (List<double> Times, int Missed) Type(PseudoTerminal terminal, int keys, int pause)
    {
        List<double> times = [];
        var missed = 0;
        for (var i = 0; i < keys; i++)
        {
            if (i % 30 == 0)
            {
                terminal.Type("\u0015");
                Thread.Sleep(50);
            }

            var expected = "› " + string.Concat(Enumerable.Range(0, (i % 30) + 1).Select(n => (char)('a' + (n % 26))));
            if (terminal.Time(((char)('a' + (i % 30 % 26))).ToString(), s => s.Shows(expected), TimeSpan.FromSeconds(1)) is { } time)
            {
                times.Add(time.TotalMilliseconds);
            }
            else
            {
                missed++;
            }

            Thread.Sleep(pause);
        }

        terminal.Type("\u0015");
        return (times, missed);
    }

    /// <summary>A session file of 10 MB, made of real investigations of recordings many times over, goes on.</summary>
    private void Resume()
    {
        const long Size = 10 * 1024 * 1024;
        var recordings = Directory.Exists("examples/incidents") ? Directory.GetFiles("examples/incidents", "*.bundle.gz").Order(StringComparer.Ordinal).Take(5).ToList() : [];
        if (recordings.Count == 0)
        {
            Console.WriteLine("  /resume of 10 MB: no recordings in examples/incidents, not measured");
            return;
        }

        using (var terminal = Start())
        {
            foreach (var recording in recordings)
            {
                var answers = terminal.Look(s => s.All().Count(r => r.Contains("tool calls,", StringComparison.Ordinal)));
                terminal.Type($"/replay {Path.GetFullPath(recording)}\r");
                terminal.Wait(s => IsIdle(s) && s.All().Count(r => r.Contains("tool calls,", StringComparison.Ordinal)) > answers, Patience);
            }

            terminal.Type("\u0004");
            terminal.WaitForExit(Patience);
        }

        var folder = Path.Combine(home.Path, "sessions");
        var lines = File.ReadAllLines(Directory.GetFiles(folder, "*.jsonl").Single());
        const string Mark = "\"investigationId\":\"";
        var ids = lines.Where(l => l.Contains(Mark, StringComparison.Ordinal)).Select(l => l[(l.LastIndexOf(Mark, StringComparison.Ordinal) + Mark.Length)..]).Select(l => l[..l.IndexOf('"', StringComparison.Ordinal)]).Distinct().ToList();
        const string Name = "20000101-000000-0000";
        long written = 0;
        using (var file = File.CreateText(Path.Combine(folder, Name + ".jsonl")))
        {
            for (var copy = 0; written < Size; copy++)
            {
                foreach (var line in lines.Where(l => copy == 0 || !l.StartsWith("{\"type\":\"session.opened\"", StringComparison.Ordinal)))
                {
                    var own = ids.Aggregate(line, (l, id) => l.Replace(id, $"{id}-{copy}", StringComparison.Ordinal));
                    file.Write(own + "\n");
                    written += own.Length + 1;
                }
            }
        }

        List<double> times = [];
        var rows = 0;
        for (var i = 0; i < 5; i++)
        {
            using var terminal = Start();
            var before = terminal.Look(s => s.All().Count);
            times.Add(terminal.Time($"/resume {Name}\r", s => IsIdle(s) && s.All().Exists(r => r.StartsWith("Going on with", StringComparison.Ordinal)), Patience)?.TotalMilliseconds ?? double.NaN);
            rows = terminal.Look(s => s.All().Count) - before;
            terminal.Type("\u0004");
            terminal.WaitForExit(Patience);
        }

        Report.Line("/resume of a session of 10 MB, median of 5", Report.Quantile(times, 0.5), "ms", 500);
        Report.Line("  rows it prints", rows, "rows", 200);
    }

    /// <summary>From Enter: a command is read and run, its answer rendered and drawn.</summary>
    private static void FirstWords(PseudoTerminal terminal)
    {
        List<double> times = [];
        for (var i = 0; i < 10; i++)
        {
            var seen = terminal.Look(s => s.All().Count(r => r == "Findings"));
            times.Add(terminal.Time("/demo burst 1\r", s => s.All().Count(r => r == "Findings") > seen, Patience)?.TotalMilliseconds ?? double.NaN);
            terminal.Wait(IsIdle, Patience);
        }

        Report.Line("from Enter to the first words of an answer, worst of 10", times.Max(), "ms", 50);
    }

    private static void Spinner(PseudoTerminal terminal)
    {
        terminal.Type("/demo silence 10\r");
        Thread.Sleep(1500);
        var meter = new ProcessMeter(terminal.ProcessId);
        var before = terminal.BytesWritten;
        Thread.Sleep(7000);
        Report.Line("spinner, CPU of one core", meter.Percent, "%", 3);
        Report.Line("spinner, bytes written a second", (terminal.BytesWritten - before) / 7.0, "bytes", 1500);
        terminal.Wait(IsIdle, Patience);
    }

    /// <summary>As many tokens as an hour brings at 200 a second.</summary>
    private static void HourOfTokens(PseudoTerminal terminal)
    {
        const int Rate = 20_000, Seconds = 36;
        var before = ProcessMeter.ResidentMegabytes(terminal.ProcessId);
        terminal.Type($"/demo stream {Rate} {Seconds}\r");
        Thread.Sleep(2000);
        terminal.Wait(IsIdle, TimeSpan.FromMinutes(5));
        Report.Line($"memory gained over {Rate * Seconds / 1000} thousand tokens", ProcessMeter.ResidentMegabytes(terminal.ProcessId) - before, "MB", 20);
    }

    private static void Streaming(PseudoTerminal terminal)
    {
        terminal.Type("/demo stream 200 3\r");
        Thread.Sleep(500);
        terminal.Wait(IsIdle, Patience);

        terminal.Type($"/demo stream 200 {StreamSeconds}\r");
        Thread.Sleep(500);
        var meter = new ProcessMeter(terminal.ProcessId);
        var before = terminal.BytesWritten;
        var began = Stopwatch.GetTimestamp();
        Thread.Sleep(TimeSpan.FromSeconds(StreamSeconds - 2));
        var tokens = Stopwatch.GetElapsedTime(began).TotalSeconds * 200;
        Report.Line("streaming 200 tokens/s, CPU of one core", meter.Percent, "%", 10);
        Report.Line("streaming, bytes written per token", (terminal.BytesWritten - before) / tokens, "bytes", 40);
        terminal.Wait(IsIdle, Patience);

        terminal.Type($"/demo stream 200 {StreamSeconds + 6}\r");
        Thread.Sleep(500);
        var (times, missed) = Type(terminal, 200, 40);
        Report.Line("key to echo, streaming, p50", Report.Quantile(times, 0.5), "ms", 1);
        Report.Line("key to echo, streaming, p99", Report.Quantile(times, 0.99), "ms", 5);
        Report.Line("key to echo, streaming, worst", times.DefaultIfEmpty(double.NaN).Max(), "ms", 30);
        Report.Line("  missed", missed, "keys", 0);
        terminal.Wait(IsIdle, Patience);
    }

    private static void Stopping(PseudoTerminal terminal)
    {
        List<double> shells = [];
        List<double> investigations = [];
        for (var i = 0; i < 5; i++)
        {
            terminal.Type("!sleep 60\r");
            terminal.Wait(s => s.Visible().Exists(r => r.Contains("Esc stops", StringComparison.Ordinal)), Patience);
            shells.Add(terminal.Time("\u0003", IsIdle, Patience)?.TotalMilliseconds ?? double.NaN);

            var seen = terminal.Look(s => s.All().Count(r => r.Contains('✓', StringComparison.Ordinal)));
            terminal.Type("everything is slow on this host\r");
            terminal.Wait(s => s.All().Count(r => r.Contains('✓', StringComparison.Ordinal)) > seen, Patience);
            investigations.Add(terminal.Time("\u0003", IsIdle, Patience)?.TotalMilliseconds ?? double.NaN);
        }

        Report.Line("Ctrl+C to prompt, a shell command, worst of 5", shells.Max(), "ms", 100);
        Report.Line("Ctrl+C to prompt, an investigation, worst of 5", investigations.Max(), "ms", 100);
    }

    private static void Paste(PseudoTerminal terminal)
    {
        var text = string.Concat(Enumerable.Repeat("2026-11-21T10:04:11Z checkout ERROR No space left on device\n", 1024 * 1024 / 60));
        var time = terminal.Time($"\u001b[200~{text}\u001b[201~", s => s.Visible().Exists(r => r.Contains("[pasted", StringComparison.Ordinal)), Patience);
        Report.Line("a paste of 1 MB, until it stands in the input line", time?.TotalMilliseconds ?? double.NaN, "ms", 500);
        terminal.Type("\u0015");
    }

    /// <summary>The text comes at once; while it is drawn, keys are typed and must not wait for it.</summary>
    private static void Burst(PseudoTerminal terminal)
    {
        List<double> walls = [];
        List<double> cpus = [];
        for (var i = 0; i < 3; i++)
        {
            var before = ProcessMeter.CpuMilliseconds(terminal.ProcessId);
            walls.Add(terminal.Time("/demo burst 1024\r", s => IsIdle(s) && s.Visible().Exists(r => r.Contains("what to do next", StringComparison.Ordinal)), Patience)?.TotalMilliseconds ?? double.NaN);
            cpus.Add(ProcessMeter.CpuMilliseconds(terminal.ProcessId) - before);
            terminal.Type("/clear\r");
            terminal.Wait(s => IsIdle(s) && !s.ToString().Contains("what to do next", StringComparison.Ordinal), Patience);
        }

        Report.Line("1 MB of Markdown in one piece, until it is shown, first", walls[0], "ms", 1500);
        Report.Line("  worst of the two after it", walls.Skip(1).Max(), "ms", 1500);
        Report.Line("  processor time of the first", cpus[0], "ms");
        List<double> times = [];
        var missed = 0;
        var pauses = GC.GetTotalPauseDuration();
        for (var i = 0; i < 3; i++)
        {
            terminal.Type("/demo burst 4096\r");
            terminal.Wait(s => s.Visible().Exists(r => r.Contains("· writing", StringComparison.Ordinal)), Patience);
            var (some, lost) = Type(terminal, 50, 10);
            times.AddRange(some);
            missed += lost;
            terminal.Wait(IsIdle, Patience);
        }

        Report.Line("key to echo while 4 MB in one piece are drawn, p50", Report.Quantile(times, 0.5), "ms");
        Report.Line("key to echo while 4 MB in one piece are drawn, p99", Report.Quantile(times, 0.99), "ms", 30);
        Report.Line("  missed", missed, "keys", 0);
        Report.Line("  pauses of the measuring terminal itself, together", (GC.GetTotalPauseDuration() - pauses).TotalMilliseconds, "ms");
        Report.Line("resident memory after all this", ProcessMeter.ResidentMegabytes(terminal.ProcessId), "MB");
    }

    private void Idle()
    {
        using var terminal = Start();
        Thread.Sleep(3000);
        var meter = new ProcessMeter(terminal.ProcessId);
        var before = terminal.BytesWritten;
        Thread.Sleep(30_000);
        Report.Line("idle for 30 s, bytes written", terminal.BytesWritten - before, "bytes", 0);
        Report.Line("idle for 30 s, CPU of one core", meter.Percent, "%", 0.2);
        Report.Line("idle, resident memory", ProcessMeter.ResidentMegabytes(terminal.ProcessId), "MB", 90);
    }
}
