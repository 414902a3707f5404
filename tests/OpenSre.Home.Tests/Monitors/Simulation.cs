using OpenSre.Tests;

namespace OpenSre.Home.Tests;

/// <summary>
/// Two days of a home with three hosts, a look a minute: the rhythm of a day, backups, transcoding, updates of containers,
/// lost looks, and whatever else is no fault. Faults are put on top of it. The same seed makes the same days.
/// </summary>
internal sealed class Simulation(int seed)
{
    private readonly Random _random = new(seed);
    private readonly Dictionary<string, double> _disk = new() { ["nas"] = 64, ["pi"] = 41, ["atom"] = 55 };

    public static readonly DateTimeOffset Start = new(2026, 2, 10, 12, 0, 0, TimeSpan.Zero);

    /// <param name="Within">By when it has to be told at the latest: the rule's own time, two looks, the wait for others of the host.</param>
    /// <param name="Says">What the message has to say.</param>
    public sealed record Fault(string Name, string Host, TimeSpan At, TimeSpan Lasts, TimeSpan Within, string Says, Func<HostReading, TimeSpan, HostReading>? Change = null, Func<Surroundings, Surroundings>? Around = null);

    public sealed record Outcome(Fault Fault, TimeSpan? Told, bool Recovered);

    public sealed record Result(IReadOnlyList<Outcome> Outcomes, IReadOnlyList<FakeChat.Sent> Messages, IReadOnlyList<FakeChat.Sent> False, int Digests, int Looks);

    public static IReadOnlyList<Fault> Faults { get; } = Spread(
        ("disk full", "nas", 45, 3, "is 93 % full", (r, _) => r.Disk(93)),
        ("container unhealthy", "nas", 45, 1, "plex is unhealthy", (r, _) => r.With("plex", c => c with { Health = "unhealthy" })),
        ("container exited", "pi", 45, 1, "mosquitto does not run", (r, _) => r.With("mosquitto", c => c with { State = "exited", Health = null, ExitCode = 1, Status = "Exited (1)" })),
        ("restart loop", "atom", 45, 10, "restarts again and again", (r, t) => r.With("plex", c => c with { Restarts = (int)(t.TotalMinutes / 2), State = ((int)t.TotalMinutes % 2) == 0 ? "restarting" : "running" })),
        ("out of memory", "nas", 45, 0, "ran out of memory", (r, _) => r.With("plex", c => c with { OomKilled = true })),
        ("container gone", "pi", 45, 5, "plex is gone", (r, _) => r with { Containers = [.. r.Containers.Where(c => c.Name != "plex")] }),
        ("unit failed", "atom", 45, 2, "unit nginx.service failed", (r, _) => r with { FailedUnits = ["nginx.service"] }),
        ("array degraded", "nas", 45, 0, "array not whole", (r, _) => r with { DegradedArrays = ["md0 [U_]"] }),
        ("disk dying", "nas", 45, 0, "fails its own check", (r, _) => r with { FailingDisks = ["sdb"] }),
        ("clock off", "pi", 45, 1, "clock is 31 s", (r, _) => r with { ClockAhead = TimeSpan.FromSeconds(31) }),
        ("memory short", "atom", 45, 5, "of memory available", (r, _) => r with { MemoryAvailable = 500_000_000 }),
        ("cpu busy", "pi", 60, 15, "CPU at", (r, _) => r with { CpuPercent = 99 }),
        ("hot", "atom", 45, 3, "°C", (r, _) => r with { Temperatures = [new TemperatureReading("coretemp", "Package id 0", 97, 100)] }),
        ("host down", "pi", 45, 2, "does not answer", (r, _) => Looks.Down(r.Host, r.At)),
        ("load", "nas", 60, 15, "load", (r, _) => r with { Load = [18, 17, 15] }),
        ("memory pressure", "nas", 45, 5, "stand still", (r, _) => r with { Pressure = new Dictionary<string, double> { ["memory"] = 33 } }),
        ("inodes", "atom", 45, 3, "inodes", (r, _) => r with { Filesystems = [.. r.Filesystems.Select(f => f with { InodesUsed = (long)(f.Inodes!.Value * 0.97) })] }),
        ("backup late", "nas", 45, 5, "backup photos is", (r, _) => r with { Backups = [new BackupReading("photos", "/backup/photos", r.At - TimeSpan.FromHours(40), 10)] }),
        ("host down twice", "nas", 45, 2, "does not answer", (r, _) => Looks.Down(r.Host, r.At)),
        ("disk filling", "atom", 400, 360, "/ ", (r, t) => r.Disk(60 + (6 * t.TotalHours))));

    private static IReadOnlyList<Fault> Spread(params (string Name, string Host, int Lasts, int Rule, string Says, Func<HostReading, TimeSpan, HostReading> Change)[] faults)
    {
        List<Fault> all = [];
        for (var i = 0; i < faults.Length; i++)
        {
            var f = faults[i];
            all.Add(new Fault(f.Name, f.Host, TimeSpan.FromMinutes(95 + (125 * i)), TimeSpan.FromMinutes(f.Lasts), TimeSpan.FromMinutes(f.Rule + 3), f.Says, f.Change));
        }

        all.Add(new Fault("certificate", MonitorEngine.Surroundings, TimeSpan.FromHours(20), TimeSpan.FromMinutes(45), TimeSpan.FromMinutes(3), "expires in", Around: a => a with { Certificates = [new CertificateReading("nas.example.org:443", a.At.AddDays(5), null)] }));
        all.Add(new Fault("home assistant", MonitorEngine.Surroundings, TimeSpan.FromHours(30), TimeSpan.FromMinutes(45), TimeSpan.FromMinutes(5), "Home Assistant does not answer", Around: a => a with { HomeAssistantProblem = "connection refused" }));
        return all;
    }

