namespace OpenSre.Fleet;

/// <summary>An agent moved what is checked out in a working tree in which others work.</summary>
/// <param name="Agent">Who did it, <c>name:pid</c>.</param>
/// <param name="Others">Who else works there.</param>
/// <param name="By">The command, as far as it was seen.</param>
public sealed record GitMove(string Root, string Agent, IReadOnlyList<string> Others, string By, DateTimeOffset At);

/// <summary>
/// Sees the writes of agents and of whatever they start while they happen, in the repositories (else the folders) they work
/// in, and knows whose they are: by fanotify and the beginnings of processes where the system allows it, else by inotify and
/// the files that are open. What is not known to be an agent's is none's. Begins with <see cref="Follow"/>.
/// </summary>
public sealed class WriteWatch : IDisposable
{
    private const int MostKept = 20_000;
    private const int MostWaiting = 4_096;
    private const int Beat = 250;

    /// <summary>So long a write waits for a new agent to be noticed above it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly AgentDiscovery _discovery;
    private readonly TimeProvider _time;
    private readonly Fanotify? _kernel;
    private readonly string _refusal = "";
    private readonly ProcessTree _tree;
    private readonly Lock _lock = new();
    private readonly Thread? _thread;
    private readonly List<WriteEvent> _writes = [];
    private readonly List<GitMove> _moves = [];
    private readonly Queue<(FileTouch Touch, DateTimeOffset At)> _waiting = new();
    private readonly Dictionary<string, FolderWatch?> _folders = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _problems = new(StringComparer.Ordinal);
    private IReadOnlyList<Followed> _agents = [];
    private IReadOnlyList<string> _roots = [];
    private long _unknown;
    private volatile bool _stopping;

    /// <param name="discovery">For the processes below agents.</param>
    /// <param name="byKernel">Use fanotify where it is allowed; else inotify in any case.</param>
    public WriteWatch(AgentDiscovery discovery, TimeProvider time, bool byKernel = true)
    {
        (_discovery, _time) = (discovery, time);
        if (byKernel)
        {
            _kernel = Fanotify.Open(out _refusal);
        }

        _tree = new ProcessTree(discovery.Table, _kernel is null ? null : ProcessEvents.Open());
        if (_kernel is not null)
        {
            _thread = new Thread(Run, 512 * 1024) { IsBackground = true, Name = "agents file watch" };
            _thread.Start();
        }
    }

    /// <summary>The kernel tells who wrote.</summary>
    public bool IsByKernel => _kernel is not null;

    /// <summary>In which way writes are seen, and what cannot be known in it.</summary>
    public string Way
    {
        get
        {
            lock (_lock)
            {
                var refused = _refusal.Length > 0 ? $" (fanotify: {_refusal})" : "";
                var way = _kernel is null
                    ? $"by inotify{refused}: a write is known to be an agent's only while one of its processes has the file open; by whom else it is not known"
                    : _tree.KnowsTheGone ? "by fanotify and process events: each file that an agent or what it starts has written and closed, moved or deleted"
                    : "by fanotify: each file written and closed, moved or deleted; whose it was is not known when the process had ended before it was looked at";
                return string.Join("; ", [way, .. _problems.Select(p => $"{p.Key}: {p.Value}")]);
            }
        }
    }

    /// <summary>Changes below what is watched whose author could not be known.</summary>
    public long Unknown => Interlocked.Read(ref _unknown);

    /// <summary>How often the system told less than everything, because too much happened at once.</summary>
    public int Losses
    {
        get
        {
            lock (_lock)
            {
                return (_kernel?.Losses ?? 0) + _tree.Losses + _folders.Values.Sum(f => f?.Losses ?? 0);
            }
        }
    }

    /// <summary>The writes of agents seen so far, the newest last.</summary>
    public IReadOnlyList<WriteEvent> Writes
    {
        get
        {
            lock (_lock)
            {
                return [.. _writes];
            }
        }
    }

    /// <summary>What was done with git under the feet of others, the newest last.</summary>
    public IReadOnlyList<GitMove> Moves
    {
        get
        {
            lock (_lock)
            {
                return [.. _moves];
            }
        }
    }

    /// <summary>These are the agents now. To be called at each look; a new agent is noticed then, with what it wrote shortly before.</summary>
    public void Follow(IReadOnlyList<AgentView> fleet)
    {
        lock (_lock)
        {
            _agents = [.. fleet.Where(v => v.Agent is not null).Select(v => new Followed($"{v.Name}:{v.Pid}", v.Agent!, v.Meter.Current is not null, v.Meter.HasRecords))];
            _roots = [.. _agents.Select(a => a.Root).Where(r => r.Length > 0).Distinct(StringComparer.Ordinal)];
            _tree.Follow(_agents.Select(a => (a.Name, a.Process.Identity)));
            foreach (var root in _roots)
            {
                Cover(root);
            }

            for (var left = _waiting.Count; left > 0; left--)
            {
                var (touch, at) = _waiting.Dequeue();
                if (!TryTake(touch, at) && _time.GetUtcNow() - at < Patience)
                {
                    _waiting.Enqueue((touch, at));
                }
            }
        }
    }

    public void Dispose()
    {
        _stopping = true;
        _thread?.Join();
        foreach (var folder in _folders.Values)
        {
            folder?.Dispose();
        }

        _kernel?.Dispose();
        _tree.Dispose();
    }

