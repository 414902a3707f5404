using System.Text.RegularExpressions;
using OpenSre.Core;

namespace OpenSre.Diagnostics;

/// <summary>What the configuration of a service says about where it listens and whom it calls.</summary>
public static partial class ServiceSettings
{
    /// <summary>Ports the service itself means to listen on.</summary>
    public static HashSet<string> OwnPorts(IReadOnlyList<Record> inspect)
    {
        HashSet<string> ports = new(StringComparer.Ordinal);
        foreach (var (key, value) in Settings(inspect))
        {
            if (OwnKey().IsMatch(key) && !PeerKey().IsMatch(key) && LastPort().Match(value) is { Success: true } match)
            {
                ports.Add(match.Groups["port"].Value);
            }
        }

        return ports;
    }

    /// <summary>Endpoints the service is configured to call: URLs, host:port values, and host and port in one section.</summary>
    public static IEnumerable<Entity> Peers(IReadOnlyList<Record> inspect)
    {
        var settings = Settings(inspect).ToList();
        foreach (var (key, value) in settings)
        {
            if (OwnKey().IsMatch(key) && !PeerKey().IsMatch(key))
            {
                continue;
            }

            if (Address().Match(value) is { Success: true } match)
            {
                yield return Entities.Endpoint($"{match.Groups["host"].Value}:{match.Groups["port"].Value}");
            }

            if (HostKey().IsMatch(key))
            {
                var section = key[..^4];
                var port = settings.Find(s => s.Key.Equals(section + "port", StringComparison.OrdinalIgnoreCase)).Value;
                if (port is not null && LastPort().Match(port) is { Success: true } number && value.Length > 0)
                {
                    yield return Entities.Endpoint($"{value}:{number.Groups["port"].Value}");
                }
            }
        }
    }

    /// <summary>A path the service is told to use, or null.</summary>
    public static string? PathOf(Record setting)
    {
        var (_, value) = Split(setting["text"]);
        return value.StartsWith('/') && !value.Contains(' ', StringComparison.Ordinal) ? value : null;
    }

    private static IEnumerable<(string Key, string Value)> Settings(IReadOnlyList<Record> inspect) =>
        inspect.Where(r => r.Kind == "setting").Select(r => Split(r["text"]));

    private static (string Key, string Value) Split(string text)
    {
        var match = Pair().Match(text);
        return match.Success ? (match.Groups["key"].Value, match.Groups["value"].Value) : (text, "");
    }

    [GeneratedRegex(@"^""?(?<key>[A-Za-z0-9_.-]+)""?\s*[=: ]\s*[""']?(?<value>[^""']*?)[""']?,?;?\s*$")]
    private static partial Regex Pair();

    [GeneratedRegex(@"(^|^server\.|^http\.|^main\.|^general\.|[._])(port|listen|bind|bind_address|listen_address|http_port)$", RegexOptions.IgnoreCase)]
    private static partial Regex OwnKey();

    [GeneratedRegex(@"^(database|db|upstream|backend|redis|cache|queue|broker|peer|remote|client|target|smtp|ldap|auth|primary|replica|dependency)[._]", RegexOptions.IgnoreCase)]
    private static partial Regex PeerKey();

    [GeneratedRegex(@"^(?!server\.|http\.|main\.|general\.).*[._]host$", RegexOptions.IgnoreCase)]
    private static partial Regex HostKey();

    [GeneratedRegex(@"(^|[:\s])(?<port>\d{2,5})$")]
    private static partial Regex LastPort();

    [GeneratedRegex(@"(^|//|@|\s)(?<host>[A-Za-z0-9][A-Za-z0-9.-]*|\[[0-9a-f:]+\]):(?<port>\d{2,5})(/|$|\?|\s)")]
    private static partial Regex Address();
}
