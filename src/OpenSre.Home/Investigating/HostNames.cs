using System.Text.RegularExpressions;

namespace OpenSre.Home;

/// <summary>Finds the hosts that a sentence names, by name or alias.</summary>
public sealed partial class HostNames(IReadOnlyList<HostSettings> hosts)
{
    /// <summary>Words that may stand beside a host that is all a message names.</summary>
    private static readonly HashSet<string> Fillers = new(StringComparer.Ordinal)
    {
        "and", "also", "on", "of", "for", "at", "what", "how", "about", "the", "my", "please", "i", "mean", "meant", "it", "is", "that", "same", "now", "then", "ok", "okay", "host", "server", "machine", "box", "all", "every", "hosts", "servers", "machines", "boxes", "everywhere", "this", "here", "one", "both",
    };

    /// <summary>The hosts named, in the order of the sentence; all for "all hosts" and the like, this machine for "here".</summary>
    public IReadOnlyList<HostSettings> In(string text)
    {
        var words = Words(text);
        var named = Named(words).Select(n => n.Host).Distinct().ToList();
        return named.Count > 0 ? named
            : Everywhere().IsMatch(text) ? hosts
            : Here().IsMatch(text) && hosts.FirstOrDefault(h => h.IsLocal) is { } local ? [local]
            : Near(words) is { } near ? [near]
            : [];
    }

    /// <summary>The hosts of a message that names hosts and says nothing else, such as "and on atom?"; else none.</summary>
    public IReadOnlyList<HostSettings> Alone(string text)
    {
        var words = Words(text);
        var named = Named(words);
        var rest = words.Where((_, i) => !named.Exists(n => i >= n.At && i < n.At + n.Length));
        return rest.All(Fillers.Contains) ? In(text) : [];
    }

    /// <summary>The text with the hosts it names called by another name; with that name behind it where it names none.</summary>
    public string About(string text, HostSettings host)
    {
        var names = hosts.SelectMany(h => h.Aliases.Append(h.Name)).OrderByDescending(n => n.Length).Select(Regex.Escape);
        var pattern = $@"\b(?:{string.Join('|', names)})(?:\.local|\.lan)?\b";
        return Regex.IsMatch(text, pattern, RegexOptions.IgnoreCase, TimeSpan.FromSeconds(1))
            ? Regex.Replace(text, pattern, _ => host.Name, RegexOptions.IgnoreCase, TimeSpan.FromSeconds(1))
            : $"{text.TrimEnd(' ', '?', '.', '!')} on {host.Name}";
    }

    private static List<string> Words(string text) => [.. Word().Matches(text.ToLowerInvariant().Replace('’', '\'')).Select(m => Bare(m.Value))];

    private static string Bare(string word)
    {
        var bare = word.TrimEnd('.', '-', '\'');
        return bare.EndsWith("'s", StringComparison.Ordinal) ? bare[..^2] : bare;
    }

    /// <summary>Where names of hosts stand; of several that begin at one place the longest.</summary>
    private List<(int At, int Length, HostSettings Host)> Named(List<string> words)
    {
        List<(int At, int Length, HostSettings Host)> found = [];
        for (var at = 0; at < words.Count; at++)
        {
            (int At, int Length, HostSettings? Host) best = (at, 0, null);
            foreach (var host in hosts)
            {
                foreach (var name in host.Aliases.Append(host.Name).Select(n => n.Split(' ')).Where(n => n.Length > best.Length && at + n.Length <= words.Count))
                {
                    if (name.Select((part, i) => IsSame(words[at + i], part, i == name.Length - 1)).All(same => same))
                    {
                        best = (at, name.Length, host);
                    }
                }
            }

            if (best.Host is { } one)
            {
                found.Add((at, best.Length, one));
                at += best.Length - 1;
            }
        }

        return found;
    }

    private static bool IsSame(string word, string name, bool isLast) => word == name || (isLast && (word == name + ".local" || word == name + ".lan"));

    /// <summary>The only host that one word can be a slip of, where a host may stand.</summary>
    private HostSettings? Near(List<string> words)
    {
        for (var i = 1; i < words.Count; i++)
        {
            if (words[i].Length >= 5 && words[i - 1] is "on" or "of" or "is" or "does" or "has" or "at" or "for" or "the"
                && hosts.Where(h => h.Aliases.Append(h.Name).Any(n => n.Length >= 5 && Spelling.Distance(words[i], n, 1) == 1)).ToList() is [var only])
            {
                return only;
            }
        }

        return null;
    }

    [GeneratedRegex(@"[a-z0-9][a-z0-9._'-]*")]
    private static partial Regex Word();

    [GeneratedRegex(@"\b(all|every|each|any) (of )?(my |the |our )?(hosts?|servers?|machines?|boxes)\b|\beverywhere\b|\beverything\b", RegexOptions.IgnoreCase)]
    private static partial Regex Everywhere();

    [GeneratedRegex(@"\b(this (machine|server|host|box|computer)|localhost)\b|\bhere\W*$", RegexOptions.IgnoreCase)]
    private static partial Regex Here();
}
