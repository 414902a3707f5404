using OpenSre.Models;

namespace OpenSre.Tests.Models;

/// <summary>What every provider must do, over its real wire format.</summary>
public sealed class ProviderTests
{
    /// <summary>The formats OpenSRE speaks itself; Gemini's is here for the agent of that name alone.</summary>
    public static TheoryData<int> Wires() => [.. Enum.GetValues<Wire>().Where(w => w != Wire.Gemini).Select(w => (int)w)];

    [Theory, MemberData(nameof(Wires))]
    public async Task A_model_thinks_calls_tools_reads_their_answers_and_concludes(int wire)
    {
        using var api = new ModelApi(request => request.Results.Count == 0
            ? new ModelReply(new Think("Let me look."), new Say("I look at two things."), new Call("host_disk", """{"path":"/srv"}"""), new Call("host_memory"))
            : new ModelReply(new Say($"The disk said {request.Results[0]} and the memory {request.Results[1]}.")));
        var asked = new List<string>();
        var updates = await Conversing.Open((Wire)wire, api).RunAsync(Conversing.Task(
            Conversing.Tool("host_disk", a => { lock (asked) { asked.Add(a["path"]); } return "full"; }),
            Conversing.Tool("host_memory", _ => "fine")));
        Assert.Equal(AgentEnd.Completed, updates.End().End);
        Assert.Equal("The disk said full and the memory fine.", updates.End().Text);
        Assert.EndsWith("The disk said full and the memory fine.", updates.Text(), StringComparison.Ordinal);
        Assert.Equal(["/srv"], asked);
        Assert.Contains(updates, u => u is AgentThought { Text: "Let me look." });
        Assert.Equal(["host_disk", "host_memory"], api.Requests.First().Tools);
        var spent = updates.OfType<AgentSpent>().ToList();
        Assert.Equal(2, spent.Count);
        Assert.Equal((Wire)wire == Wire.Ollama ? new TokenUsage(1200, 34) : new TokenUsage(1200, 34, 900), spent[0].Usage);
        Assert.NotNull(spent[0].Money);
    }

    [Theory, MemberData(nameof(Wires))]
    public async Task An_overloaded_provider_is_asked_again_and_the_reason_is_said(int wire)
    {
        using var api = new ModelApi(request => request.Number switch
        {
            1 => ModelReply.Fails(429, "rate_limit_error", "slow down", retryAfter: "7"),
            2 => ModelReply.Fails(529, "overloaded_error", "Overloaded"),
            3 => new ModelReply(new Say("half an "), new BreakOff("overloaded_error", "Overloaded")),
            _ => new ModelReply(new Say("answer")),
        });
        List<TimeSpan> waits = [];
        var updates = await Conversing.Open((Wire)wire, api, retries: Conversing.Quick(waits)).RunAsync(Conversing.Task());
        Assert.Equal("answer", updates.End().Text);
        var notices = updates.OfType<AgentNotice>().Select(n => n.Sentence).ToList();
        Assert.Equal(3, notices.Count);
        Assert.Contains("429", notices[0], StringComparison.Ordinal);
        Assert.Contains("slow down", notices[0], StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromSeconds(7), waits[0]);
        Assert.True(waits[2] > waits[1]);
    }

    [Theory, MemberData(nameof(Wires))]
    public async Task A_connection_that_drops_in_the_middle_is_tried_again(int wire)
    {
        using var api = new ModelApi(request => request.Number == 1 ? new ModelReply(new Say("half "), new Drop()) : new ModelReply(new Say("whole")));
        var updates = await Conversing.Open((Wire)wire, api).RunAsync(Conversing.Task());
        Assert.Equal("whole", updates.End().Text);
        Assert.NotEmpty(updates.OfType<AgentNotice>());
    }

