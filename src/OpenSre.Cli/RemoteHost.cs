using OpenSre.Core;
using OpenSre.Home;
using OpenSre.Sources;

namespace OpenSre.Cli;

/// <summary>Another machine, looked at through <c>ssh</c> with the same tools as this one.</summary>
internal static class RemoteHost
{
    private static readonly TimeSpan ReachTime = TimeSpan.FromSeconds(10);

    /// <summary>How ssh is started: OPENSRE_SSH_CONFIG names another configuration file than the user's.</summary>
    public static SshOptions Options() => new()
    {
        ConfigFile = Environment.GetEnvironmentVariable("OPENSRE_SSH_CONFIG") is { Length: > 0 } file ? file : null,
        ControlFolder = SshControlFolder.Usual(Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR"), HomeFolder.Path),
    };

    /// <summary>A runner on the machine, once it has answered.</summary>
    /// <param name="name">A host of the configuration, an alias of ssh, or <c>user@host</c>.</param>
    /// <exception cref="InvalidDataException">It cannot be reached; the message says why and what to do.</exception>
    public static ICommandRunner Reach(string name)
    {
        var known = Known().FirstOrDefault(h => h.Name.Equals(name, StringComparison.OrdinalIgnoreCase) || h.Aliases.Contains(name, StringComparer.OrdinalIgnoreCase));
        if (known is { IsLocal: true })
        {
            return Toolbox.LocalRunner();
        }

        var destination = known?.Ssh ?? name;
        if (!SshDestination.IsOne(destination))
        {
            throw new InvalidDataException($"{SafeText.Line(destination, 60)} is nothing ssh is given; write an alias of ~/.ssh/config or user@host");
        }

        var runner = new SshCommandRunner(name, destination, Options());
        // Before the first question, so that an unreachable machine is one sentence and not twenty failed tools.
        var answer = runner.RunAsync(new CommandRequest("ssh.reach", "true", [], null, ReachTime, 1_000), CancellationToken.None).GetAwaiter().GetResult();
        return answer is { Status: CommandStatus.Exited, ExitCode: 0 } ? runner : throw new InvalidDataException(SafeText.Line(answer.Error.Trim(), 400));
    }

    /// <summary>All tools, with the other machine's usual places: what this machine's environment says is not about it.</summary>
    public static IReadOnlyList<IEvidenceTool> Tools(ICommandRunner runner) => EvidenceTools.All(runner, new LinuxOptions(), new DockerOptions());

    /// <summary>The hosts of the configuration; none where it cannot be read, which is the business of who needs it.</summary>
    public static IReadOnlyList<HostSettings> Known()
    {
        try
        {
            return HomeSetup.Load(null).Hosts;
        }
        catch (InvalidDataException)
        {
            // A name that ssh knows works without any configuration; opensre home doctor says what is wrong with it.
            return [];
        }
    }
}
