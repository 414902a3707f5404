using System.Text.RegularExpressions;

namespace OpenSre.Diagnostics;

/// <summary>Which service calls which, as far as it has been read.</summary>
public sealed partial class CallGraph
{
    private readonly Dictionary<string, HashSet<string>> _callees = new(StringComparer.Ordinal);

    public static CallGraph Of(CheckContext context)
    {
        CallGraph graph = new();
        foreach (var output in context.Outputs(KubeTools.Dependencies))
        {
            graph.Read(output.Text);
        }

        return graph;
    }

    public IReadOnlySet<string> Callees(string service) => _callees.GetValueOrDefault(service) ?? [];

    public IEnumerable<string> Callers(string service) => _callees.Where(c => c.Value.Contains(service)).Select(c => c.Key);

    /// <summary>Everything a service calls, and what that calls.</summary>
    public HashSet<string> Reach(string service)
    {
        HashSet<string> reached = new(StringComparer.Ordinal);
        Stack<string> open = new([service]);
        while (open.TryPop(out var next))
        {
            foreach (var callee in Callees(next))
            {
                if (reached.Add(callee))
                {
                    open.Push(callee);
                }
            }
        }

        return reached;
    }

    private void Add(string caller, string callee)
    {
        if (!_callees.TryGetValue(caller, out var set))
        {
            _callees.Add(caller, set = new HashSet<string>(StringComparer.Ordinal));
        }

        set.Add(callee);
    }

    /// <summary>A heading with the service, a line with its callers, and a tree of what it calls.</summary>
    private void Read(string text)
    {
        List<(int Depth, string Name)> path = [];
        var service = "";
        foreach (var range in text.AsSpan().Split('\n'))
        {
            var line = text[range].TrimEnd();
            if (line.StartsWith("[Service]:", StringComparison.Ordinal))
            {
                service = line[10..].Trim().Split(' ')[0];
                path = [(-1, service)];
            }
            else if (line.StartsWith("[Upstream", StringComparison.Ordinal) && line.IndexOf("]:", StringComparison.Ordinal) is > 0 and var colon)
            {
                foreach (var caller in line[(colon + 2)..].Split(',', StringSplitOptions.TrimEntries).Where(c => NameShape().IsMatch(c)))
                {
                    Add(caller, service);
                }
            }
            else if (Branch().Match(line) is { Success: true } branch)
            {
                var depth = branch.Groups["lead"].Length;
                path.RemoveAll(p => p.Depth >= depth);
                Add(path.Count > 0 ? path[^1].Name : service, branch.Groups["name"].Value);
                path.Add((depth, branch.Groups["name"].Value));
            }
        }
    }

    [GeneratedRegex(@"^[a-z0-9][a-z0-9.-]*$")]
    private static partial Regex NameShape();

    [GeneratedRegex(@"^(?<lead>[│\s]*[├└][─-]+\s*)(?<name>[a-z0-9][a-z0-9.-]*)")]
    private static partial Regex Branch();
}