    [Theory, MemberData(nameof(Wires))]
    public async Task A_wrong_key_fails_at_once_with_a_sentence_without_the_key(int wire)
    {
        using var api = new ModelApi(_ => ModelReply.Fails(401, "authentication_error", "invalid key glpat-" + new string('a', 24)));
        var updates = await Conversing.Open((Wire)wire, api).RunAsync(Conversing.Task());
        Assert.Equal(AgentEnd.Failed, updates.End().End);
        Assert.Contains("check the key", updates.End().Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("aaaa", updates.End().Reason, StringComparison.Ordinal);
        Assert.Single(api.Requests);
    }

    [Theory, InlineData((int)Wire.Anthropic), InlineData((int)Wire.Responses), InlineData((int)Wire.Chat)]
    public async Task A_refusal_is_an_end_of_its_own(int wire)
    {
        using var api = new ModelApi(_ => new ModelReply(new Say("I will not.")) { Refuses = true });
        Assert.Equal(AgentEnd.Refused, (await Conversing.Open((Wire)wire, api).RunAsync(Conversing.Task())).End().End);
    }

    [Fact]
    public async Task Anthropic_gets_cache_marks_a_thinking_budget_and_its_signed_thoughts_back()
    {
        using var api = new ModelApi(request => request.Results.Count == 0 ? new ModelReply(new Think("Hm."), new Call("look")) : new ModelReply(new Say("done")));
        await Conversing.Open(Wire.Anthropic, api).RunAsync(Conversing.Task(Conversing.Tool("look", _ => "seen")));
        var first = api.Requests.First();
        Assert.Equal("test-key-0123456789", first.Headers["x-api-key"]);
        Assert.True(first.Body.GetProperty("thinking").GetProperty("budget_tokens").GetInt32() >= 1024);
        Assert.Equal("ephemeral", first.Body.GetProperty("system")[0].GetProperty("cache_control").GetProperty("type").GetString());
        Assert.Equal("ephemeral", first.Body.GetProperty("tools")[0].GetProperty("cache_control").GetProperty("type").GetString());
        var assistant = api.Requests.Last().Body.GetProperty("messages").EnumerateArray().Single(m => m.GetProperty("role").GetString() == "assistant");
        var thought = assistant.GetProperty("content")[0];
        Assert.Equal(("thinking", "Hm.", "c2lnbmVk"), (thought.GetProperty("type").GetString(), thought.GetProperty("thinking").GetString(), thought.GetProperty("signature").GetString()));
    }

    [Fact]
    public async Task OpenAI_stores_nothing_and_gets_its_encrypted_reasoning_back()
    {
        using var api = new ModelApi(request => request.Results.Count == 0 ? new ModelReply(new Think("Hm."), new Call("look")) : new ModelReply(new Say("done")));
        await Conversing.Open(Wire.Responses, api).RunAsync(Conversing.Task(Conversing.Tool("look", _ => "seen")));
        Assert.False(api.Requests.First().Body.GetProperty("store").GetBoolean());
        Assert.Equal("Bearer test-key-0123456789", api.Requests.First().Headers["authorization"]);
        var reasoning = api.Requests.Last().Body.GetProperty("input").EnumerateArray().Single(i => i.GetProperty("type").GetString() == "reasoning");
        Assert.Equal("c2VjcmV0", reasoning.GetProperty("encrypted_content").GetString());
    }

    [Fact]
    public async Task Arguments_that_are_no_JSON_come_back_to_the_model_as_an_error()
    {
        using var api = new ModelApi(request => request.Results.Count == 0 ? new ModelReply(new Call("look", "{\"path\": ")) : new ModelReply(new Say(request.Results[0])));
        var updates = await Conversing.Open(Wire.Chat, api).RunAsync(Conversing.Task(Conversing.Tool("look", _ => throw new InvalidOperationException("must not run"))));
        Assert.Contains("could not be read", updates.End().Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tool_that_does_not_exist_is_said_to_the_model()
    {
        using var api = new ModelApi(request => request.Results.Count == 0 ? new ModelReply(new Call("rm_rf")) : new ModelReply(new Say(request.Results[0])));
        var updates = await Conversing.Open(Wire.Anthropic, api).RunAsync(Conversing.Task(Conversing.Tool("look", _ => "x")));
        Assert.Contains("There is no tool rm_rf", updates.End().Text, StringComparison.Ordinal);
    }
}
