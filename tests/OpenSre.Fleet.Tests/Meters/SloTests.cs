using OpenSre.Fleet;

namespace OpenSre.Tests.Fleet;

public sealed class SloTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 9, 15, 10, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(AgentState.Stuck, "progress")]
    [InlineData(AgentState.Looping, "loop")]
    [InlineData(AgentState.RateLimited, "limit")]
    [InlineData(AgentState.Crashed, "alive")]
    [InlineData(AgentState.Active, null)]
    [InlineData(AgentState.Idle, null)]
    [InlineData(AgentState.Waiting, null)]
    public void A_breach_is_told_once_and_again_when_it_lasts(AgentState state, string? slo)
    {
        var watch = new SloWatch();
        AgentView[] fleet = [View(state, new AgentMeter(_ => null), null)];
        Assert.Equal(slo, watch.New(fleet, Now).SingleOrDefault()?.Slo);
        Assert.Empty(watch.New(fleet, Now.AddMinutes(29)));
        Assert.Equal(slo is null ? 0 : 1, watch.New(fleet, Now.AddMinutes(30)).Count);
    }

    [Fact]
    public void Failing_more_than_is_allowed_is_a_breach_and_few_calls_are_none()
    {
        var meter = new AgentMeter(_ => null);
        for (var i = 0; i < 10; i++)
        {
            meter.Add(new ToolStarted(Now.AddMinutes(-i - 1), $"{i}", "Bash", "", [], "", $"{i}"), Now);
            meter.Add(new ToolEnded(Now.AddMinutes(-i - 1), $"{i}", Failed: i < 3), Now);
        }

        Assert.Contains("30.0 % of its 10 calls", Assert.Single(SloWatch.Of([View(AgentState.Active, meter, new AgentBudget(ErrorRate: 20))])).Sentence);
        Assert.Empty(SloWatch.Of([View(AgentState.Active, meter, new AgentBudget(ErrorRate: 30))]));
        Assert.Empty(SloWatch.Of([View(AgentState.Active, meter, null)]));
    }

    private static AgentView View(AgentState state, AgentMeter meter, AgentBudget? budget) =>
        new("claude-code", 7, null, new AgentStatus(state, "because"), meter, null, 0, budget, 0, 0, Now);
}
