namespace OpenSre.Fleet;

/// <summary>
/// Which agent stands behind a process. Where the system tells of every process that begins, that is known of processes that
/// are gone already too, and of those whose parent has ended; else only of those that live when they are asked about.
/// Not thread-safe.
/// </summary>
/// <param name="table">The processes that live.</param>
/// <param name="events">Beginnings and ends; null where they are not told.</param>
internal sealed class ProcessTree(IProcessTable table, ProcessEvents? events) : IDisposable
{
    private const int Deepest = 256;
    private const int LongestCommand = 300;

    /// <summary>So long a process that has ended is still known by its number.</summary>
    private const long Remembered = 60_000;

    private readonly Dictionary<int, Node> _nodes = [];
    private readonly Queue<(int Pid, Node Node, long At)> _ended = new();

    /// <summary>Processes that are gone are known as well.</summary>
    public bool KnowsTheGone => events is not null;

    public int Descriptor => events?.Descriptor ?? -1;

    /// <summary>How often something of what began was lost.</summary>
    public int Losses { get; private set; }

    /// <summary>These are the agents now; what they have started belongs to them.</summary>
    public void Follow(IEnumerable<(string Agent, ProcessIdentity Process)> agents)
    {
        Drain();
        foreach (var (agent, process) in agents)
        {
            var node = Known(process.Pid);
            (node.Agent, node.Start) = (agent, process.Start);
            Below(process.Pid, node, 0);
        }
    }

    /// <summary>Takes in what has happened since.</summary>
    public void Drain()
    {
        if (events is null)
        {
            return;
        }

        if (!events.Drain(Take))
        {
            // What has begun meanwhile is found again below the agents, as far as it lives.
            Losses++;
            foreach (var (pid, node) in _nodes.Where(n => n.Value.Agent is not null).ToList())
            {
                Below(pid, node, 0);
            }
        }

        var now = Environment.TickCount64;
        while (_ended.TryPeek(out var oldest) && now - oldest.At > Remembered)
        {
            _ended.Dequeue();
            if (_nodes.GetValueOrDefault(oldest.Pid) == oldest.Node)
            {
                _nodes.Remove(oldest.Pid);
            }
        }
    }

    /// <summary>The nearest agent above a process, or the process itself.</summary>
    public Origin Of(int pid)
    {
        if (events is null)
        {
            return OfLiving(pid);
        }

        Drain();
        return _nodes.TryGetValue(pid, out var node) && Agent(node) is { } agent ? new Origin(agent, node.Command, IsGone: false) : default;
    }

    public void Dispose() => events?.Dispose();

    private static string? Agent(Node? node)
    {
        for (var depth = 0; node is not null && depth < Deepest; depth++, node = node.Parent)
        {
            if (node.Agent is not null)
            {
                return node.Agent;
            }
        }

        return null;
    }

    private Origin OfLiving(int pid)
    {
        string? command = null;
        var at = pid;
        for (var depth = 0; at > 0 && depth < Deepest; depth++)
        {
            if (table.Get(at) is not { } facts)
            {
                return new Origin(null, command ?? "", IsGone: at == pid);
            }

            command ??= Text(facts);
            if (_nodes.TryGetValue(at, out var node) && node.Agent is not null && node.Start == facts.Identity.Start)
            {
                return new Origin(node.Agent, command, IsGone: false);
            }

            at = facts.Parent;
        }

        return new Origin(null, command ?? "", IsGone: false);
    }

    private void Take(ProcessEvent happened)
    {
        switch (happened.Kind)
        {
            case ProcessEventKind.Started:
                // The number may have been another process before.
                _nodes[happened.Pid] = new Node { Parent = Known(happened.Parent) };
                break;
            case ProcessEventKind.Executed when _nodes.TryGetValue(happened.Pid, out var node) && Agent(node) is not null:
                node.Command = table.Get(happened.Pid) is { } facts ? Text(facts) : node.Command;
                break;
            case ProcessEventKind.Ended when _nodes.TryGetValue(happened.Pid, out var ended):
                _ended.Enqueue((happened.Pid, ended, Environment.TickCount64));
                break;
        }
    }

    private Node Known(int pid) => _nodes.TryGetValue(pid, out var node) ? node : _nodes[pid] = new Node();

    private void Below(int pid, Node node, int depth)
    {
        if (depth > Deepest)
        {
            return;
        }

        foreach (var child in table.Children(pid))
        {
            var below = Known(child);
            below.Parent ??= node;
            Below(child, below, depth + 1);
        }
    }

    private static string Text(ProcessFacts facts)
    {
        var text = string.Join(' ', facts.Arguments);
        return text.Length <= LongestCommand ? text : text[..LongestCommand] + "…";
    }

    private sealed class Node
    {
        public Node? Parent { get; set; }

        public string? Agent { get; set; }

        public long Start { get; set; }

        public string Command { get; set; } = "";
    }
}

/// <summary>Where a process comes from.</summary>
/// <param name="Agent">The nearest agent above it; null when it is below none, or when that cannot be known any more.</param>
/// <param name="Command">What runs; may be empty.</param>
/// <param name="IsGone">It has ended, and nothing is known of it.</param>
internal readonly record struct Origin(string? Agent, string Command, bool IsGone);
