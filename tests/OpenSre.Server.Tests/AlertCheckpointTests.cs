using System.Text;
using System.Text.Json;
using OpenSre.Core;
using OpenSre.Server;

namespace OpenSre.Tests.Server;

/// <summary>What is read back from a checkpoint and the lines beyond it is what all lines give.</summary>
public sealed class AlertCheckpointTests : IDisposable
{
    private static readonly string[] Names = ["TargetDown", "DiskFull", "HighLoad", "Lost \u00fc\u4e2d"];
    private static readonly string[] Labels = ["rack", "zone", "cluster", "job", "region", "service"];
    private readonly string _folder = Directory.CreateTempSubdirectory("opensre-checkpoint-").FullName;
    private readonly Random _random = new(20260504);
    private DateTimeOffset _now = new(2026, 5, 4, 8, 0, 0, TimeSpan.Zero);
    private int _lines;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Journal => Path.Combine(_folder, "server", "alerts.jsonl");

    private string Checkpoint => Path.Combine(_folder, "server", "alerts.checkpoint");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private AlertLine Line()
    {
        // Now a flood, now a pause that lets incidents end.
        _now += TimeSpan.FromMilliseconds(_random.Next(20) == 0 ? _random.Next(400_000) : _random.Next(400));
        _lines++;
        if (_random.Next(15) == 0)
        {
            return new AlertLine(_now, null, null, $"inc-{_random.Next(1, 20)}", $"run-{_lines}");
        }

        var labels = Labels.Where(_ => _random.Next(2) == 0).ToDictionary(l => l, l => $"{l[0]}{_random.Next(3)}");
        labels["instance"] = $"host-{_random.Next(200)}:9100";
        var name = Names[_random.Next(Names.Length)];
        var alert = new Alert
        {
            Name = name,
            Summary = _random.Next(2) == 0 ? name : $"{name} of {labels["instance"]}",
            Fingerprint = $"{name}/{labels["instance"]}",
            Source = _random.Next(4) == 0 ? "grafana" : "alertmanager",
            Severity = (Severity)_random.Next(5),
            Status = _random.Next(4) == 0 ? AlertStatus.Resolved : AlertStatus.Firing,
            Labels = labels,
            GroupKey = _random.Next(3) == 0 ? $"g{_random.Next(5)}" : null,
        };
        return new AlertLine(_now, alert, _random.Next(2) == 0 ? $"d{_random.Next(400)}" : null, Ticket: _random.Next(2) == 0 ? $"t{_lines}" : null);
    }

    private static string Told(AlertBook book) => JsonSerializer.Serialize(book.Page(null, 1000, null, null)) + JsonSerializer.Serialize(book.Incidents(0, 1000, false)) + $"{book.Opened} {book.Merged} {book.Open}";

    private static string Told(IEnumerable<IncidentChange> changes) => string.Join('\n', changes.Select(c => $"{c.Type} {c.Loose} {JsonSerializer.Serialize(c.Incident.View())} {c.Incident.Turns}"));

    [Fact]
    public void A_book_that_was_read_back_goes_on_as_the_one_it_was_made_of()
    {
        for (var round = 0; round < 40; round++)
        {
            var book = new AlertBook();
            for (var i = _random.Next(400); i > 0; i--)
            {
                book.Add(Line(), []);
            }

            using var file = new MemoryStream();
            var write = book.Capture();
            var then = Told(book);
            var later = Enumerable.Range(0, 200).Select(_ => Line()).ToList();
            List<IncidentChange> changes = [];
            foreach (var line in later[..100])
            {
                book.Add(line, changes);
            }

            // Written late, it is still what the book was when it was taken down.
            write(new BinaryWriter(file));
            file.Position = 0;
            var read = AlertBook.Read(new BinaryReader(file));
            Assert.Equal(file.Length, file.Position);
            Assert.Equal(then, Told(read));
            List<IncidentChange> again = [];
            foreach (var line in later[..100])
            {
                read.Add(line, again);
            }

            Assert.Equal(Told(book), Told(read));
            foreach (var line in later[100..])
            {
                Assert.Equal(book.Add(line, changes), read.Add(line, again));
            }

            Assert.Equal(Told(changes), Told(again));
            Assert.Equal(Told(book), Told(read));
        }
    }

    private AlertDesk Open(int every = 20) => new(new ServerSettings { Home = _folder, CheckpointEvery = every }, new ServerMetrics(), TimeProvider.System);

