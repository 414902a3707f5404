namespace OpenSre.Tests.Ssh;

internal static class NeededServers
{
    /// <summary>Skips the test where this machine has no sshd.</summary>
    public static void Need(this SshServers servers) => Assert.SkipWhen(servers.Missing is not null, servers.Missing ?? "");
}
