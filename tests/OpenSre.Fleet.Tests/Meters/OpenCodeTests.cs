using System.Diagnostics;
using OpenSre.Fleet;

namespace OpenSre.Tests.Fleet;

public sealed class OpenCodeTests : IDisposable
{
    private static readonly DateTimeOffset Begun = new(2026, 5, 9, 15, 0, 0, TimeSpan.Zero);
    private readonly TempFolder _folder = new();
    private readonly Started _started = new();

    public void Dispose()
    {
        _started.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("delete", 512)]
    [InlineData("wal", 4096)]
    [InlineData("wal", 65536)]
    public async Task Messages_are_counted_once_with_their_latest_numbers_from_the_file_and_its_log(string mode, int page)
    {
        PythonPeer.SkipWithoutPython();
        var database = _folder.File("opencode.db");

        // A writer that keeps the database open, so that its log is not folded into it.
        var writer = _started.Add(Process.Start(new ProcessStartInfo("python3", ["-c", Writer, database, mode, $"{page}"]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true })!);
        var log = new OpenCodeLog(database, "/work", Begun);
        var meter = new AgentMeter(_ => null);
        await SayAsync("");
        Read();
        Assert.Equal(0, meter.Total.Total);

        // Of another folder, of before, and ours: first a part, then the whole; long enough to fill pages of their own.
        await SayAsync(Message("m0", -60_000, "/work", 1, 1, ended: true));
        await SayAsync(Message("m1", 1_000, "/other", 5, 5, ended: true));
        await SayAsync(Message("m2", 2_000, "/work", 10, 3));
        Read();
        Assert.Equal(new TokenUse(10, 3 + 2, 7, 4), meter.Total);
        Assert.True(meter.InTurn);
        await SayAsync(Message("m2", 2_000, "/work", 100, 30, ended: true));
        for (var i = 0; i < 40; i++)
        {
            await SayAsync(Message($"n{i:00}", 3_000 + i, "/work", 1000, 10, ended: true, filler: 3000));
            if (i % 10 == 0)
            {
                Read();
            }
        }

        Read();
        Read();
        Assert.Equal(new TokenUse(100 + 40 * 1000, 30 + 2 + 40 * 12, 41 * 7, 41 * 4), meter.Total);
        Assert.Equal("gpt-5", meter.Model);
        Assert.Equal(0.5m * 41, meter.Cost);
        Assert.False(meter.InTurn);
        Assert.False(meter.HasUnpriced);

        async Task SayAsync(string line)
        {
            await writer.StandardInput.WriteLineAsync(line);
            await writer.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
            Assert.Equal("written", await writer.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(120), TestContext.Current.CancellationToken));
        }