    private static string Told(AlertDesk desk) => JsonSerializer.Serialize(desk.Page(null, 1000, null, null)) + JsonSerializer.Serialize(desk.Incidents(0, 1000, false))
        + string.Concat(desk.Happenings.After(0, out _, out _, out _).Select(f => Encoding.UTF8.GetString(f.Bytes)));

    private async Task TakeAsync(AlertDesk desk, int alerts)
    {
        for (; alerts > 0; alerts--)
        {
            Alert? alert;
            while ((alert = Line().Alert) is null)
            {
            }

            await desk.TakeAsync([alert], null, Token);
        }
    }

    [Fact]
    public async Task A_start_reads_the_checkpoint_and_what_came_after_it_and_nothing_is_missing_when_it_is_not_to_be_had()
    {
        string told;
        await using (var desk = Open())
        {
            await TakeAsync(desk, 300);
            told = Told(desk);
        }

        Assert.Equal(new FileInfo(Journal).Length, AlertCheckpoint.Read(Checkpoint, Journal)!.Position);
        await using (var desk = Open(every: 1_000_000))
        {
            Assert.Equal(told, Told(desk));
            await TakeAsync(desk, 30);
            told = Told(desk);
        }

        Assert.True(AlertCheckpoint.Read(Checkpoint, Journal)!.Position < new FileInfo(Journal).Length);
        var whole = await File.ReadAllBytesAsync(Checkpoint, Token);
        byte[][] damaged = [whole, whole[..^1], whole[..(whole.Length / 2)], whole[..30], [], [.. "something else"u8], .. Enumerable.Range(0, 20).Select(i => Flipped(whole.Length * i / 20))];
        foreach (var bytes in damaged)
        {
            await File.WriteAllBytesAsync(Checkpoint, bytes, Token);
            Assert.Equal(bytes == whole, AlertCheckpoint.Read(Checkpoint, Journal) is not null);
            await using var desk = Open(every: 1_000_000);
            Assert.Equal(told, Told(desk));
        }

        byte[] Flipped(int at)
        {
            byte[] bytes = [.. whole];
            bytes[at] ^= (byte)(1 << _random.Next(8));
            return bytes;
        }
    }

    [Fact]
    public async Task A_checkpoint_of_another_journal_is_not_used()
    {
        await using (var desk = Open())
        {
            await TakeAsync(desk, 100);
        }

        Assert.NotNull(AlertCheckpoint.Read(Checkpoint, Journal));
        var lines = await File.ReadAllLinesAsync(Journal, Token);
        await File.WriteAllLinesAsync(Journal, lines[..50], Token);
        Assert.Null(AlertCheckpoint.Read(Checkpoint, Journal));
        await File.WriteAllLinesAsync(Journal, [.. lines[..50], .. lines[51..], lines[50]], Token);
        Assert.Null(AlertCheckpoint.Read(Checkpoint, Journal));
        await using var again = Open();
        Assert.Equal(lines.Select(l => JsonDocument.Parse(l).RootElement.GetProperty("alert")).Select(a => (a.GetProperty("source").GetString(), a.GetProperty("fingerprint").GetString())).Distinct().Count(), again.Alerts);
    }

    [Fact]
    public async Task Whenever_it_dies_the_next_start_knows_all_that_was_acknowledged()
    {
        var dead = Directory.CreateTempSubdirectory("opensre-dead-").FullName;
        try
        {
            await using var desk = Open();
            for (var death = 0; death < 25; death++)
            {
                await TakeAsync(desk, _random.Next(1, 60));
                var known = desk.Page(null, 1000, null, null).Alerts.Select(a => a.Key).ToHashSet();

                // What a kill leaves behind: the files as they are now, whatever is being written.
                var home = Path.Combine(dead, $"{death}");
                Directory.CreateDirectory(Path.Combine(home, "server"));
                foreach (var name in (string[])["alerts.checkpoint", "alerts.checkpoint.new", "alerts.jsonl"])
                {
                    if (File.Exists(Path.Combine(_folder, "server", name)))
                    {
                        Copy(Path.Combine(_folder, "server", name), Path.Combine(home, "server", name));
                    }
                }

                await using var next = new AlertDesk(new ServerSettings { Home = home }, new ServerMetrics(), TimeProvider.System);
                Assert.Equal(known, next.Page(null, 1000, null, null).Alerts.Select(a => a.Key).ToHashSet());
                Assert.Equal(Told(desk), Told(next));
            }
        }
        finally
        {
            Directory.Delete(dead, recursive: true);
        }
    }

    private static void Copy(string from, string to)
    {
        using var source = new FileStream(from, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var target = File.Create(to);
        source.CopyTo(target);
    }
}
