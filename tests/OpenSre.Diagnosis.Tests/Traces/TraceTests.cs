using OpenSre.Diagnostics;

namespace OpenSre.Tests.Diagnosis;

public sealed class TraceTests
{
    [Fact]
    public void Parallel_children_count_once()
    {
        Span[] spans = [Of("r", null, "web", 0, 100), Of("a", "r", "db", 10, 40), Of("b", "r", "db", 30, 40), Of("c", "r", "db", 90, 50)];
        // 10–70 and 90–100 are covered.
        Assert.Equal([30, 40, 40, 50], SelfTime.Of(spans));
    }

    [Fact]
    public void A_child_that_outlasts_its_parent_leaves_no_less_than_nothing() =>
        Assert.Equal(0, SelfTime.Of([Of("r", null, "web", 0, 10), Of("a", "r", "db", -5, 40)])[0]);

    [Fact]
    public void The_gap_between_services_is_the_network()
    {
        Span[] spans = [Of("client", null, "web", 0, 120), Of("server", "client", "db", 50, 20), Of("own", "server", "db", 51, 10)];
        var (caller, callee, gap) = Assert.Single(EdgeGap.Of(spans));
        Assert.Equal(("web", "db", 100.0), (caller, callee, gap));
    }

    [Fact]
    public void What_only_failing_traces_pass_is_most_suspicious()
    {
        Span[] spans =
        [
            Of("1", null, "web", 0, 1, "t1"), Of("2", "1", "cart", 0, 1, "t1"),
            Of("1", null, "web", 0, 1, "t2"), Of("2", "1", "cart", 0, 1, "t2"),
            Of("1", null, "web", 0, 1, "t3"), Of("2", "1", "search", 0, 1, "t3"),
        ];
        var ranked = Ochiai.Rank(spans, t => t is "t1" or "t2");
        Assert.Equal(("cart", 1.0), ranked[0]);
        Assert.Equal(2 / Math.Sqrt(6), ranked.Single(r => r.Service == "web").Score, 9);
        Assert.All(Ochiai.Rank(spans, _ => false), r => Assert.Equal(0, r.Score));
    }

    private static Span Of(string id, string? parent, string service, double start, double duration, string trace = "t") => new(trace, id, parent, service, "op", start, duration, false);
}