    private void Cover(string root)
    {
        if (_folders.ContainsKey(root))
        {
            return;
        }

        _folders[root] = null;
        if (_kernel is not null)
        {
            if (_kernel.Cover(root) is not { } refused)
            {
                return;
            }

            _problems[root] = $"by inotify alone (fanotify: {refused})";
        }

        _folders[root] = FolderWatch.Open(root, path => Touched(root, path), out var refusal);
        if (_folders[root] is null)
        {
            _problems[root] = $"not watched: {refusal}";
        }
    }

    private void Run()
    {
        Span<PollEntry> entries = stackalloc PollEntry[2];
        while (!_stopping)
        {
            entries[0] = new PollEntry { Descriptor = _kernel!.Descriptor, Wanted = Posix.Readable };
            entries[1] = new PollEntry { Descriptor = _tree.Descriptor, Wanted = Posix.Readable };
            _ = Posix.Poll(entries, 2, Beat);
            lock (_lock)
            {
                _tree.Drain();
                var now = _time.GetUtcNow();
                _kernel.Read(touch =>
                {
                    if (!TryTake(touch, now) && _tree.KnowsTheGone)
                    {
                        // Perhaps of an agent that has just begun and was not looked at yet.
                        if (_waiting.Count >= MostWaiting)
                        {
                            _waiting.Dequeue();
                        }

                        _waiting.Enqueue((touch, now));
                    }
                });
            }
        }
    }

    /// <returns>False when it is not an agent's, as far as is known now.</returns>
    private bool TryTake(FileTouch touch, DateTimeOffset at)
    {
        if (touch.Pid == Environment.ProcessId)
        {
            return true;
        }

        var origin = _tree.Of(touch.Pid);
        if (origin.Agent is not { } agent)
        {
            if (origin.IsGone && _kernel!.PathOf(touch) is { } lost && IsWork(lost))
            {
                Interlocked.Increment(ref _unknown);
            }

            return false;
        }

        if (_kernel!.PathOf(touch) is { } path)
        {
            if (IsWork(path))
            {
                Keep(new WriteEvent(agent, path, at, By: origin.Command));
            }
            else
            {
                Git(path, agent, origin.Command, at);
            }
        }

        return true;
    }

    private void Touched(string root, string path)
    {
        lock (_lock)
        {
            if (_stopping || !IsWork(path) || Directory.Exists(path))
            {
                return;
            }

            // The processes below are asked for anew: what has the file open may have just begun.
            var here = _agents.Where(a => a.Root == root).ToList();
            if (here.Find(a => _discovery.Descendants(a.Process.Pid).Prepend(a.Process.Pid).Any(p => _discovery.Table.Writes(p, path))) is { } writer)
            {
                Keep(new WriteEvent(writer.Name, path, _time.GetUtcNow()));
                return;
            }

            // By their own records one alone was using a tool: perhaps it.
            if (here.TrueForAll(a => a.HasRecords) && here.Where(a => a.UsesTool).ToList() is [var only])
            {
                Keep(new WriteEvent(only.Name, path, _time.GetUtcNow(), IsSure: false));
                return;
            }

            Interlocked.Increment(ref _unknown);
        }
    }

    /// <summary>HEAD of a working tree changes when something else is checked out, ORIG_HEAD when a branch is reset, merged or rebased.</summary>
    private void Git(string path, string agent, string command, DateTimeOffset at)
    {
        if (Path.GetFileName(path) is not ("HEAD" or "ORIG_HEAD"))
        {
            return;
        }

        var folder = Path.GetDirectoryName(path);
        var here = _agents.Where(a => a.Process.Repository?.Own == folder).ToList();
        List<string> others = [.. here.Select(a => a.Name).Where(n => n != agent).Order(StringComparer.Ordinal)];
        if (others.Count == 0 || _moves.LastOrDefault() is { } last && last.Agent == agent && last.By == command && at - last.At < TimeSpan.FromSeconds(1))
        {
            return;
        }

        _moves.Add(new GitMove(here[0].Root, agent, others, command, at));
        if (_moves.Count > MostKept)
        {
            _moves.RemoveRange(0, MostKept / 2);
        }
    }

    private void Keep(WriteEvent write)
    {
        // A file is often written in many steps.
        var same = _writes.FindLastIndex(w => write.At - w.At < TimeSpan.FromSeconds(1) && w == write with { At = w.At });
        if (same >= 0)
        {
            _writes.RemoveAt(same);
        }

        _writes.Add(write);
        if (_writes.Count > MostKept)
        {
            _writes.RemoveRange(0, MostKept / 2);
        }
    }

    /// <summary>Below what is watched, and no file of git itself.</summary>
    private bool IsWork(string path)
    {
        foreach (var root in _roots)
        {
            if (path.Length > root.Length && path[root.Length] == '/' && path.StartsWith(root, StringComparison.Ordinal) && !path.AsSpan(root.Length).StartsWith("/.git/") && path.AsSpan(root.Length) is not "/.git")
            {
                return true;
            }
        }

        return false;
    }

    /// <param name="UsesTool">By its own records it is using a tool.</param>
    private sealed record Followed(string Name, AgentProcess Process, bool UsesTool, bool HasRecords)
    {
        private static readonly string Home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);

        /// <summary>Its repository, else its folder; the home folder and the root hold the agents' own files and are not watched.</summary>
        public string Root { get; } = (Process.Repository?.Root ?? Process.Folder) is var root && root != "/" && root != Home ? root : "";
    }
}
