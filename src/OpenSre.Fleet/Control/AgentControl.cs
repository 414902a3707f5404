namespace OpenSre.Fleet;

public enum ControlAction { Stop, Pause, Resume }

/// <summary>What came of it.</summary>
/// <param name="Done">The process did what it was told.</param>
/// <param name="Text">A sentence.</param>
public sealed record ControlResult(bool Done, string Text);

/// <summary>
/// Stops, pauses and resumes agents. Only agents, never ourselves, and only the very process that was meant: its start is
/// compared again at the moment of each signal.
/// </summary>
public sealed class AgentControl(AgentDiscovery discovery, AuditLog audit)
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AfterKill = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);

    /// <summary>The agent of a process id, or the sentence that says why nothing may be done to it.</summary>
    public (AgentProcess? Agent, string? Refusal) Target(int pid)
    {
        if (pid <= 0)
        {
            return (null, $"invalid pid {pid} (must be positive)");
        }

        if (pid == Environment.ProcessId || discovery.Descendants(pid).Contains(Environment.ProcessId))
        {
            return (null, $"refusing pid {pid}: that is OpenSRE itself, or what it runs in");
        }

        return discovery.Get(pid) is { } agent ? (agent, null)
            : (null, discovery.Table.Get(pid) is null ? $"no such pid {pid}" : $"refusing pid {pid}: it is no AI agent");
    }

    /// <summary>Does it to an agent and all below it. Every signal is written to the audit log first.</summary>
    public async Task<ControlResult> DoAsync(AgentProcess agent, ControlAction action, bool force, CancellationToken cancellation)
    {
        var tree = Tree(agent);
        if (tree.Count == 0)
        {
            return new(false, $"pid {agent.Pid} has ended already");
        }

        var started = DateTimeOffset.UtcNow;
        switch (action)
        {
            case ControlAction.Pause:
                return Signal(agent, tree, Posix.SignalStop, "SIGSTOP") ? new(true, $"Paused {agent.Tool} (pid {agent.Pid}) and {tree.Count - 1} below it.") : new(false, $"pid {agent.Pid} could not be paused");
            case ControlAction.Resume:
                return Signal(agent, tree, Posix.SignalContinue, "SIGCONT") ? new(true, $"Resumed {agent.Tool} (pid {agent.Pid}) and {tree.Count - 1} below it.") : new(false, $"pid {agent.Pid} could not be resumed");
        }

        if (!force)
        {
            if (!Signal(agent, [tree[0]], Posix.SignalTerminate, "SIGTERM"))
            {
                return new(false, $"pid {agent.Pid} could not be signalled");
            }

            // One that is paused takes the signal only when it goes on.
            Signal(agent, [tree[0]], Posix.SignalContinue, "SIGCONT");
            if (await GoneAsync(tree[0], Grace, cancellation).ConfigureAwait(false))
            {
                var left = tree.Skip(1).Where(IsThere).ToList();
                Signal(agent, left, Posix.SignalTerminate, "SIGTERM");
                return new(true, $"Sent SIGTERM. Process exited after {(DateTimeOffset.UtcNow - started).TotalSeconds:0.0}s.");
            }
        }

        Signal(agent, tree, Posix.SignalKill, "SIGKILL");
        return await GoneAsync(tree[0], AfterKill, cancellation).ConfigureAwait(false)
            ? new(true, $"Sent {(force ? "" : "SIGTERM, then ")}SIGKILL. Process exited after {(DateTimeOffset.UtcNow - started).TotalSeconds:0.0}s.")
            : new(false, $"Sent SIGKILL, but pid {agent.Pid} is still there: it may be waiting for a disk.");
    }

    private List<ProcessIdentity> Tree(AgentProcess agent)
    {
        if (!IsThere(agent.Identity))
        {
            return [];
        }

        return [agent.Identity, .. discovery.Descendants(agent.Pid).Where(p => p != Environment.ProcessId).Select(discovery.Table.Get).OfType<ProcessFacts>().Select(f => f.Identity)];
    }

    private bool IsThere(ProcessIdentity process) => discovery.Table.Get(process.Pid) is { } now && now.Identity == process && now.State is not 'Z' and not 'X';

    private bool Signal(AgentProcess agent, IReadOnlyList<ProcessIdentity> to, int signal, string name)
    {
        if (to.Count == 0)
        {
            return true;
        }

        audit.Write(name, agent, to);
        var done = true;
        foreach (var process in to)
        {
            done &= IsThere(process) && Posix.Kill(process.Pid, signal) == 0 || process != to[0];
        }

        return done;
    }

    private async Task<bool> GoneAsync(ProcessIdentity process, TimeSpan patience, CancellationToken cancellation)
    {
        for (var waited = TimeSpan.Zero; IsThere(process); waited += Step)
        {
            if (waited >= patience)
            {
                return false;
            }

            await Task.Delay(Step, cancellation).ConfigureAwait(false);
        }

        return true;
    }
}
