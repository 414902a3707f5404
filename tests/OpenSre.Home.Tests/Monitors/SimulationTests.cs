namespace OpenSre.Home.Tests.Monitors;

/// <summary>Two days of three hosts with all that is no fault, without and with faults on top.</summary>
public class SimulationTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Two_days_without_a_fault_bring_at_most_one_false_notice(int seed)
    {
        var result = await new Simulation(seed).RunAsync(TimeSpan.FromHours(48), []);
        Assert.True(result.False.Count <= 1, string.Join('\n', result.False.Select(m => $"{m.At:dd HH:mm} {m.Text}")));
        Assert.InRange(result.Digests, 0, 2);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public async Task Every_fault_is_told_within_the_time_of_its_rule(int seed)
    {
        var result = await new Simulation(seed).RunAsync(TimeSpan.FromHours(49), Simulation.Faults);
        var late = result.Outcomes.Where(o => o.Told is null || o.Told > o.Fault.Within).ToList();
        Assert.True(late.Count == 0, string.Join('\n', late.Select(o => $"{o.Fault.Name}: {o.Told?.ToString() ?? "not told"}, {o.Fault.Within} allowed")) + "\n" + string.Join('\n', result.Messages.Select(m => $"{m.At:dd HH:mm} {m.Text}")));
        Assert.True(result.False.Count <= 1, string.Join('\n', result.False.Select(m => $"{m.At:dd HH:mm} {m.Text}")));
        Assert.All(result.Outcomes, o => Assert.True(o.Recovered || o.Fault.Name == "disk filling", o.Fault.Name));
    }
}
