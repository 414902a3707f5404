using System.Net.Sockets;
using System.Text;
using OpenSre.Core;
using OpenSre.Sources;

namespace OpenSre.Cli;

/// <summary>What else can be reached from here: Docker, git, Kubernetes, other machines.</summary>
internal static class ReachFindings
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public static async Task<Finding> DockerAsync(DockerOptions docker, CancellationToken cancellation)
    {
        if (docker.Socket is not { } path)
        {
            return Places.Program(docker.Program) is null
                ? Finding.Missing("docker", $"DOCKER_HOST names {docker.Host}, which needs the docker program.", "Install the docker client, or give a DOCKER_HOST that begins with unix://")
                : Finding.Ok("docker", $"{docker.Host}, through the docker program");
        }

        if (!File.Exists(path))
        {
            return Finding.Missing("docker", $"There is no {path}.", "Start the Docker engine, or set DOCKER_HOST to unix:// and the path of its socket.");
        }

        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timeout.CancelAfter(Patience);
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), timeout.Token).ConfigureAwait(false);
            await socket.SendAsync("GET /_ping HTTP/1.1\r\nHost: docker\r\nConnection: close\r\n\r\n"u8.ToArray(), timeout.Token).ConfigureAwait(false);
            var answer = new byte[256];
            var length = await socket.ReceiveAsync(answer, timeout.Token).ConfigureAwait(false);
            return Encoding.ASCII.GetString(answer, 0, length).StartsWith("HTTP/1.1 200", StringComparison.Ordinal)
                ? Finding.Ok("docker", path)
                : Finding.Missing("docker", $"What listens at {path} does not answer as a Docker engine does.", "Check DOCKER_HOST.");
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AccessDenied)
        {
            return Finding.Refused("docker", $"{path} may not be opened.", $"Start as root, or join the group with: usermod -aG docker {Environment.UserName}");
        }
        catch (SocketException e)
        {
            return Finding.Missing("docker", $"{path} is there, but nobody answers: {e.Message}", "Start the Docker engine.");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return Finding.Missing("docker", $"{path} did not answer within {Patience.TotalSeconds:0} s.", "See what the Docker engine is doing: systemctl status docker");
        }
    }

    public static Finding Git()
    {
        if (Places.Program("git") is null)
        {
            return Finding.Missing("git", "git is not installed, so changes in a repository are not seen.", "Install git.");
        }

        for (var folder = new DirectoryInfo(Environment.CurrentDirectory); folder is not null; folder = folder.Parent)
        {
            if (Path.Exists(Path.Combine(folder.FullName, ".git")))
            {
                return Finding.Ok("git", $"the repository {folder.FullName}");
            }
        }

        return Finding.Ok("git", "installed; this folder is in no repository");
    }

    public static Finding Kubernetes()
    {
        if (Places.Program("kubectl") is null)
        {
            return Finding.Missing("kubectl", "kubectl is not installed, so no cluster can be looked at.", "Install kubectl if there is a cluster to look at.");
        }

        var config = Environment.GetEnvironmentVariable("KUBECONFIG") is { Length: > 0 } named
            ? named.Split(Path.PathSeparator)[0]
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".kube", "config");
        return Places.WhyNotReadable(config) switch
        {
            null => Finding.Ok("kubectl", config),
            FindingState.Refused => Finding.Refused("kubectl", $"{config} may not be read.", "Change its owner to you."),
            _ => File.Exists("/var/run/secrets/kubernetes.io/serviceaccount/token")
                ? Finding.Ok("kubectl", "the service account of this pod")
                : Finding.Missing("kubectl", $"There is no {config}.", "Set KUBECONFIG to the configuration of the cluster."),
        };
    }

    public static Task<Finding> PrometheusAsync(PrometheusOptions? options, CancellationToken cancellation) =>
        options is null
            ? Task.FromResult(Finding.Missing("prometheus", "No Prometheus is configured, so metrics over time are not looked at.", $"Set {MonitoringSetup.PrometheusVariable} to its address, or prometheus: {{url: …}} in config.yaml."))
            : MonitoringAsync("prometheus", options.Url, options.Problem, MonitoringSetup.PrometheusToken, PrometheusTools.All(BuiltInCommandRunner.WithAllProbes(new ProbeOptions { Prometheus = options })).First(t => t.Description.Name == "metrics.alerts"), cancellation);

    public static Task<Finding> LokiAsync(LokiOptions? options, CancellationToken cancellation) =>
        options is null
            ? Task.FromResult(Finding.Missing("loki", "No Loki is configured, so logs of other machines are not looked at.", $"Set {MonitoringSetup.LokiVariable} to its address, or loki: {{url: …}} in config.yaml."))
            : MonitoringAsync("loki", options.Url, options.Problem, MonitoringSetup.LokiToken, LokiTools.All(BuiltInCommandRunner.WithAllProbes(new ProbeOptions { Loki = options }))[0], cancellation);

    /// <summary>By the tool itself: what it can ask is what is found.</summary>
    private static async Task<Finding> MonitoringAsync(string name, Uri? url, string problem, string token, IEvidenceTool tool, CancellationToken cancellation)
    {
        if (url is null)
        {
            return Finding.Missing(name, problem + ".", "Correct the address.");
        }

        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timeout.CancelAfter(Patience);
        try
        {
            var answer = await tool.RunAsync(new Dictionary<string, string>(StringComparer.Ordinal), timeout.Token).ConfigureAwait(false);
            return answer.Status switch
            {
                ToolStatus.Ok => Finding.Ok(name, url.ToString()),
                ToolStatus.Refused => Finding.Refused(name, answer.Note, $"Set {token} to a bearer token that may read."),
                _ => Finding.Missing(name, answer.Note, "Check the address, and that it can be reached from here."),
            };
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return Finding.Missing(name, $"{url} did not answer within {Patience.TotalSeconds:0} s.", "Check that it can be reached from here.");
        }
    }

    public static Finding Ssh() => Places.Program("ssh") is { } program
        ? Finding.Ok("ssh", program)
        : Finding.Missing("ssh", "ssh is not installed, so only this machine can be looked at.", "Install an OpenSSH client to look at others.");
}
