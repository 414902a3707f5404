using OpenSre.Core;

namespace OpenSre.Home;

/// <summary>Runs commands on the hosts that are configured: on this machine as they are, on others through <c>ssh</c>.</summary>
public interface IHostRunners
{
    /// <summary>A runner for evidence tools and approved steps alike; throws <see cref="ArgumentException"/> for a host that is not configured.</summary>
    ICommandRunner For(string host);
}
