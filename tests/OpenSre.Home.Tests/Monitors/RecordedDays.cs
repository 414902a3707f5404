using System.Globalization;
using OpenSre.Tests;

namespace OpenSre.Home.Tests;

/// <summary>
/// Two days of a host made of looks that the real probe brought from a real machine with a real Docker engine
/// (scripts/record-host), in Recorded/: as it is, and while something was wrong with it. Only the clock, the uptime and the
/// age of the backup are moved to the day that is played. What is no fault is in them: a lost look now and then, a container
/// that is away or unhealthy for one look.
/// </summary>
internal sealed class RecordedDays(int seed)
{
    private static readonly DateTimeOffset Start = new(2026, 2, 10, 12, 0, 0, TimeSpan.Zero);
    private static readonly HostSettings Host = new("nas", null, [new BackupSettings("photos", "/srv/backup", TimeSpan.FromHours(26))], [], [], [], [], []);

    /// <summary>
    /// "busy" was recorded while programs were built on all processors of the machine; who has such a machine turns these
    /// rules off for it.
    /// </summary>
    private static readonly Dictionary<string, RuleSettings> BuildServer = new(StringComparer.Ordinal) { ["cpu"] = new(true, null, null, null), ["load"] = new(true, null, null, null) };

    private readonly Random _random = new(seed);

    /// <summary>By file: what was wrong, within how many minutes its rule has to tell it, and what it has to say.</summary>
    public static IReadOnlyList<(string Recording, int Within, string Says)> Faults { get; } =
    [
        ("container-unhealthy", 3, "container web is unhealthy"),
        ("container-exited", 3, "container db does not run, it exited with 137"),
        ("restart-loop", 12, "container worker restarts again and again"),
        ("out-of-memory", 2, "container cron was killed because it ran out of memory"),
        ("container-gone", 7, "container cron is gone"),
        ("disk-full", 5, "/srv/data is 100 % full"),
        ("inodes", 5, "/srv/data"),
        ("backup-late", 7, "backup photos is"),
        ("docker-gone", 17, "containers"),
        ("no answer", 4, "does not answer"),
    ];

    public sealed record Outcome(string Fault, TimeSpan? Told, TimeSpan Within, bool Recovered);

    public sealed record Result(IReadOnlyList<Outcome> Outcomes, IReadOnlyList<FakeChat.Sent> Messages, IReadOnlyList<FakeChat.Sent> False);

    /// <summary>Plays 48 hours.</summary>
    /// <param name="faults">Every four hours one, for 45 minutes; false: none.</param>
    public async Task<Result> RunAsync(bool faults)
    {
        var watch = new Watch(time: new ManualTime(Start), rules: BuildServer, hosts: [Host]);
        var length = TimeSpan.FromHours(48);
        for (var now = TimeSpan.Zero; now < length; now += TimeSpan.FromMinutes(1))
        {
            var since = now;
            await watch.RunAsync(1, t => Look(t, since, faults));
        }

        List<Outcome> outcomes = [];
        HashSet<FakeChat.Sent> explained = [];
        for (var i = 0; faults && i < Faults.Count; i++)
        {
            var from = Start + Begin(i);
            var about = watch.Channel.Messages.Where(m => m.At >= from && m.At <= from + TimeSpan.FromHours(3)).ToList();
            explained.UnionWith(about);
            var first = about.Find(m => !m.Text.StartsWith('✅') && m.Text.Contains(Faults[i].Says, StringComparison.Ordinal));
            outcomes.Add(new Outcome(Faults[i].Recording, first is null ? null : first.At - from, TimeSpan.FromMinutes(Faults[i].Within), about.Exists(m => m.Text.StartsWith('✅'))));
        }

        return new Result(outcomes, watch.Channel.Messages, [.. watch.Channel.Messages.Where(m => !explained.Contains(m) && !m.Text.StartsWith('✅') && !m.Text.StartsWith("Digest", StringComparison.Ordinal))]);
    }

