namespace OpenSre.Sources;

/// <summary>Where the Docker engine is. The tools read no environment; whoever composes them passes DOCKER_HOST in.</summary>
/// <param name="Host">The value of DOCKER_HOST, or null for the usual socket.</param>
/// <param name="Program">The program to fall back on when the socket is not there.</param>
public sealed record DockerOptions(string? Host = null, string Program = "docker")
{
    public const string UsualSocket = "/var/run/docker.sock";
    private const string UnixScheme = "unix://";

    /// <summary>The Unix socket to speak to, or null if the engine is reached in another way (tcp, ssh).</summary>
    public string? Socket =>
        string.IsNullOrEmpty(Host) ? UsualSocket
        : Host.StartsWith(UnixScheme, StringComparison.Ordinal) ? Host[UnixScheme.Length..]
        : null;
}
