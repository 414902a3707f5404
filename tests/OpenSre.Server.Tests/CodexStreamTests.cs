using System.Diagnostics;
using System.Text.Json;
using OpenSre.Investigation;
using OpenSre.Models;

namespace OpenSre.Tests.Server;

/// <summary>The streaming contract with the real codex app-server behind it, and a stand-in for its provider.</summary>
public sealed class CodexStreamTests : IAsyncDisposable
{
    private static readonly (string, string) Accept = ("Accept", "text/event-stream");
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("opensre-codex-stream-");
    private readonly List<IAsyncDisposable> _open = [];

    private string Mark => Path.Combine(_folder.FullName, "mark");

    public async ValueTask DisposeAsync()
    {
        foreach (var item in Enumerable.Reverse(_open))
        {
            await item.DisposeAsync();
        }

        try
        {
            _folder.Delete(recursive: true);
        }
        catch (IOException)
        {
            // A program that is just ending still writes there; the folder is a temporary one.
            TestContext.Current.SendDiagnosticMessage($"{_folder.FullName} was left behind");
        }
    }

    [Theory]
    [InlineData("accept", "success", 0)]
    [InlineData("decline", "error", -1)]
    public async Task A_command_is_asked_about_and_its_result_streams(string word, string status, int code)
    {
        using var api = new ModelApi(r => r.Results.Count == 0 ? new ModelReply(new Think("Hm."), new Say("I mark it. "), Touch()) : new ModelReply(new Say("It is marked.")));
        var server = await ServeAsync(api);
        using var stream = await SseReader.OpenAsync(server.PostAsync("/api/stream/investigate", """{"connectionId":"c","payload":{"input":"why is the disk full?"}}""", Accept));
        var asked = TestServer.Json((await stream.UntilAsync("approval_required")).Data);
        Assert.Equal(0, asked.GetProperty("request_id").GetInt32());
        Assert.Contains($"touch {Mark}", asked.GetProperty("description").GetString(), StringComparison.Ordinal);
        Assert.Equal("mark it", asked.GetProperty("reason").GetString());
        var pending = TestServer.Json(await server.GetAsync("/api/approvals"));
        Assert.Contains($"touch {Mark}", pending.ToString(), StringComparison.Ordinal);
        using var reply = await server.PostAsync("/api/stream/investigate/send", $$$"""{"connectionId":"c","id":0,"result":{"decision":"{{{word}}}"}}""");
        Assert.True(reply.IsSuccessStatusCode);
        var rest = await UntilEndAsync(stream);
        var result = Json(rest.Single(e => e.Event == "tool_calling_result"));
        Assert.Equal("touch", result.GetProperty("name").GetString());
        Assert.Equal(status, result.GetProperty("result").GetProperty("status").GetString());
        Assert.Equal(code, result.GetProperty("result").GetProperty("return_code").GetInt32());
        Assert.Equal("robusta:v1.0.0", result.GetProperty("result").GetProperty("schema_version").GetString());
        Assert.Contains(rest, e => e.Event == "ai_message" && Json(e).GetProperty("content").GetString() == "It is marked.");
        Assert.Contains(rest, e => e.Event == "token_count" && Json(e).GetProperty("info").GetProperty("total_token_usage").GetProperty("input_tokens").GetInt64() > 0);
        Assert.Equal(word == "accept", File.Exists(Mark));
        Assert.Contains(word == "accept" ? "approved" : "declined", await File.ReadAllTextAsync(Path.Combine(server.Home, "server", "audit.jsonl"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Output_and_words_come_as_they_are_made_and_whole_at_the_end()
    {
        using var api = new ModelApi(r => r.Results.Count == 0
            ? new ModelReply(new Think("Let me see."), new Call("exec_command", """{"cmd":"echo one; echo two >&2; exit 3"}"""))
            : new ModelReply(new Say("It says "), new Say("one and two.")));
        var server = await ServeAsync(api);
        server.ApproveAll();
        using var stream = await SseReader.OpenAsync(server.PostAsync("/api/stream/investigate", """{"connectionId":"c","text":"why is the disk full?"}""", Accept));
        var all = await UntilEndAsync(stream);
        Assert.Contains(all, e => e.Event == "ai_message" && Json(e).TryGetProperty("is_reasoning", out _) && Json(e).GetProperty("content").GetString() == "Let me see.");
        Assert.Equal("echo", Json(all.Single(e => e.Event == "start_tool_calling")).GetProperty("tool_name").GetString());
        var result = Json(all.Single(e => e.Event == "tool_calling_result")).GetProperty("result");
        Assert.Equal(3, result.GetProperty("return_code").GetInt32());
        Assert.Contains("one", result.GetProperty("data").GetString(), StringComparison.Ordinal);
        Assert.Equal("It says one and two.", string.Concat(all.Where(e => e.Event == "ai_message_delta" && Json(e).TryGetProperty("author", out _) && !Json(e).TryGetProperty("is_reasoning", out _)).Select(e => Json(e).GetProperty("delta").GetString())));
    }

    [Fact]
    public async Task A_change_of_files_is_asked_about_with_what_it_changes()
    {
        using var api = new ModelApi(r => r.Results.Count == 0
            ? new ModelReply(new Call("exec_command", """{"cmd":"apply_patch <<'PATCH'\n*** Begin Patch\n*** Add File: notes.txt\n+line one\n+line two\n*** End Patch\nPATCH"}"""))
            : new ModelReply(new Say("Written.")));
        var server = await ServeAsync(api);
        using var stream = await SseReader.OpenAsync(server.PostAsync("/api/stream/investigate", """{"connectionId":"c","text":"why is the disk full?"}""", Accept));
        var asked = TestServer.Json((await stream.UntilAsync("approval_required")).Data);
        Assert.Contains("line two", asked.GetProperty("description").GetString(), StringComparison.Ordinal);
        using var reply = await server.PostAsync("/api/stream/investigate/send", """{"connectionId":"c","payload":{"id":0,"result":{"decision":"accept"}}}""");
        var result = Json((await UntilEndAsync(stream)).Single(e => e.Event == "tool_calling_result"));
        Assert.Equal("apply_patch", result.GetProperty("name").GetString());
        Assert.True(result.GetProperty("result").GetProperty("success").GetBoolean());
    }

    [Theory]
    [InlineData("""{"connectionId":"c","id":0,"result":{"decision":"cancel"}}""")]
    [InlineData("""{"connectionId":"c","id":7,"method":"turn/interrupt","params":{}}""")]
    public async Task A_turn_that_is_stopped_ends_and_the_next_one_goes_on_with_the_conversation(string stop)
    {
        using var api = new ModelApi(r => r.Said.Any(s => s.Contains("db is slow", StringComparison.Ordinal)) ? new ModelReply(new Say($"Both: {r.Said.Any(s => s.Contains("api is slow", StringComparison.Ordinal))}.")) : new ModelReply(Touch()));
        var server = await ServeAsync(api);
        using var stream = await SseReader.OpenAsync(server.PostAsync("/api/stream/investigate", """{"connectionId":"c","text":"api is slow"}""", Accept));
        await stream.UntilAsync("approval_required");
        using var stopped = await server.PostAsync("/api/stream/investigate/send", stop);
        Assert.True(stopped.IsSuccessStatusCode);
        var end = Json((await UntilEndAsync(stream))[^1]);
        Assert.StartsWith("Stopped", end.GetProperty("analysis").GetString(), StringComparison.Ordinal);
        Assert.False(File.Exists(Mark));
        using var next = await server.PostAsync("/api/stream/investigate/send", """{"connectionId":"c","payload":{"text":"db is slow"}}""");
        Assert.Contains(await UntilEndAsync(stream), e => e.Event == "ai_message" && Json(e).GetProperty("content").GetString() == "Both: True.");
    }

    [Fact]
    public async Task What_is_said_during_a_turn_reaches_codex()
    {
        using var api = new ModelApi(r => r.Said.Any(s => s.Contains("we just deployed", StringComparison.Ordinal)) ? new ModelReply(new Say("I heard of the deployment."))
            : r.Results.Count == 0 ? new ModelReply(Touch()) : new ModelReply(new Say("Nothing was said.")));
        var server = await ServeAsync(api);
        using var stream = await SseReader.OpenAsync(server.PostAsync("/api/stream/investigate", """{"connectionId":"c","text":"api is slow"}""", Accept));
        await stream.UntilAsync("approval_required");
        using var said = await server.PostAsync("/api/stream/investigate/send", """{"connectionId":"c","payload":{"text":"we just deployed"}}""");
        await TestServer.UntilAsync(() => Task.FromResult(server.Server.Runs.List(null, null, null, 1).Count == 1 && server.Server.Runs.Find(server.Server.Runs.List(null, null, null, 1)[0].Id)!.Events().OfType<OpenSre.Core.SteeringReceived>().Any()));
        using var reply = await server.PostAsync("/api/stream/investigate/send", """{"connectionId":"c","id":0,"result":{"decision":"decline"}}""");
        Assert.Contains(await UntilEndAsync(stream), e => e.Event == "ai_message" && Json(e).GetProperty("content").GetString()!.Contains("I heard of the deployment.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_passing_error_does_not_end_the_stream()
    {
        using var api = new ModelApi(r => r.Number <= 2 ? ModelReply.Fails(500, "server_error", "try again") : new ModelReply(new Say("It works now.")));
        var server = await ServeAsync(api);
        using var stream = await SseReader.OpenAsync(server.PostAsync("/api/stream/investigate", """{"connectionId":"c","text":"api is slow"}""", Accept));
        var all = await UntilEndAsync(stream);
        Assert.Contains(all, e => e.Event == "warning");
        Assert.Contains(all, e => e.Event == "ai_message" && Json(e).GetProperty("content").GetString() == "It works now.");
    }

    [Fact]
    public async Task One_process_serves_many_streams_and_none_is_left()
    {
        using var api = new ModelApi(r => new ModelReply(new Say("done")));
        var before = Codexes();
        var server = await ServeAsync(api);
        var all = await Task.WhenAll(Enumerable.Range(0, 4).Select(async n =>
        {
            using var stream = await SseReader.OpenAsync(server.PostAsync("/api/stream/investigate", $$"""{"connectionId":"c{{n}}","text":"api{{n}} is slow"}""", Accept));
            return await UntilEndAsync(stream);
        }));
        Assert.All(all, events => Assert.Contains(events, e => e.Event == "ai_message" && Json(e).GetProperty("content").GetString() == "done"));
        Assert.Single(Codexes().Except(before));
        foreach (var item in Enumerable.Reverse(_open))
        {
            await item.DisposeAsync();
        }

        _open.Clear();
        Assert.Empty(Codexes().Except(before));
    }

    private static JsonElement Json(Sse e) => TestServer.Json(e.Data);

    private static HashSet<int> Codexes() => [.. Process.GetProcessesByName("codex").Select(p => p.Id)];

    private Call Touch() => new("exec_command", $$"""{"cmd":"touch {{Mark}}","sandbox_permissions":"require_escalated","justification":"mark it"}""");

    /// <summary>Everything up to the answer, which is the last.</summary>
    private static async Task<List<Sse>> UntilEndAsync(SseReader stream)
    {
        List<Sse> all = [];
        while (await stream.NextAsync() is { } e)
        {
            all.Add(e);
            if (e.Event == "ai_answer_end")
            {
                return all;
            }
        }

        Assert.Fail($"The stream ended without an answer, after {string.Join(", ", all.Select(e => e.Event))}.");
        return all;
    }

    private async Task<TestServer> ServeAsync(ModelApi api)
    {
        AgentPrograms.Need(AgentPrograms.Codex, "@openai/codex@0.169.0");
        var home = Directory.CreateDirectory(Path.Combine(_folder.FullName, "home")).FullName;
        var catalogue = new ModelCatalogue(home, ModelConfiguration.Empty, _ => null);
        var settings = new ModelSettings { Name = "codex", Provider = "Codex", Protocol = ModelProtocol.Codex, Command = [AgentPrograms.CodexStart(_folder.FullName, api)], OwnTools = true };
        var host = catalogue.Host(settings);
        _open.Add(host);
        var server = await TestServer.StartAsync(home: home, advice: CaseModel.For(catalogue, settings, host: host));
        _open.Add(server);
        return server;
    }
}
