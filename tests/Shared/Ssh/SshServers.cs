using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace OpenSre.Tests.Ssh;

/// <summary>
/// Real sshd on loopback ports, each a host of its own with its own key and its own way of misbehaving. They end with
/// whoever made them.
/// </summary>
public sealed class SshServers : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ssh");
    private readonly List<Process> _servers = [];
    private readonly Dictionary<string, int> _ports = [];

    public SshServers()
    {
        Missing = WhyNone();
        if (Missing is not null)
        {
            return;
        }

        Keygen(Path("id"));
        File.WriteAllText(Path("config"), "");
        File.WriteAllText(Path("known_hosts"), "");
        Directory.CreateDirectory(Control, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>The configuration file that names the hosts.</summary>
    public string Config => Path("config");

    public string KnownHosts => Path("known_hosts");

    /// <summary>A private folder for the sockets of open connections.</summary>
    public string Control => Path("cm");

    public string Path(string name) => System.IO.Path.Combine(_folder.FullName, name);

    /// <summary>Why there are none on this machine; null where there are.</summary>
    public string? Missing { get; }

    /// <summary>Starts a host.</summary>
    /// <param name="force">A script that runs in place of every command; the command is in SSH_ORIGINAL_COMMAND.</param>
    /// <param name="known">Whether its key is known; null: another key is known for it.</param>
    /// <param name="environment">NAME=value of every session.</param>
    public void Start(string name, string? force = null, bool? known = true, string environment = "")
    {
        var port = FreePort();
        _ports[name] = port;
        Keygen(Path(name + ".key"));
        var forced = "";
        if (force is not null)
        {
            File.WriteAllText(Path(name + ".sh"), "#!/bin/sh\n" + force + "\n");
            File.SetUnixFileMode(Path(name + ".sh"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            forced = $"ForceCommand {Path(name + ".sh")}\n";
        }

        File.WriteAllText(Path(name + ".conf"), string.Create(CultureInfo.InvariantCulture, $"""
            Port {port}
            ListenAddress 127.0.0.1
            HostKey {Path(name + ".key")}
            PidFile none
            AuthorizedKeysFile {Path("id.pub")}
            StrictModes no
            UsePAM no
            PasswordAuthentication no
            KbdInteractiveAuthentication no
            UseDNS no
            PrintMotd no
            MaxStartups 100
            SetEnv SRE_HOST={name} {environment}
            {forced}
            """));
        var start = new ProcessStartInfo(Server!) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true, RedirectStandardInput = true };
        foreach (var argument in (string[])["-D", "-E", Path(name + ".log"), "-f", Path(name + ".conf")])
        {
            start.ArgumentList.Add(argument);
        }

        _servers.Add(Process.Start(start)!);
        Name(name, port);
        var key = File.ReadAllText(Path(known == null ? "id.pub" : name + ".key.pub")).Split(' ');
        if (known != false)
        {
            File.AppendAllText(KnownHosts, string.Create(CultureInfo.InvariantCulture, $"[127.0.0.1]:{port} {key[0]} {key[1]}\n"));
        }

        Wait(port);
    }

    /// <summary>A name for a port nobody of these serves.</summary>
    public void Name(string name, int port) => File.AppendAllText(Config, string.Create(CultureInfo.InvariantCulture, $"""
        Host {name}
          HostName 127.0.0.1
          Port {port}
          User {Environment.UserName}
          IdentityFile {Path("id")}
          IdentitiesOnly yes
          UserKnownHostsFile {KnownHosts}

        """));

    public int PortOf(string name) => _ports[name];

    /// <summary>The public key of a host, without its comment.</summary>
    public string KeyOf(string name) => string.Join(' ', File.ReadAllText(Path(name + ".key.pub")).Split(' ')[..2]);

    /// <summary>The fingerprint of a host's key.</summary>
    public string PrintOf(string name) => Run("ssh-keygen", "-l", "-f", Path(name + ".key.pub")).Split(' ')[1];

    /// <summary>Kills a host with everything that runs in its sessions.</summary>
    public void Stop(string name)
    {
        foreach (var server in _servers.Where(s => !s.HasExited && s.StartInfo.ArgumentList.Contains(Path(name + ".conf"))))
        {
            server.Kill(entireProcessTree: true);
        }
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public void Dispose()
    {
        if (Directory.Exists(Control))
        {
            foreach (var socket in Directory.GetFiles(Control))
            {
                Run("ssh", "-o", "ControlPath=" + socket, "-O", "exit", "any");
            }
        }

        foreach (var server in _servers)
        {
            if (!server.HasExited)
            {
                server.Kill(entireProcessTree: true);
            }

            server.Dispose();
        }

        _folder.Delete(recursive: true);
    }

    private static string? Server => new[] { "/usr/sbin/sshd", "/usr/local/sbin/sshd" }.FirstOrDefault(File.Exists);

    private static string? WhyNone()
    {
        if (!OperatingSystem.IsLinux())
        {
            return "the sshd of these tests is started on Linux only";
        }

        if (Server is null)
        {
            return "there is no sshd on this machine (apt-get install openssh-server)";
        }

        // As root, sshd wants its folder for separated privileges.
        if (Environment.UserName == "root" && !Directory.Exists("/run/sshd"))
        {
            try
            {
                Directory.CreateDirectory("/run/sshd");
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return $"sshd needs /run/sshd, which cannot be made: {e.Message}";
            }
        }

        return null;
    }

    private static void Wait(int port)
    {
        for (var i = 0; i < 200; i++)
        {
            try
            {
                using var client = new TcpClient();
                client.Connect(IPAddress.Loopback, port);
                return;
            }
            catch (SocketException)
            {
                Thread.Sleep(50);
            }
        }

        throw new TimeoutException($"no sshd listens on port {port}");
    }

    private static void Keygen(string file) => Run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", file);

    private static string Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        _ = errors.Result;
        return output;
    }
}