    /// <summary>What the machine really was while it was recorded, with all rules: busy beyond its means.</summary>
    public static async Task<IReadOnlyList<FakeChat.Sent>> BusyAsync(TimeSpan length)
    {
        var watch = new Watch(time: new ManualTime(Start), hosts: [Host]);
        var days = new RecordedDays(1);
        for (var now = TimeSpan.Zero; now < length; now += TimeSpan.FromMinutes(1))
        {
            await watch.RunAsync(1, t => days.Play("busy", t));
        }

        return watch.Channel.Messages;
    }

    /// <summary>A recording as it was, look after look, over and over, with all rules.</summary>
    public static async Task<IReadOnlyList<FakeChat.Sent>> InOrderAsync(string recording, TimeSpan length)
    {
        var watch = new Watch(time: new ManualTime(Start), hosts: [Host]);
        var looks = Recordings.Of(recording);
        for (var minute = 0; minute < length.TotalMinutes; minute++)
        {
            var look = looks[minute % looks.Count];
            await watch.RunAsync(1, t => Moved(look, t));
        }

        return watch.Channel.Messages;
    }

    private static TimeSpan Begin(int fault) => TimeSpan.FromHours(3 + (4 * fault));

    private HostReading Look(DateTimeOffset at, TimeSpan now, bool faults)
    {
        for (var i = 0; faults && i < Faults.Count; i++)
        {
            var passed = now - Begin(i);
            if (passed >= TimeSpan.Zero && passed < TimeSpan.FromMinutes(45))
            {
                return Faults[i].Recording switch
                {
                    "no answer" => Looks.Down(Host.Name, at),
                    "restart-loop" => Play("restart-loop-" + (passed < TimeSpan.FromMinutes(5) ? 1 : 2), at),
                    var recording => Play(recording, at),
                };
            }
        }

        // What happens on any day and is nobody's business.
        return _random.NextDouble() switch
        {
            < 0.014 => Looks.Down(Host.Name, at),
            < 0.018 => Play("container-gone", at),
            < 0.020 => Play("container-unhealthy", at),
            _ => Play("busy", at),
        };
    }

    private HostReading Play(string recording, DateTimeOffset at)
    {
        var looks = Recordings.Of(recording);
        return Moved(looks[_random.Next(looks.Count)], at);
    }

    /// <summary>The look as it would have been at another time, with the same ages of things.</summary>
    private static HostReading Moved(string look, DateTimeOffset at)
    {
        var lines = look.Split('\n');
        var section = "";
        var line = 0;
        var recorded = 0.0;
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].StartsWith('\u001e'))
            {
                (section, line) = (lines[i][1..], 0);
                continue;
            }

            line++;
            if (section == "clock")
            {
                recorded = double.Parse(lines[i], CultureInfo.InvariantCulture);
                lines[i] = string.Create(CultureInfo.InvariantCulture, $"{at.ToUnixTimeMilliseconds() / 1000.0:F3}");
            }
            else if (section == "up" && line == 1)
            {
                lines[i] = string.Create(CultureInfo.InvariantCulture, $"{(at - Start).TotalSeconds + 864_000:F2} 0.00");
            }
            else if (section == "backups" && lines[i].Split('\t') is [var path, var written, var size])
            {
                var age = recorded - double.Parse(written, CultureInfo.InvariantCulture);
                lines[i] = string.Create(CultureInfo.InvariantCulture, $"{path}\t{at.ToUnixTimeSeconds() - (long)age}\t{size}");
            }
        }

        return ReadingParser.Parse(Host, new ProbeSections(string.Join('\n', lines)), at, at);
    }

    private static class Recordings
    {
        private static readonly Dictionary<string, IReadOnlyList<string>> Read = new(StringComparer.Ordinal);

        public static IReadOnlyList<string> Of(string name)
        {
            lock (Read)
            {
                if (!Read.TryGetValue(name, out var looks))
                {
                    using var stream = typeof(RecordedDays).Assembly.GetManifestResourceStream($"recorded.{name}.txt")!;
                    using var text = new StreamReader(stream);
                    Read[name] = looks = text.ReadToEnd().Split("\u001d\n", StringSplitOptions.RemoveEmptyEntries);
                }

                return looks;
            }
        }
    }
}
