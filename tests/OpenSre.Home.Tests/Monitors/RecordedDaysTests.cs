namespace OpenSre.Home.Tests.Monitors;

/// <summary>Two days played from looks at a real machine, without and with the faults that were really made on it.</summary>
public class RecordedDaysTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Two_recorded_days_without_a_fault_bring_at_most_one_false_notice(int seed)
    {
        var result = await new RecordedDays(seed).RunAsync(faults: false);
        Assert.True(result.False.Count <= 1, string.Join('\n', result.False.Select(m => $"{m.At:dd HH:mm} {m.Text}")));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Every_recorded_fault_is_told_within_the_time_of_its_rule(int seed)
    {
        var result = await new RecordedDays(seed).RunAsync(faults: true);
        var late = result.Outcomes.Where(o => o.Told is null || o.Told > o.Within).ToList();
        Assert.True(late.Count == 0, string.Join('\n', late.Select(o => $"{o.Fault}: {o.Told?.ToString() ?? "not told"}, {o.Within} allowed")) + "\n" + string.Join('\n', result.Messages.Select(m => $"{m.At:dd HH:mm} {m.Text}")));
        Assert.All(result.Outcomes, o => Assert.True(o.Recovered, o.Fault));
        Assert.True(result.False.Count <= 1, string.Join('\n', result.False.Select(m => $"{m.At:dd HH:mm} {m.Text}")));
    }

    /// <summary>
    /// A quarter of an hour of a machine on which programs were built, begun when it was half idle, played 200 times over: what it
    /// is told of is true, as its processors were at 99 % and its load at 20.
    /// </summary>
    [Fact]
    public async Task Two_days_of_a_build_machine_with_all_rules_tell_that_it_is_busy_and_nothing_else()
    {
        var messages = await RecordedDays.InOrderAsync("build-machine", TimeSpan.FromHours(48));
        Assert.NotEmpty(messages);
        Assert.All(messages, m => Assert.True(m.Text.Contains("CPU at", StringComparison.Ordinal) || m.Text.Contains("load ", StringComparison.Ordinal), $"{m.At:dd HH:mm} {m.Text}"));
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join('\n', messages.Select(m => $"{m.At:dd HH:mm} {m.Text.Split('\n')[0]}")));
    }

    [Fact]
    public async Task A_machine_that_is_really_overloaded_is_said_to_be()
    {
        var messages = await RecordedDays.BusyAsync(TimeSpan.FromMinutes(40));
        Assert.Contains("CPU at", Assert.Single(messages).Text, StringComparison.Ordinal);
    }
}
