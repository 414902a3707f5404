using OpenSre.Diagnostics;

namespace OpenSre.Tests.Diagnosis;

public sealed class LogComparisonTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_busier_hour_alone_is_no_change()
    {
        var comparison = new LogComparison();
        comparison.AddBaseline("web", [.. Times("GET /a 200 in 5 ms", 50), .. Times("cache refreshed", 10)]);
        comparison.AddIncident("web", [.. Times("GET /a 200 in 5 ms", 500), .. Times("cache refreshed", 100)]);
        Assert.Empty(comparison.Changes());
    }

    [Fact]
    public void What_no_longer_is_said_is_a_change()
    {
        var comparison = new LogComparison();
        comparison.AddBaseline("jobs", [.. Times("job 7 started", 50), .. Times("job 7 finished", 50)]);
        comparison.AddIncident("jobs", Times("job 8 started", 50));
        var gone = comparison.Changes().Single(c => c.Trend == TemplateTrend.Disappeared);
        Assert.Equal(("job <*> finished", 50L, 0L), (gone.Template, gone.Before, gone.Now));
    }

    [Fact]
    public void A_log_that_fell_silent_is_measured_by_time()
    {
        var comparison = new LogComparison(windows: 0.5);
        comparison.AddBaseline("jobs", Times("job 7 started", 40));
        comparison.AddIncident("jobs", []);
        var gone = Assert.Single(comparison.Changes());
        Assert.Equal((TemplateTrend.Disappeared, 20d, 40d), (gone.Trend, gone.Expected, gone.G));
    }

    [Fact]
    public void A_new_error_weighs_more_than_other_news_of_the_same_count()
    {
        var comparison = new LogComparison();
        comparison.AddBaseline("web", Times("GET /a 200 in 5 ms", 100));
        comparison.AddIncident("web", [.. Times("GET /a 200 in 5 ms", 100), .. Times("ERROR pool exhausted", 10), .. Times("flushing buffers", 10)]);
        var changes = comparison.Changes();
        Assert.Equal(["ERROR pool exhausted", "flushing buffers"], changes.Take(2).Select(c => c.Template));
        Assert.Equal(4 * changes[0].G, changes[0].Score, 9);
        Assert.Equal(2 * changes[1].G, changes[1].Score, 9);
    }

    [Fact]
    public void New_errors_are_told_in_the_order_of_their_first_line()
    {
        var comparison = new LogComparison();
        comparison.AddBaseline("web", Times("served 5", 10));
        comparison.AddBaseline("db", Times("checkpoint 5", 10));
        comparison.AddIncident("web", ["ERROR upstream timed out after 5 s", "ERROR upstream timed out after 6 s"], [Noon.AddSeconds(9), Noon.AddSeconds(4)]);
        comparison.AddIncident("db", ["FATAL no space left on device"], [Noon]);
        Assert.Equal([("db", (DateTimeOffset?)Noon), ("web", Noon.AddSeconds(4))], comparison.FirstErrors().Select(c => (c.Source, c.First)));
    }

    [Fact]
    public void Without_a_baseline_only_errors_are_news()
    {
        var comparison = new LogComparison();
        comparison.AddIncident("new", [.. Times("listening on 8080", 20), "ERROR cannot bind"]);
        Assert.Equal("ERROR cannot bind", Assert.Single(comparison.Changes()).Template);
    }

    [Fact]
    public void Known_errors_that_go_on_as_ever_are_no_news()
    {
        var comparison = new LogComparison();
        comparison.AddBaseline("web", [.. Times("served 5", 90), .. Times("ERROR bad cookie", 10)]);
        comparison.AddIncident("web", [.. Times("served 5", 90), .. Times("ERROR bad cookie", 11)]);
        Assert.Empty(comparison.Changes());
        Assert.Empty(comparison.FirstErrors());
    }

    [Fact]
    public void Templates_that_merge_during_the_incident_are_counted_together()
    {
        var comparison = new LogComparison();
        comparison.AddBaseline("auth", ["login of anna ok", "login of bert ok", "login of cleo ok"]);
        comparison.AddIncident("auth", ["login of dora ok", "login of emil ok", "login of fritz ok"]);
        Assert.Empty(comparison.Changes());
    }

    [Fact]
    public void A_stack_trace_counts_once()
    {
        var comparison = new LogComparison();
        comparison.AddBaseline("app", Times("order 7 placed", 20));
        comparison.AddIncident("app", [.. Times("order 7 placed", 20), "java.lang.IllegalStateException: no pool", "\tat org.apache.pool.Pool.get(Pool.java:7)", "\tat com.shop.Orders.place(Orders.java:42)"]);
        var change = Assert.Single(comparison.Changes());
        Assert.Equal((1L, true, TemplateTrend.FirstSeen), (change.Now, change.Error, change.Trend));
        Assert.Equal("java.lang.IllegalStateException at com.shop.Orders.place(Orders.java:42)", change.Example);
    }

    private static string[] Times(string line, int count) => [.. Enumerable.Repeat(line, count)];
}