        void Read()
        {
            foreach (var activity in log.Read())
            {
                meter.Add(activity, Begun + TimeSpan.FromMinutes(1));
            }
        }
    }

    [Fact]
    public void Messages_that_older_versions_keep_in_files_are_counted_once_with_their_tools()
    {
        var storage = _folder.File("storage");
        string Write(string path, string text)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(storage, path))!);
            File.WriteAllText(Path.Combine(storage, path), text);
            return Path.Combine(storage, path);
        }

        var begun = Begun.ToUnixTimeMilliseconds();
        string Body(string message) => message[(message.IndexOf(' ', StringComparison.Ordinal) + 1)..];
        var log = new OpenCodeFiles(storage, "/work", Begun);
        var meter = new AgentMeter(_ => null);
        Read();
        Write("message/s/m0.json", Body(Message("m0", -60_000, "/work", 1, 1, ended: true)));
        Write("message/s/m1.json", Body(Message("m1", 1_000, "/other", 5, 5, ended: true)));
        var growing = Write("message/s/m2.json", Body(Message("m2", 2_000, "/work", 10, 3)));
        Write("part/m1/p0.json", Part("c0", "completed"));
        var part = Write("part/m2/p1.json", Part("c1", "running"));
        Read();
        Assert.Equal((new TokenUse(10, 3 + 2, 7, 4), "write"), (meter.Total, meter.Current?.Tool));
        Assert.Equal(["/work/a.txt"], meter.Writes.Select(w => w.Path));

        File.WriteAllText(growing, Body(Message("m2", 2_000, "/work", 100, 30, ended: true)));
        File.WriteAllText(part, Part("c1", "error"));
        File.SetLastWriteTimeUtc(growing, DateTime.UtcNow.AddSeconds(5));
        File.SetLastWriteTimeUtc(part, DateTime.UtcNow.AddSeconds(5));
        Read();
        Read();
        Assert.Equal(new TokenUse(100, 30 + 2, 7, 4), meter.Total);
        Assert.Equal((1, 1, false), (meter.CallsSince(DateTimeOffset.MinValue), meter.ErrorsSince(DateTimeOffset.MinValue), meter.InTurn));

        string Part(string call, string status) => $$$"""{"type":"tool","callID":"{{{call}}}","tool":"write","state":{"status":"{{{status}}}","input":{"filePath":"/work/a.txt","content":"x"},"time":{"start":{{{begun + 2_000}}},"end":{{{begun + 2_001}}} } } }""";

        void Read()
        {
            foreach (var activity in log.Read())
            {
                meter.Add(activity, Begun + TimeSpan.FromMinutes(1));
            }
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("no database")]
    [InlineData("SQLite format 3\0 and then nothing that is right, but long enough to hold a header of one hundred bytes, and more")]
    public void What_is_no_database_tells_nothing(string text) => Assert.Empty(new OpenCodeLog(_folder.Write("opencode.db", text), "/work", Begun).Read());

    [Fact]
    public void Copilot_tells_what_it_wrote_and_no_price_is_made_of_it()
    {
        var log = _folder.Write("events.jsonl", """
            {"type":"session.start","data":{},"id":"1","timestamp":"2026-05-09T15:00:00Z"}
            {"type":"user.message","data":{},"id":"2","timestamp":"2026-05-09T15:00:01Z"}
            {"type":"assistant.message","data":{"outputTokens":40},"id":"3","timestamp":"2026-05-09T15:00:02Z"}
            {"type":"assistant.message","data":{"outputTokens":40},"id":"3","timestamp":"2026-05-09T15:00:02Z"}
            {"type":"tool.execution_start","data":{"toolCallId":"c1","toolName":"bash","arguments":{"command":"ls"}},"id":"4","timestamp":"2026-05-09T15:00:03Z"}
            {"type":"tool.execution_complete","data":{"toolCallId":"c1","success":false},"id":"5","timestamp":"2026-05-09T15:00:04Z"}
            {"type":"assistant.message","data":{"outputTokens":2},"id":"6","timestamp":"2026-05-09T15:00:05Z"}

            """);
        var meter = new AgentMeter(Prices.Of);
        foreach (var activity in new CopilotLog(log).Read())
        {
            meter.Add(activity, Begun + TimeSpan.FromMinutes(1));
        }

        Assert.Equal((42, true, true), ((int)meter.Total.Output, meter.HasUnpriced, meter.InTurn));
        Assert.Equal(1, meter.ErrorsSince(Begun));
        Assert.Equal([0, 42], meter.PerMinute(2, Begun + TimeSpan.FromSeconds(30)));
    }

    private static string Message(string id, long after, string folder, long input, long output, bool ended = false, int filler = 0)
    {
        var made = Begun.ToUnixTimeMilliseconds() + after;
        return $$$"""{{{id}}} {"role":"assistant","modelID":"gpt-5","providerID":"openai","path":{"cwd":"{{{folder}}}","root":"/"},"time":{"created":{{{made}}}{{{(ended ? $",\"completed\":{made + 1}" : "")}}}},"finish":"stop","cost":0.5,"tokens":{"input":{{{input}}},"output":{{{output}}},"reasoning":2,"cache":{"read":7,"write":4}},"filler":"{{{new string('x', filler)}}}"}""";
    }

    private const string Writer = """
        import sqlite3, sys
        db = sqlite3.connect(sys.argv[1], isolation_level=None)
        db.execute("PRAGMA page_size=" + sys.argv[3])
        db.execute("PRAGMA journal_mode=" + sys.argv[2])
        db.execute("PRAGMA wal_autocheckpoint=7")
        db.execute("CREATE TABLE `session` (`id` text PRIMARY KEY)")
        db.execute("CREATE TABLE `message` (`id` text PRIMARY KEY, `session_id` text NOT NULL REFERENCES session(id), `time_created` integer, `data` text NOT NULL, CONSTRAINT `c` CHECK (1))")
        for line in sys.stdin:
            id, _, data = line.strip().partition(" ")
            if id:
                db.execute("INSERT INTO message VALUES (?, 's', 1, ?) ON CONFLICT(id) DO UPDATE SET data = excluded.data", (id, data))
            print("written", flush=True)
        """;
}
