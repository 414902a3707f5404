namespace OpenSre.Sources;

/// <summary>Where the built-in probes look; everything has its usual place as default.</summary>
public sealed record ProbeOptions
{
    /// <summary>The Unix socket of the Docker engine.</summary>
    public string DockerSocket { get; init; } = DockerOptions.UsualSocket;

    /// <summary>Where Prometheus is; null for none.</summary>
    public PrometheusOptions? Prometheus { get; init; }

    /// <summary>Where Loki is; null for none.</summary>
    public LokiOptions? Loki { get; init; }

    public string ResolvConf { get; init; } = "/etc/resolv.conf";

    public string Hosts { get; init; } = "/etc/hosts";

    /// <summary>The port name servers are asked on.</summary>
    public int DnsPort { get; init; } = 53;

    /// <summary>
    /// How long a server may take for a handshake or a reply; well short of the timeouts of the tools, so that its silence
    /// is a fact and not a failure of the tool.
    /// </summary>
    public TimeSpan ReplyTime { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>Certificate authorities to trust instead of this machine's own; none means the machine's.</summary>
    public IReadOnlyList<System.Security.Cryptography.X509Certificates.X509Certificate2> TrustedRoots { get; init; } = [];
}
