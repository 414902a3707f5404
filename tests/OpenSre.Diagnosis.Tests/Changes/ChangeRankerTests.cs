using OpenSre.Diagnostics;

namespace OpenSre.Tests.Diagnosis;

public sealed class ChangeRankerTests
{
    private static readonly DateTimeOffset Onset = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly FailureSignature PoolExhausted = new(
    [
        new("billing", "connection pool exhausted, waited 5000ms for ledger_rw", false, 0.9, Onset),
        new("billing", "db_pool_wait_seconds", true, 0.9, Onset.AddMinutes(1)),
    ]);

    [Fact]
    public void The_change_that_can_do_it_beats_the_one_that_came_last()
    {
        var ranked = Rank(
            Of("pool", -25, "billing", "-max_pool_size: 40\n+max_pool_size: 4"),
            Of("late", -1, "billing", "-title: Bills\n+title: Invoices"));
        Assert.Equal("pool", ranked[0].Change.Id);
        Assert.Equal(FailureMode.Pool, ranked[0].By!.Mode);
        Assert.True(ranked[1].Mechanism < 0, "a change that cannot do it is cleared");
    }

    [Fact]
    public void What_came_after_the_first_bad_signal_is_out()
    {
        var after = Rank(Of("pool", 5, "billing", "-max_pool_size: 40\n+max_pool_size: 4"))[0];
        Assert.True(after.IsTooLate);
    }

    [Fact]
    public void Hours_are_near_only_for_what_builds_up()
    {
        var slow = Rank(Of("pool", -180, "billing", "-max_pool_size: 40\n+max_pool_size: 4"))[0];
        var crash = ChangeRanker.Rank([Of("guard", -180, "billing", "-if user == nil { return ErrNoUser }")], new FailureSignature([new("billing", "panic: nil pointer dereference", false, 0.9, Onset)]), null)[0];
        Assert.True(slow.Timing > 1, $"{slow.Timing}");
        Assert.True(crash.Timing < 0, $"{crash.Timing}");
    }

    [Fact]
    public void Where_it_runs_counts()
    {
        var ranked = ChangeRanker.Rank([Of("here", -5, "billing", "-max_pool_size: 40\n+max_pool_size: 4"), Of("there", -5, "search", "-max_pool_size: 40\n+max_pool_size: 4")], PoolExhausted, s => s == "billing" ? 1 : 0.1);
        Assert.Equal("here", ranked[0].Change.Id);
    }

    [Fact]
    public void Rare_words_they_share_count_and_common_ones_do_not()
    {
        var ranked = Rank(Of("ledger", -5, "billing", "+x = ledger_rw()"), Of("other", -5, "billing", "+x = search_ro()"), Of("third", -5, "billing", "+y = other()"));
        Assert.Equal("ledger", ranked[0].Change.Id);
        Assert.Contains("ledger_rw", ranked[0].Shared);
    }

    [Fact]
    public void Load_says_less_of_changes_when_requests_rushed_in_first()
    {
        FailureSignal[] signals = [new("web", "cpu_utilization", true, 0.9, Onset)];
        Assert.True(new FailureSignature(signals, underSurge: true).Strength(FailureMode.Cpu) < new FailureSignature(signals).Strength(FailureMode.Cpu));
    }

    private static IReadOnlyList<RankedChange> Rank(params Change[] changes) => ChangeRanker.Rank(changes, PoolExhausted, null);

    private static Change Of(string id, double minutes, string service, string diff) =>
        new(id, Onset.AddMinutes(minutes - 5), "change", ["src/settings.yaml"], diff) { Deployments = [(Onset.AddMinutes(minutes), service)] };
}
