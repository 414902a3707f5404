namespace OpenSre.Fleet;

/// <summary>An agent's own record of what it does, read while it writes.</summary>
public interface IAgentLog
{
    /// <summary>Where it lies.</summary>
    string Path { get; }

    /// <summary>What was added since last time, in order.</summary>
    IReadOnlyList<Activity> Read();
}
