namespace OpenSre.Fleet;

/// <summary>Finds the agents among the processes of this machine.</summary>
/// <param name="table">The processes.</param>
/// <param name="classifier">What is an agent.</param>
public sealed class AgentDiscovery(IProcessTable table, AgentClassifier classifier)
{
    private static readonly string[] ModelOptions = ["--model", "-m"];

    public IProcessTable Table => table;

    /// <summary>The table this system has.</summary>
    public static IProcessTable LocalTable() => OperatingSystem.IsLinux() ? new ProcTable() : new PsTable();

    /// <summary>All agents that run now, by name and pid. Of a wrapper and what it wraps only the latter counts, of a process and its copy the former.</summary>
    public IReadOnlyList<AgentProcess> Find()
    {
        Dictionary<int, (ProcessFacts Facts, AgentClass Class)> found = [];
        foreach (var facts in table.Find(classifier.MayBe))
        {
            if (facts.State is not 'Z' and not 'X' && classifier.Classify(facts.Arguments, facts.Executable) is { } kind)
            {
                found[facts.Identity.Pid] = (facts, kind);
            }
        }

        var others = new HashSet<int>();
        foreach (var (facts, kind) in found.Values)
        {
            if (found.TryGetValue(facts.Parent, out var parent) && parent.Class.Tool == kind.Tool)
            {
                if (facts.IsCopyOf(parent.Facts))
                {
                    // About to start something else; for a moment it looks like the agent itself.
                    others.Add(facts.Identity.Pid);
                }
                else if (IsWrapper(parent.Class, kind))
                {
                    others.Add(facts.Parent);
                }
            }
        }

        // Agents often share a folder; its repository is read once a look.
        Dictionary<string, GitTree?> trees = new(StringComparer.Ordinal);
        return [.. found.Values
            .Where(f => !others.Contains(f.Facts.Identity.Pid))
            .Select(f => Describe(f.Facts, f.Class, trees))
            .OrderBy(a => a.Tool, StringComparer.Ordinal).ThenBy(a => a.Pid)];
    }

    /// <summary>One process as an agent; null when it is gone or is none.</summary>
    public AgentProcess? Get(int pid) =>
        table.Get(pid) is { } facts && classifier.Classify(facts.Arguments, facts.Executable) is { } kind ? Describe(facts, kind, []) : null;

    /// <summary>All processes below a process, the nearest first.</summary>
    public IReadOnlyList<int> Descendants(int pid)
    {
        List<int> all = [.. table.Children(pid)];
        for (var i = 0; i < all.Count; i++)
        {
            all.AddRange(table.Children(all[i]).Where(c => !all.Contains(c)));
        }

        return all;
    }

    /// <summary>
    /// A script that starts the native program, or a program that starts itself again with the same arguments. An agent
    /// that starts another one with other arguments is no wrapper.
    /// </summary>
    private static bool IsWrapper(AgentClass parent, AgentClass child) => parent.IsScript && !child.IsScript || parent.Options.SequenceEqual(child.Options);

    private AgentProcess Describe(ProcessFacts facts, AgentClass kind, Dictionary<string, GitTree?> trees)
    {
        var folder = table.WorkingDirectory(facts.Identity.Pid) ?? "";
        if (!trees.TryGetValue(folder, out var tree))
        {
            trees[folder] = tree = folder.Length == 0 ? null : GitTree.Of(folder);
        }

        return new AgentProcess(kind.Tool, facts, kind.Options, folder, tree, Model(kind.Options));
    }

    private static string Model(IReadOnlyList<string> options)
    {
        for (var i = 0; i < options.Count; i++)
        {
            if (ModelOptions.Contains(options[i]) && i + 1 < options.Count)
            {
                return options[i + 1];
            }

            if (options[i].StartsWith("--model=", StringComparison.Ordinal))
            {
                return options[i][8..];
            }
        }

        return "";
    }
}
