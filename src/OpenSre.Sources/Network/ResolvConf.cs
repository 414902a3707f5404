using System.Globalization;
using System.Net;

namespace OpenSre.Sources;

/// <summary>What resolv.conf(5) tells the resolver. Later search lines replace earlier ones; at most three servers count.</summary>
internal sealed record ResolvConf(IReadOnlyList<string> Lines, IReadOnlyList<IPAddress> Servers, IReadOnlyList<string> Search, int Dots)
{
    private const int MostServers = 3;

    public static ResolvConf Parse(string text)
    {
        List<string> lines = [];
        List<IPAddress> servers = [];
        string[] search = [];
        var dots = 1;
        foreach (var raw in text.Split('\n'))
        {
            var line = raw.Trim();
            if (line.Length == 0 || line[0] is '#' or ';')
            {
                continue;
            }

            lines.Add(line);
            var words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            switch (words[0])
            {
                case "nameserver" when words.Length > 1 && servers.Count < MostServers && IPAddress.TryParse(words[1], out var server):
                    servers.Add(server);
                    break;
                case "search" or "domain":
                    search = words[1..];
                    break;
                case "options":
                    foreach (var option in words.Where(w => w.StartsWith("ndots:", StringComparison.Ordinal)))
                    {
                        _ = int.TryParse(option.AsSpan(6), NumberStyles.None, CultureInfo.InvariantCulture, out dots);
                    }

                    break;
                default:
                    break;
            }
        }

        return new ResolvConf(lines, servers, search, dots);
    }

    /// <summary>The full names the resolver tries for a name, in its order.</summary>
    public IReadOnlyList<string> Candidates(string name, int most)
    {
        if (name.EndsWith('.'))
        {
            return [name.TrimEnd('.')];
        }

        var searched = Search.Select(s => $"{name}.{s.Trim('.')}").Where(ToolArguments.IsHost);
        var first = name.Count(c => c == '.') >= Dots;
        IEnumerable<string> all = first ? [name, .. searched] : [.. searched, name];
        string[] distinct = [.. all.Distinct(StringComparer.OrdinalIgnoreCase)];
        // The name itself is always asked, whatever else has to be left out.
        return first || distinct.Length <= most ? [.. distinct.Take(most)] : [.. distinct.Take(most - 1), name];
    }
}
