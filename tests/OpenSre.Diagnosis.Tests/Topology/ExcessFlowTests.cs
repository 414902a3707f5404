using OpenSre.Diagnostics;

namespace OpenSre.Tests.Diagnosis;

public sealed class ExcessFlowTests
{
    [Fact]
    public void The_deepest_service_that_shows_the_symptom_is_the_root()
    {
        var graph = Graph(("web", "orders"), ("orders", "db"), ("orders", "mail"));
        var ranked = ExcessFlow.Rank(graph, "web", Shown(("web", 50), ("orders", 48), ("db", 47), ("mail", 0)));
        Assert.Equal("db", ranked[0].Service);
        Assert.True(ranked[0].Score > 5 * Math.Max(0.01, ranked[1].Score));
    }

    [Fact]
    public void A_service_with_sound_callees_is_its_own_root() =>
        Assert.Equal("orders", ExcessFlow.Rank(Graph(("web", "orders"), ("orders", "db")), "web", Shown(("web", 50), ("orders", 48), ("db", 0)))[0].Service);

    /// <summary>Forty times slower, but asked once a minute: it explains nothing of the page.</summary>
    [Fact]
    public void A_rare_call_explains_little()
    {
        var graph = Graph(("web", "rare"), ("web", "busy"));
        var rare = ExcessFlow.Excess([2, 2, 2], [1, 1, 1], 0.05, 1, 1);
        var busy = ExcessFlow.Excess([0.3, 0.3, 0.3], [400, 400, 400], 0.2, 1, 1);
        var web = ExcessFlow.Excess([0.4, 0.4, 0.4], [400, 400, 400], 0.3, 1, 1);
        Dictionary<string, ServiceExcess> services = new() { ["rare"] = new("rare", new double[9], rare), ["busy"] = new("busy", new double[9], busy), ["web"] = new("web", new double[9], web) };
        Assert.Equal("busy", ExcessFlow.Rank(graph, "web", services)[0].Service);
    }

    [Fact]
    public void Noise_of_usual_times_is_no_cause()
    {
        var graph = Graph(("web", "restless"), ("web", "quiet"));
        var services = Shown(("web", 50), ("restless", 40), ("quiet", 35));
        services["restless"] = services["restless"] with { Baseline = [80, -70, 60, 90, -85, 75, -60, 88, -90] };
        Assert.Equal("quiet", ExcessFlow.Rank(graph, "web", services)[0].Service);
    }

    [Fact]
    public void Without_a_symptom_there_is_no_root() => Assert.Empty(ExcessFlow.Rank(Graph(("web", "db")), "web", Shown(("web", 0), ("db", 30))));

    [Fact]
    public void What_cannot_be_reached_is_not_asked() =>
        Assert.DoesNotContain(ExcessFlow.Rank(Graph(("web", "db"), ("batch", "disk")), "web", Shown(("web", 50), ("db", 5), ("disk", 50))), r => r.Service == "disk");

    [Fact]
    public void Calls_in_a_circle_end() => Assert.Equal(3, Graph(("a", "b"), ("b", "c"), ("c", "a")).Reach("a").Count);

    [Fact]
    public void A_node_is_at_fault_when_its_services_are_in_trouble_and_others_are_not()
    {
        var graph = new ServiceGraph();
        foreach (var (service, node) in new[] { ("a", "n1"), ("b", "n1"), ("c", "n1"), ("d", "n2"), ("e", "n2"), ("f", "n2") })
        {
            graph.Place(service, node);
        }

        Assert.Equal("n1", graph.NodeAtFault(new HashSet<string> { "a", "b" })!.Value.Node);
        Assert.Null(graph.NodeAtFault(new HashSet<string> { "a", "b", "d", "e" }));
        Assert.Null(graph.NodeAtFault(new HashSet<string> { "a" }));
    }

    private static ServiceGraph Graph(params (string Caller, string Callee)[] calls)
    {
        var graph = new ServiceGraph();
        foreach (var (caller, callee) in calls)
        {
            graph.Call(caller, callee);
        }

        return graph;
    }

    private static Dictionary<string, ServiceExcess> Shown(params (string Service, double Excess)[] shown) =>
        shown.ToDictionary(s => s.Service, s => new ServiceExcess(s.Service, [0, 1, -1, 0, 1, 0, -1, 0, 0], [0, s.Excess, s.Excess]));
}
