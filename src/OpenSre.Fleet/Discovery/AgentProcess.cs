namespace OpenSre.Fleet;

/// <summary>A running agent.</summary>
/// <param name="Tool">Its kind, such as <c>claude-code</c>.</param>
/// <param name="Facts">What the system says about it.</param>
/// <param name="Options">Its own arguments.</param>
/// <param name="Folder">Its working directory; empty when it may not be seen.</param>
/// <param name="Repository">The git working tree it works in, or null.</param>
/// <param name="Model">The model its arguments name; empty when they name none.</param>
public sealed record AgentProcess(string Tool, ProcessFacts Facts, IReadOnlyList<string> Options, string Folder, GitTree? Repository, string Model)
{
    public ProcessIdentity Identity => Facts.Identity;

    public int Pid => Facts.Identity.Pid;
}
