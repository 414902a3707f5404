using OpenSre.Core;
using OpenSre.Home;
using OpenSre.Sources;

namespace OpenSre.Cli;

/// <summary><c>opensre hosts</c>: how the machines are that are known, and getting to know the key of one.</summary>
internal static class HostsCommand
{
    private const string Usage = """
        opensre hosts                  a line for every machine of the configuration, looked at now
        opensre hosts NAME …           the same for some of them, or for any name ssh knows
        opensre hosts trust NAME       fetch a machine's key, show its fingerprint, and accept it when you say so;
                                       --accept SHA256:… accepts exactly that one without asking

        """;

    public static async Task<int> RunAsync(string[] words, TextWriter output, TextWriter errors)
    {
        using var stop = new CancellationTokenSource();
        using var interrupt = System.Runtime.InteropServices.PosixSignalRegistration.Create(System.Runtime.InteropServices.PosixSignal.SIGINT, signal =>
        {
            signal.Cancel = !stop.IsCancellationRequested;
            stop.Cancel();
        });
        switch (words)
        {
            case ["--help" or "-h", ..]:
                await output.WriteAsync(Usage).ConfigureAwait(false);
                return ExitCodes.Done;
            case ["trust", var name]:
                return await TrustAsync(name, null, output, errors, stop.Token).ConfigureAwait(false);
            case ["trust", var name, "--accept", var print]:
                return await TrustAsync(name, print, output, errors, stop.Token).ConfigureAwait(false);
            case ["trust", ..]:
                await errors.WriteLineAsync("opensre: trust takes the name of one machine, as in: opensre hosts trust sagan").ConfigureAwait(false);
                return ExitCodes.Unusable;
            default:
                return await LookAsync(words, output, errors, stop.Token).ConfigureAwait(false);
        }
    }

    private static async Task<int> LookAsync(string[] names, TextWriter output, TextWriter errors, CancellationToken cancellation)
    {
        if (Array.Find(names, n => !SshDestination.IsOne(n)) is { } wrong)
        {
            await errors.WriteLineAsync($"opensre: {SafeText.Line(wrong, 60)} is no name of a machine; opensre hosts --help").ConfigureAwait(false);
            return ExitCodes.Unusable;
        }

        var known = RemoteHost.Known();
        HostSettings[] hosts = names.Length == 0
            ? [.. known.DefaultIfEmpty(new HostSettings("local", null))]
            : [.. names.Select(n => known.FirstOrDefault(h => h.Name.Equals(n, StringComparison.OrdinalIgnoreCase)) ?? new HostSettings(n, n))];
        using var runners = new HostRunners(hosts, RemoteHost.Options(), Toolbox.LocalRunner());
        var reader = new HostReader(hosts, runners, new HomeTimeouts().HostProbe, places: null);
        await using (reader.ConfigureAwait(false))
        {
            var looks = hosts.Select(h => reader.ReadAsync(h.Name, cancellation)).ToList();
            foreach (var look in looks)
            {
                await output.WriteLineAsync(HostSummary.Of(await look.ConfigureAwait(false))).ConfigureAwait(false);
            }

            var more = SshConfigFile.Aliases(RemoteHost.Options().ConfigFile ?? SshConfigFile.UsualPath).Where(a => hosts.All(h => h.Name != a && h.Ssh != a)).ToList();
            if (names.Length == 0 && more.Count > 0)
            {
                await output.WriteLineAsync($"ssh knows as well: {string.Join(", ", more.Take(30))}{(more.Count > 30 ? " …" : "")} (opensre hosts NAME, opensre --host NAME)").ConfigureAwait(false);
            }

            return looks.TrueForAll(l => l.Result.Problem is null) ? ExitCodes.Done : ExitCodes.Failed;
        }
    }

    private static async Task<int> TrustAsync(string name, string? accepted, TextWriter output, TextWriter errors, CancellationToken cancellation)
    {
        var destination = RemoteHost.Known().FirstOrDefault(h => h.Name.Equals(name, StringComparison.OrdinalIgnoreCase))?.Ssh ?? name;
        var key = await new SshTrust(SafeText.Line(name, 60), destination, RemoteHost.Options()).ShowAsync(cancellation).ConfigureAwait(false);
        if (key.Problem is { } problem)
        {
            await errors.WriteLineAsync($"opensre: {problem}").ConfigureAwait(false);
            return ExitCodes.Failed;
        }

        await output.WriteLineAsync($"{SafeText.Line(name, 60)} shows the key {SafeText.Line(key.Fingerprint, 120)}").ConfigureAwait(false);
        if (key.IsKnown)
        {
            await output.WriteLineAsync($"It is known already ({SafeText.Line(key.KnownHosts, 120)}).").ConfigureAwait(false);
            return ExitCodes.Done;
        }

        if (accepted is null)
        {
            await output.WriteLineAsync($"On the machine itself, ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub (or another of its keys) must print the same.").ConfigureAwait(false);
            if (Console.IsInputRedirected)
            {
                await errors.WriteLineAsync($"opensre: nobody can be asked here; to accept it: opensre hosts trust {SafeText.Line(name, 60)} --accept {key.Fingerprint.Split(' ')[1]}").ConfigureAwait(false);
                return ExitCodes.Unusable;
            }

            await output.WriteAsync("Accept it? [y/N] ").ConfigureAwait(false);
            await output.FlushAsync(cancellation).ConfigureAwait(false);
            var answer = await Task.Run(Console.ReadLine, CancellationToken.None).WaitAsync(cancellation).ConfigureAwait(false);
            if (answer?.Trim() is not ("y" or "Y" or "yes"))
            {
                await output.WriteLineAsync("Nothing was written.").ConfigureAwait(false);
                return ExitCodes.Failed;
            }
        }
        else if (!key.Fingerprint.Split(' ').Contains(accepted, StringComparer.Ordinal))
        {
            await errors.WriteLineAsync("opensre: that is not the fingerprint it shows; nothing was written.").ConfigureAwait(false);
            return ExitCodes.Failed;
        }

        await SshTrust.AcceptAsync(key, cancellation).ConfigureAwait(false);
        await output.WriteLineAsync($"Written to {SafeText.Line(key.KnownHosts, 120)}.").ConfigureAwait(false);
        return ExitCodes.Done;
    }
}
