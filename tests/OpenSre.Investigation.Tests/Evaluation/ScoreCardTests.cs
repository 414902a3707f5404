using OpenSre.Investigation;

namespace OpenSre.Tests.Investigation;

public sealed class ScoreCardTests
{
    private static readonly CaseLabel Full = new("c1", "root_cause", "filesystem", "/srv", "disk.space_exhausted", "");
    private static readonly CaseLabel Well = new("c2", "healthy", "host", "h", "healthy", "");

    private static CaseResult Result(string name, string verdict, bool right, double p, params RankedAnswer[] ranked) => new(name, verdict, p, ranked, [], true, 3, 5, right);

    [Fact]
    public void Right_answers_and_false_incidents_are_counted()
    {
        var card = new ScoreCard([
            (Full, Result("c1", "root_cause", true, 0.9, new RankedAnswer("disk.space_exhausted", "/srv", 0.9))),
            (Well, Result("c2", "root_cause", false, 0.8, new RankedAnswer("cpu.saturated", "h", 0.8)))]);
        Assert.Equal(1, card.AccuracyAtOne);
        Assert.Equal(1, card.FalseIncidents);
        Assert.Contains("not right", card.Print("t"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("disk.space_exhausted", "/srv", true)]
    [InlineData("disk.space_exhausted", "/other", false)]
    [InlineData("disk.read_only", "/srv", false)]
    public void Both_the_type_and_the_thing_must_be_right(string type, string entity, bool matches) =>
        Assert.Equal(matches, ScoreCard.Matches(Full, new RankedAnswer(type, entity, 1)));

    [Fact]
    public void The_interval_is_Wilsons()
    {
        var (low, high) = ScoreCard.Wilson(45, 50);
        Assert.Equal(0.786, low, 3);
        Assert.Equal(0.957, high, 3);
        Assert.Equal((0, 1), ScoreCard.Wilson(0, 0));
    }
}
