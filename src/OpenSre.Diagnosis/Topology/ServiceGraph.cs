namespace OpenSre.Diagnostics;

/// <summary>Who calls whom, and what runs where, by name.</summary>
public sealed class ServiceGraph
{
    private readonly Dictionary<string, HashSet<string>> _callees = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _hosts = new(StringComparer.Ordinal);

    public void Call(string caller, string callee)
    {
        if (caller == callee)
        {
            return;
        }

        if (!_callees.TryGetValue(caller, out var callees))
        {
            _callees.Add(caller, callees = new HashSet<string>(StringComparer.Ordinal));
        }

        callees.Add(callee);
    }

    /// <summary>Says on which node a service runs.</summary>
    public void Place(string service, string node) => _hosts[service] = node;

    public IReadOnlyCollection<string> Callees(string caller) => _callees.TryGetValue(caller, out var callees) ? callees : [];

    public IEnumerable<(string Caller, string Callee)> Calls => _callees.SelectMany(c => c.Value.Select(callee => (c.Key, callee)));

    /// <summary>Services by the node they run on.</summary>
    public IEnumerable<IGrouping<string, string>> Placement => _hosts.GroupBy(h => h.Value, h => h.Key, StringComparer.Ordinal);

    /// <summary>What can be reached along calls from a service, with the service itself, nearest first.</summary>
    public IReadOnlyList<string> Reach(string from)
    {
        List<string> reached = [from];
        HashSet<string> seen = new(StringComparer.Ordinal) { from };
        for (var i = 0; i < reached.Count; i++)
        {
            reached.AddRange(Callees(reached[i]).Where(seen.Add));
        }

        return reached;
    }

    /// <summary>
    /// The node whose services are in trouble while those of others are not: at least 60 % of two or more of its
    /// services, and at most half that share elsewhere.
    /// </summary>
    public (string Node, double Share, double Elsewhere)? NodeAtFault(IReadOnlySet<string> troubled)
    {
        var nodes = Placement.Select(g => (Node: g.Key, Of: g.Count(), In: g.Count(troubled.Contains))).ToList();
        foreach (var (node, of, bad) in nodes.Where(n => n.Of >= 2 && n.In >= 0.6 * n.Of).OrderByDescending(n => (double)n.In / n.Of))
        {
            var others = nodes.Where(n => n.Node != node).ToList();
            var elsewhere = others.Sum(n => n.Of) is var count and > 0 ? (double)others.Sum(n => n.In) / count : 1;
            var share = (double)bad / of;
            if (elsewhere <= share / 2)
            {
                return (node, share, elsewhere);
            }
        }

        return null;
    }
}
