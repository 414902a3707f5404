using System.Text;
using OpenSre.Fleet;

namespace OpenSre.Tests.Fleet;

public sealed class MeterTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 5, 9, 15, 10, 0, TimeSpan.Zero);

    private readonly TempFolder _folder = new();

    [Fact]
    public void Claude_counts_a_message_once_with_its_largest_numbers()
    {
        var log = _folder.Write("s.jsonl", string.Concat(
            Answer("m1", "r1", 5), Answer("m1", "r1", 90), Answer("m1", "r1", 90),
            Answer("m2", "r2", 10), Answer("m3", "r3", 1, model: "<synthetic>"),
            "not json\n", Answer("m2", "r2", 7)));
        var meter = Meter(new ClaudeLog(log, []));

        Assert.Equal(new TokenUse(200, 100, 2000, 100, 20), meter.Total);
        Assert.Equal("claude-sonnet-4-5", meter.Model);

        // 200 in, 100 out, 2000 from cache, 100 and 20 into it.
        Assert.Equal((200 * 3m + 100 * 15m + 2000 * 0.3m + 100 * 3.75m + 20 * 6m) / 1_000_000m, meter.Cost);
    }

    [Fact]
    public void A_forked_transcript_does_not_count_again()
    {
        Dictionary<string, TokenUse> counted = new(StringComparer.Ordinal);
        var one = new ClaudeLog(_folder.Write("a.jsonl", Answer("m1", "r1", 10)), counted);
        var fork = new ClaudeLog(_folder.Write("b.jsonl", Answer("m1", "r1", 10) + Answer("m2", "r2", 20)), counted);

        Assert.Equal(30, Meter(one, fork).Total.Output);
    }

    [Fact]
    public void Lines_that_arrive_in_pieces_are_counted_once_they_are_whole()
    {
        var path = _folder.Write("s.jsonl", "");
        var log = new ClaudeLog(path, []);
        var meter = new AgentMeter(Prices.Of);
        foreach (var piece in (Answer("m1", "r1", 10) + Answer("m2", "r2", 20)).Chunk(17))
        {
            File.AppendAllText(path, new string(piece));
            Read(log, meter);
        }

        Assert.Equal(30, meter.Total.Output);
    }

    [Fact]
    public void A_file_that_was_cut_off_or_replaced_is_read_from_its_beginning()
    {
        var path = _folder.Write("x", "one\ntwo\nthree\n");
        var tail = new LineTail(path);
        Assert.Equal(["one", "two", "three"], Lines(tail));
        File.WriteAllText(path, "four\n");
        Assert.Equal(["four"], Lines(tail));
        File.Delete(path);
        Assert.Empty(Lines(tail));
        File.WriteAllText(path, "another that is longer\nfive\n");
        Assert.Equal(["another that is longer", "five"], Lines(tail));
        File.AppendAllText(path, "si");
        Assert.Empty(Lines(tail));
        File.AppendAllText(path, "x\n");
        Assert.Equal(["six"], Lines(tail));
    }

    [Fact]
    public void Codex_counts_differences_and_ignores_what_it_repeats()
    {
        var log = new CodexLog(_folder.Write("rollout-a.jsonl", string.Concat(
            Codex("session_meta", """{"id":"a","cwd":"/x"}""", 0), Codex("turn_context", """{"model":"gpt-5-codex"}""", 1),
            Codex("event_msg", """{"type":"token_count","info":null}""", 1),
            Count(1000, 600, 50, 10), Count(1000, 600, 50, 11), Count(2500, 1600, 120, 12), Count(2500, 1600, 120, 13))));
        var meter = Meter(log);

        Assert.Equal(new TokenUse(900, 120, 1600), meter.Total);
        Assert.Equal("gpt-5-codex", meter.Model);
        Assert.Equal(272000, meter.ContextLimit);
    }

    [Fact]
    public void A_forked_Codex_session_begins_where_its_origin_ended()
    {
        var log = new CodexLog(_folder.Write("rollout-b.jsonl", string.Concat(
            Codex("session_meta", """{"id":"b","forked_from_id":"a"}""", 0), Codex("session_meta", """{"id":"a"}""", 0),
            Count(1000, 0, 50, 0), Count(2500, 0, 120, 1), Count(2600, 0, 130, 30))));

        Assert.Equal(new TokenUse(100, 10), Meter(log).Total);
    }

    [Fact]
    public void Gemini_counts_messages_by_id_though_the_file_is_written_anew()
    {
        const string One = """{"id":"1","type":"gemini","timestamp":"2026-05-09T15:04:42Z","model":"gemini-2.5-pro","tokens":{"input":100,"output":10,"cached":40,"thoughts":5,"tool":0,"total":115}}""";
        var path = _folder.Write("session-1.json", $$"""{"sessionId":"s","messages":[{{One}}]}""");
        var log = new GeminiLog(path);
        var meter = Meter(log);
        File.WriteAllText(path, $$"""{"sessionId":"s","messages":[{{One}},{{One.Replace("\"1\"", "\"2\"", StringComparison.Ordinal)}}]}""");
        File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddSeconds(5));
        Read(log, meter);

        Assert.Equal(new TokenUse(120, 30, 80), meter.Total);
    }

    [Fact]
    public void The_status_has_a_reason()
    {
        var process = new ProcessFacts(new ProcessIdentity(1, 1), 0, ["claude"], "", 'S', Now, TimeSpan.Zero, 0);
        var progress = TimeSpan.FromMinutes(8);
        AgentStatus Of(AgentMeter meter, double cpu, string status = "") => AgentStatus.Of(process, meter, status.Length == 0 ? null : new ClaudeSession("", "", status, status == "waiting" ? "permission prompt" : "", Now), cpu, progress, Now);
        AgentMeter With(params Activity[] activities)
        {
            var meter = new AgentMeter(Prices.Of);
            foreach (var activity in activities)
            {
                meter.Add(activity, Now);
            }

            return meter;
        }

        Assert.Equal(new AgentStatus(AgentState.Waiting, "permission prompt"), Of(With(), 0, "waiting"));
        Assert.Equal(new AgentStatus(AgentState.Stuck, "9m no progress"), Of(With(new TurnStarted(Now.AddMinutes(-9))), 50));
        Assert.Equal(AgentState.Active, Of(With(new TurnStarted(Now.AddMinutes(-1))), 0).State);
        Assert.Equal(new AgentStatus(AgentState.Idle, "its turn ended 3m ago"), Of(With(new TurnStarted(Now.AddMinutes(-4)), new TurnEnded(Now.AddMinutes(-3))), 0));
        Assert.Equal(AgentState.RateLimited, Of(With(new TurnStarted(Now.AddMinutes(-1)), new RequestFailed(Now.AddSeconds(-5), "429", IsLimit: true)), 0).State);
        Assert.Equal(AgentState.Looping, Of(With([.. Enumerable.Range(0, 5).Select(i => new ToolStarted(Now.AddSeconds(-i), $"{i}", "Bash", "ls", [], "", "same"))]), 20).State);
        Assert.Equal(AgentState.Paused, AgentStatus.Of(process with { State = 'T' }, With(), null, 0, progress, Now).State);
        Assert.Equal(AgentState.Crashed, AgentStatus.Of(process with { State = 'Z' }, With(), null, 0, progress, Now).State);
    }

    [Fact]
    public void Claude_files_are_found_by_every_character_and_mistrusted_after_a_pid_was_used_again()
    {
        var files = new ClaudeFiles(_folder.Path);
        Assert.Equal(_folder.File("projects/-home-u-my-repo-x-"), files.Transcripts("/home/u/my_repo.x "));
        Directory.CreateDirectory(_folder.File("sessions"));
        _folder.Write("sessions/42.json", """{"pid":42,"sessionId":"s","cwd":"/x","procStart":"1000","status":"busy","updatedAt":1778681861222}""");

        Assert.Equal("busy", files.Session(new ProcessIdentity(42, 1000))!.Status);
        Assert.Null(files.Session(new ProcessIdentity(42, 1001)));
    }

    public void Dispose() => _folder.Dispose();

    private static AgentMeter Meter(params IAgentLog[] logs)
    {
        var meter = new AgentMeter(Prices.Of);
        foreach (var log in logs)
        {
            Read(log, meter);
        }

        return meter;
    }

    private static void Read(IAgentLog log, AgentMeter meter)
    {
        foreach (var activity in log.Read())
        {
            meter.Add(activity, Now);
        }
    }

    private static List<string> Lines(LineTail tail)
    {
        List<string> lines = [];
        tail.Read(line => lines.Add(Encoding.UTF8.GetString(line.Span)));
        return lines;
    }

    private static string Answer(string id, string request, int output, string model = "claude-sonnet-4-5") =>
        $$"""{"type":"assistant","timestamp":"2026-05-09T15:04:42.000Z","requestId":"{{request}}","message":{"id":"{{id}}","model":"{{model}}","content":[{"type":"text","text":"x"}],"usage":{"input_tokens":100,"output_tokens":{{output}},"cache_read_input_tokens":1000,"cache_creation_input_tokens":60,"cache_creation":{"ephemeral_1h_input_tokens":10} } } }""" + "\n";

    private static string Codex(string type, string payload, int second) => $$"""{"timestamp":"2026-05-09T15:04:{{second:00}}.000Z","type":"{{type}}","payload":{{payload}}}""" + "\n";

    private static string Count(int input, int cached, int output, int second) =>
        Codex("event_msg", $$$"""{"type":"token_count","info":{"total_token_usage":{"input_tokens":{{{input}}},"cached_input_tokens":{{{cached}}},"output_tokens":{{{output}}}},"last_token_usage":{"input_tokens":7},"model_context_window":272000}}""", second);
}
