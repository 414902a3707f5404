using System.Net;

namespace OpenSre.Sources;

/// <summary>
/// <c>opensre:dns NAME</c>: what each configured name server says about a name when asked straight, what the resolver
/// is configured to do, what the hosts file says, and what programs on this machine get in the end (getaddrinfo).
/// </summary>
public sealed class DnsProbe(ProbeOptions options, TimeProvider time) : IProbe
{
    private const int MostCandidates = 4;
    private readonly Connector _connector = new(time);
    private readonly DnsClient _client = new(options.DnsPort, time);

    public string Name => "dns";

    public async Task<ProbeEnd> RunAsync(IReadOnlyList<string> arguments, ProbeOutput output, CancellationToken cancellation)
    {
        if (arguments is not [var name] || !ToolArguments.IsHost(name) || IPAddress.TryParse(name, out _))
        {
            return ProbeEnd.Usage("usage: opensre:dns NAME, with a host name that is no address");
        }

        output.Line($"dns {name}");
        var configuration = ReadConfiguration(output);
        WriteHosts(name, output);
        IReadOnlyList<IPAddress> servers = configuration.Servers.Count > 0 ? configuration.Servers : [IPAddress.Loopback];
        var questions =
            from server in servers
            from candidate in configuration.Candidates(name, MostCandidates)
            from type in new[] { DnsType.A, DnsType.Aaaa }
            select (Label: $"server {server} {type.ToString().ToUpperInvariant()} {candidate}", Answer: _client.AskAsync(server, candidate, type, cancellation));
        var asked = questions.ToList();
        var resolved = _connector.LookUpAsync(name, cancellation);
        await Task.WhenAll(asked.Select(a => (Task)a.Answer).Append(resolved));
        foreach (var (label, answer) in asked)
        {
            output.Line($"{label}: {await answer}");
        }

        var lookup = await resolved;
        output.Line(lookup.Addresses.Count > 0
            ? $"getaddrinfo {name}: {string.Join(", ", lookup.Addresses)} after {Formats.Ms(lookup.Took)}"
            : $"getaddrinfo {name}: failed, {lookup.Failure} after {Formats.Ms(lookup.Took)}");
        return ProbeEnd.Done;
    }

    private ResolvConf ReadConfiguration(ProbeOutput output)
    {
        var text = Read(options.ResolvConf, output);
        var configuration = ResolvConf.Parse(text ?? "");
        foreach (var line in configuration.Lines)
        {
            output.Line($"resolv.conf: {Formats.Quoted(line)}");
        }

        if (text is not null && configuration.Servers.Count == 0)
        {
            output.Line($"resolv.conf: names no server; the resolver asks {IPAddress.Loopback}");
        }

        return configuration;
    }

    private void WriteHosts(string name, ProbeOutput output)
    {
        var text = Read(options.Hosts, output);
        if (text is null)
        {
            return;
        }

        var found = false;
        foreach (var raw in text.Split('\n'))
        {
            var line = raw.Split('#')[0].Trim();
            if (line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Skip(1).Contains(name.TrimEnd('.'), StringComparer.OrdinalIgnoreCase))
            {
                output.Line($"hosts: {Formats.Quoted(line)}");
                found = true;
            }
        }

        if (!found)
        {
            output.Line($"hosts: no line for {name}");
        }
    }

    private static string? Read(string path, ProbeOutput output)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            output.Line($"{path}: {(e is FileNotFoundException or DirectoryNotFoundException ? "is not there" : Formats.Quoted(e.Message))}");
            return null;
        }
    }
}