    /// <summary>Runs the days; without faults, every message but a digest is a false one.</summary>
    public async Task<Result> RunAsync(TimeSpan length, IReadOnlyList<Fault> faults)
    {
        var watch = new Watch(time: new ManualTime(Start));
        var looks = 0;
        for (var now = TimeSpan.Zero; now < length; now += TimeSpan.FromMinutes(1))
        {
            watch.Engine.Observe(Around(now, faults));
            looks += 3;
            await watch.RunAsync(1, t => Look("nas", t, now, faults), t => Look("pi", t, now, faults), t => Look("atom", t, now, faults));
        }

        List<Outcome> outcomes = [];
        HashSet<FakeChat.Sent> explained = [];
        foreach (var fault in faults)
        {
            var from = Start + fault.At;
            var about = watch.Channel.Messages.Where(m => m.At >= from && m.At <= from + fault.Lasts + TimeSpan.FromMinutes(90) && m.Text.Contains(fault.Host, StringComparison.Ordinal)).ToList();
            var first = about.Find(m => !m.Text.StartsWith('✅') && m.Text.Contains(fault.Says, StringComparison.Ordinal));
            explained.UnionWith(about);
            outcomes.Add(new Outcome(fault, first is null ? null : first.At - from, about.Exists(m => m.Text.StartsWith('✅'))));
        }

        var digests = watch.Channel.Messages.Where(m => m.Text.StartsWith("Digest", StringComparison.Ordinal)).ToList();
        return new Result(outcomes, watch.Channel.Messages, [.. watch.Channel.Messages.Where(m => !explained.Contains(m) && !digests.Contains(m))], digests.Count, looks);
    }

    private Surroundings Around(TimeSpan now, IReadOnlyList<Fault> faults)
    {
        var at = Start + now;
        var around = new Surroundings(at)
        {
            Certificates = [new CertificateReading("nas.example.org:443", at.AddDays(60), null)],
            HomeAssistantProblem = Chance(0.004) ? "timed out" : "",
            ChannelProblem = "",
        };
        return faults.Where(f => f.Around is not null && now >= f.At && now < f.At + f.Lasts).Aggregate(around, (a, f) => f.Around!(a));
    }

    private HostReading Look(string host, DateTimeOffset at, TimeSpan now, IReadOnlyList<Fault> faults)
    {
        var look = Daily(host, at);
        foreach (var fault in faults.Where(f => f.Host == host && f.Change is not null && now >= f.At && now < f.At + f.Lasts))
        {
            look = fault.Change!(look, now - fault.At);
        }

        return look;
    }

    private HostReading Daily(string host, DateTimeOffset at)
    {
        // A look in seventy is lost: a busy Wi-Fi, a slow sshd.
        if (Chance(0.014))
        {
            return Looks.Down(host, at);
        }

        var hour = at.TimeOfDay.TotalHours;
        var day = Math.Sin((hour - 9) / 24 * 2 * Math.PI);
        var backup = host == "nas" && hour is >= 2 and < 2.9;
        var transcoding = host == "nas" && hour is >= 19 and < 22 && at.Minute % 20 < 7;
        var indexing = host == "atom" && hour is >= 3.5 and < 3.62;
        var cpu = Math.Clamp(14 + (8 * day) + (backup ? 35 : 0) + (transcoding ? 75 : 0) + (indexing ? 85 : 0) + (Gauss() * 4), 1, 100);
        _disk[host] += (0.002 * (1 + Gauss())) + (backup ? 0.12 : 0);
        if (host == "nas" && at is { Hour: 3, Minute: 0 })
        {
            _disk[host] -= 6;
        }

        // Once a day new images come in: each container is away for one look and starts for two.
        var updating = at.Hour == 4 && at.Minute is >= 5 and < 8;
        var containers = Looks.Well(host, at).Containers
            .Where(_ => !(updating && at.Minute == 5 && Chance(0.5)))
            .Select(c => updating ? c with { Health = "starting", Status = "Up 30 seconds (health: starting)", Restarts = 0 } : Chance(0.0008) ? c with { Health = "unhealthy" } : c)
            .ToList();
        var look = Looks.Well(host, at) with
        {
            CpuPercent = cpu,
            IoWaitPercent = Math.Clamp((backup ? 45 : 2) + (Gauss() * 5), 0, 90),
            Load = [cpu / 20, cpu / 22, cpu / 25],
            MemoryAvailable = (long)(16e9 * Math.Clamp(0.45 - (0.1 * day) - (backup ? 0.22 : 0) + (Gauss() * 0.02), 0.11, 0.9)),
            Pressure = new Dictionary<string, double> { ["memory"] = Math.Max(0, (backup ? 4 : 0) + (Gauss() * 0.7)), ["cpu"] = cpu / 5, ["io"] = backup ? 40 : 1 },
            ClockAhead = TimeSpan.FromSeconds(Gauss() * 0.4),
            Temperatures = [new TemperatureReading("coretemp", "Package id 0", 48 + (cpu * 0.3) + Gauss(), 100)],
            Containers = containers,
            UpdatesPending = at.Day > Start.Day ? 7 : 0,
            RebootRequired = host == "pi" && at.Day > Start.Day,
            Backups = host == "nas" ? [new BackupReading("photos", "/backup/photos", at.AddHours((hour > 2.9 ? 2.9 : 2.9 - 24) - hour), 1_000_000)] : [],
        };
        return look.Disk(Math.Round(_disk[host], 3));
    }

    private bool Chance(double probability) => _random.NextDouble() < probability;

    private double Gauss() => Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());
}
