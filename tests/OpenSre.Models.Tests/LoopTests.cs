using OpenSre.Core;
using OpenSre.Models;

namespace OpenSre.Tests.Models;

/// <summary>The loop: budgets, parallel calls, steering, cancellation, room in the window.</summary>
public sealed class LoopTests
{
    [Fact]
    public async Task Calls_of_one_answer_run_side_by_side_and_answer_in_order()
    {
        using var api = new ModelApi(r => r.Results.Count == 0 ? new ModelReply(new Call("a"), new Call("b")) : new ModelReply(new Say(string.Join(' ', r.Results))));
        using var both = new Barrier(2);
        AgentTool Meeting(string name) => new(name, name, """{"type":"object","properties":{}}""", (_, cancellation) => Task.Run(
            () =>
            {
                // Ends only if the other one runs at the same time.
                Assert.True(both.SignalAndWait(TimeSpan.FromSeconds(120), cancellation));
                return new AgentToolAnswer(name, name);
            },
            cancellation));
        Assert.Equal("a b", (await Conversing.Open(Wire.Chat, api).RunAsync(Conversing.Task(Meeting("a"), Meeting("b")))).End().Text);
    }

    [Fact]
    public async Task The_last_step_of_the_budget_is_announced_and_the_partial_answer_is_kept()
    {
        using var api = new ModelApi(_ => new ModelReply(new Say("I keep looking."), new Call("look")));
        var updates = await Conversing.Open(Wire.Anthropic, api).RunAsync(Conversing.Task(Conversing.Tool("look", _ => "x")) with { Budget = new AgentBudget(Steps: 3) });
        Assert.Equal((AgentEnd.Budget, "I keep looking."), (updates.End().End, updates.End().Text));
        Assert.Contains("3 steps", updates.End().Reason, StringComparison.Ordinal);
        Assert.Equal(3, api.Requests.Count);
        Assert.Contains(api.Requests.Last().Said, s => s.Contains("last answer", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(2_000, null, "tokens")]
    [InlineData(1_000_000, 0.002, "$")]
    public async Task Tokens_and_money_end_it_before_the_next_step(long tokens, double? money, string said)
    {
        using var api = new ModelApi(_ => new ModelReply(new Call("look")) { Input = 2_000, Cached = 0 });
        var updates = await Conversing.Open(Wire.Chat, api).RunAsync(Conversing.Task(Conversing.Tool("look", _ => "x")) with { Budget = new AgentBudget(Steps: 50, Tokens: tokens, Money: (decimal?)money) });
        Assert.Equal(AgentEnd.Budget, updates.End().End);
        Assert.Contains(said, updates.End().Reason, StringComparison.Ordinal);
        Assert.Single(api.Requests);
    }

    [Fact]
    public async Task Time_ends_it_in_the_middle_of_an_answer_and_keeps_what_was_said()
    {
        using var api = new ModelApi(_ => new ModelReply(new Say("So far: "), new Silence(TimeSpan.FromMinutes(2)), new Say("never")));
        var updates = await Conversing.Open(Wire.Responses, api).RunAsync(Conversing.Task() with { Budget = new AgentBudget(Time: TimeSpan.FromSeconds(1.5)) });
        Assert.Equal((AgentEnd.Budget, "So far: "), (updates.End().End, updates.End().Text));
    }

    [Fact]
    public async Task What_a_person_says_interrupts_the_answer_and_is_answered_next()
    {
        using var api = new ModelApi(r => r.Said.Any(s => s.Contains("look at memory", StringComparison.Ordinal)) ? new ModelReply(new Say("Memory it is.")) : new ModelReply(new Say("The disk "), new Silence(TimeSpan.FromMinutes(2)), new Say("never")));
        var person = new Person();
        var updates = await Conversing.Open(Wire.Anthropic, api).RunAsync(Conversing.Task() with { Steering = person }, u =>
        {
            if (u is AgentText { Text: "disk " })
            {
                person.Say("look at memory");
            }
        });
        Assert.Equal("Memory it is.", updates.End().Text);
        Assert.Contains(updates, u => u is AgentSteered { Text: "look at memory" });
    }

    [Theory]
    [InlineData(true, AgentEnd.Completed)]
    [InlineData(false, AgentEnd.Budget)]
    public async Task The_time_in_which_a_person_is_asked_does_not_count(bool isAsked, AgentEnd end)
    {
        using var api = new ModelApi(r => r.Results.Count == 0 ? new ModelReply(new Call("look")) : new ModelReply(new Say("done")));
        var clock = new Clock();
        var waiting = new WaitingTime(clock);
        var tool = Conversing.Tool("look", _ =>
        {
            using var first = isAsked ? waiting.Begin() : null;
            using var second = isAsked ? waiting.Begin() : null;
            clock.Advance(TimeSpan.FromHours(1));
            return "x";
        });
        var agent = new ChatAgent(Conversing.Catalogue().OpenClient(Conversing.Settings(Wire.Chat, api)), "scripted", 100_000, 4_000, null, Conversing.Quick(), clock);
        var updates = await agent.RunAsync(Conversing.Task(tool) with { Budget = new AgentBudget(Time: TimeSpan.FromMinutes(10)), Waiting = waiting });
        Assert.Equal(end, updates.End().End);
        Assert.Equal(isAsked ? TimeSpan.FromHours(1) : TimeSpan.Zero, waiting.Total);
    }

    private sealed class Clock : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Interlocked.Read(ref _ticks);

        public void Advance(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);
    }

    [Fact]
    public async Task Cancelling_ends_it_while_the_model_is_silent()
    {
        using var api = new ModelApi(_ => new ModelReply(new Say("wait "), new Silence(TimeSpan.FromMinutes(2))));
        using var stop = new CancellationTokenSource();
        await using var agent = Conversing.Open(Wire.Chat, api);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var update in agent.RunAsync(Conversing.Task(), stop.Token))
            {
                if (update is AgentText)
                {
                    await stop.CancelAsync();
                }
            }
        });
    }

    [Fact]
    public async Task A_thousand_large_answers_stay_within_the_window()
    {
        const int Window = 60_000;
        var longest = 0;
        using var api = new ModelApi(r =>
        {
            longest = Math.Max(longest, r.Text.Length);
            return r.Number <= 40
                ? new ModelReply([.. Enumerable.Range(0, 25).Select(i => new Call("look", $$"""{"path":"{{r.Number}}-{{i}}"}"""))]) { Input = 10 }
                : new ModelReply(new Say(r.Said.Concat(r.Results).Any(s => s.Contains("o1000", StringComparison.Ordinal)) ? "the newest id is there" : "lost"));
        });
        var number = 0;
        var tool = new AgentTool("look", "looks", """{"type":"object","properties":{"path":{"type":"string"}}}""", (_, _) =>
        {
            var id = Interlocked.Increment(ref number);
            return Task.FromResult(new AgentToolAnswer($"o{id} " + new string('x', 10_000), $"o{id}: 100,000 characters kept"));
        });
        var settings = Conversing.Settings(Wire.Chat, api) with { Window = Window, MaxOutput = 4_000, Price = null };
        var agent = Conversing.Catalogue().Open(settings, new Masking(), retries: Conversing.Quick());
        var updates = await agent.RunAsync(Conversing.Task(tool) with { Budget = new AgentBudget(Steps: 200, Tokens: 10_000_000) });
        Assert.Equal("the newest id is there", updates.End().Text);
        Assert.True(longest / 3 < Window, $"{longest} characters were sent");
        Assert.Contains(updates, u => u is AgentNotice);
    }

    [Fact]
    public async Task A_conversation_the_provider_calls_too_long_is_shortened_and_sent_again()
    {
        using var api = new ModelApi(r => r.Results.Count == 0 ? new ModelReply(new Call("look"))
            : r.Text.Length > 20_000 ? ModelReply.Fails(400, "invalid_request_error", "prompt is too long: 250000 tokens > 200000 maximum")
            : new ModelReply(new Say(r.Results[0])));
        var tool = Conversing.Tool("look", _ => new string('x', 40_000));
        var updates = await Conversing.Open(Wire.Anthropic, api).RunAsync(Conversing.Task(tool));
        Assert.Equal("digest of look", updates.End().Text);
    }

    private sealed class Person : ISteering
    {
        private readonly System.Threading.Channels.Channel<string> _texts = System.Threading.Channels.Channel.CreateUnbounded<string>();

        public void Say(string text) => _texts.Writer.TryWrite(text);

        public bool TryTake(out string text) => _texts.Reader.TryRead(out text!);

        public async Task WaitAsync(CancellationToken cancellation) => await _texts.Reader.WaitToReadAsync(cancellation);
    }
}
