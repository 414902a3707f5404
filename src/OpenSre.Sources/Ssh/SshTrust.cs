using OpenSre.Core;

namespace OpenSre.Sources;

/// <summary>The key a host showed.</summary>
/// <param name="Line">As it stands in a known_hosts file; empty when there is a <paramref name="Problem"/>.</param>
/// <param name="Fingerprint">"256 SHA256:… (ED25519)", for a person to compare with what the host itself says.</param>
/// <param name="KnownHosts">The file it belongs into.</param>
/// <param name="IsKnown">It stands there already.</param>
/// <param name="Problem">One sentence when the host showed none, or another than the one known.</param>
public sealed record ShownKey(string Line, string Fingerprint, string KnownHosts, bool IsKnown, string? Problem);

/// <summary>
/// Getting to know a host's key: it is fetched and shown, and written down only when a person says so. A key that differs
/// from a known one is never written.
/// </summary>
public sealed class SshTrust(string name, string destination, SshOptions? options = null, TimeProvider? time = null)
{
    private readonly SshOptions _options = options ?? new SshOptions();
    private readonly LocalCommandRunner _programs = new(time);

    private string[] Config => _options.ConfigFile is { } file ? ["-F", file] : [];

    /// <summary>Fetches the key without logging in.</summary>
    public async Task<ShownKey> ShowAsync(CancellationToken cancellation)
    {
        if (!SshDestination.IsOne(destination))
        {
            return Problem($"{SafeText.Line(destination, 60)} is nothing ssh is given; write an alias of ~/.ssh/config or user@host");
        }

        if (await KnownHostsAsync(cancellation) is not { } known)
        {
            return Problem($"{name}: ssh does not say where it keeps the keys of hosts; see: ssh -G {destination}");
        }

        var folder = Directory.CreateTempSubdirectory("opensre-key-");
        try
        {
            // An empty list of known hosts of its own takes any key; no way of logging in is tried.
            var file = Path.Combine(folder.FullName, "known_hosts");
            var shown = await RunAsync(
                _options.Program,
                [
                    .. Config, "-T", "-o", "BatchMode=yes", "-o", $"ConnectTimeout={(int)_options.ConnectTime.TotalSeconds}", "-o", "StrictHostKeyChecking=accept-new",
                    "-o", $"UserKnownHostsFile=\"{file}\"", "-o", "GlobalKnownHostsFile=/dev/null", "-o", "UpdateHostKeys=no", "-o", "HashKnownHosts=no", "-o", "ControlPath=none", "-o", "PreferredAuthentications=none",
                    "-o", "PubkeyAuthentication=no", "-o", "ClearAllForwardings=yes", "-o", "RemoteCommand=none", "-o", "LogLevel=ERROR", "--", destination, "true",
                ],
                _options.ConnectTime * 3,
                cancellation);
            var line = File.Exists(file) ? (await File.ReadAllLinesAsync(file, cancellation)).FirstOrDefault(l => l.Trim().Length > 0) : null;
            if (line is null)
            {
                return Problem(shown.Status == CommandStatus.TimedOut ? $"{name}: no answer within {_options.ConnectTime.TotalSeconds * 3:0} s" : SshTrouble.Sentence(name, destination, shown.Error));
            }

            var print = await RunAsync("ssh-keygen", ["-l", "-f", file], TimeSpan.FromSeconds(5), cancellation);
            var words = print.Output.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (print.ExitCode != 0 || words.Length < 3)
            {
                return Problem($"{name}: the fingerprint of its key cannot be worked out: {SafeText.Line(print.Error, 120)}");
            }

            return await CompareAsync(line, $"{words[0]} {words[1]} {words[^1]}", known, cancellation);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Writes the key down, as a person said to.</summary>
    public static async Task AcceptAsync(ShownKey key, CancellationToken cancellation)
    {
        if (key.Problem is not null || key.IsKnown)
        {
            return;
        }

        var folder = Path.GetDirectoryName(key.KnownHosts)!;
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        var before = File.Exists(key.KnownHosts) ? await File.ReadAllTextAsync(key.KnownHosts, cancellation) : "";
        await File.AppendAllTextAsync(key.KnownHosts, (before.Length > 0 && !before.EndsWith('\n') ? "\n" : "") + key.Line + "\n", cancellation);
    }

    private async Task<ShownKey> CompareAsync(string line, string fingerprint, string known, CancellationToken cancellation)
    {
        var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (File.Exists(known))
        {
            var there = await RunAsync("ssh-keygen", ["-F", fields[0].Split(',')[0], "-f", known], TimeSpan.FromSeconds(5), cancellation);
            var keys = there.Output.Split('\n').Where(l => l.Length > 0 && l[0] != '#').Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(f => f.Length >= 3).ToList();
            if (keys.Exists(k => k[^2] == fields[^2] && k[^1] == fields[^1]))
            {
                return new ShownKey(line, fingerprint, known, true, null);
            }

            if (keys.Exists(k => k[^2] == fields[^2]))
            {
                return new ShownKey("", fingerprint, known, false, SshTrouble.Sentence(name, destination, "REMOTE HOST IDENTIFICATION HAS CHANGED"));
            }
        }

        return new ShownKey(line, fingerprint, known, false, null);
    }

    /// <summary>The first file ssh would write a key to.</summary>
    private async Task<string?> KnownHostsAsync(CancellationToken cancellation)
    {
        var resolved = await RunAsync(_options.Program, [.. Config, "-G", "--", destination], TimeSpan.FromSeconds(5), cancellation);
        var line = resolved.Output.Split('\n').FirstOrDefault(l => l.StartsWith("userknownhostsfile ", StringComparison.OrdinalIgnoreCase));
        var path = line?["userknownhostsfile ".Length..].Split(' ')[0].Trim();
        path = path is not null && path.StartsWith("~/", StringComparison.Ordinal) ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), path[2..]) : path;
        return path is not null && Path.IsPathRooted(path) && path != "/dev/null" ? path : null;
    }

    private Task<CommandResult> RunAsync(string program, IReadOnlyList<string> arguments, TimeSpan limit, CancellationToken cancellation) =>
        _programs.RunAsync(new CommandRequest("ssh.trust", program, arguments, null, limit, 60_000), cancellation);

    private static ShownKey Problem(string sentence) => new("", "", "", false, sentence);
}
