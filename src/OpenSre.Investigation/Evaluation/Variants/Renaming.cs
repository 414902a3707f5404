using System.Text;
using System.Text.RegularExpressions;

namespace OpenSre.Investigation;

/// <summary>
/// Gives every thing a name that means nothing, of the same length so that tables keep their columns. Words that many
/// names share ("service") stay, as do words of the systems themselves.
/// </summary>
public sealed partial class Renaming : Retelling
{
    private static readonly HashSet<string> Kept = new(StringComparer.Ordinal)
    {
        "master", "control", "plane", "node", "default", "kubernetes", "localhost", "host", "main", "external", "headless", "container", "service", "unit", "process",
        "syslogd", "klogd", "crond", "cron", "sshd", "systemd", "dockerd", "containerd", "kubelet", "runsv", "runsvdir", "svlogd", "dnscache",
    };

    private readonly Dictionary<string, string> _forth = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _back = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _words = new(StringComparer.Ordinal);
    private readonly Regex? _known;
    private readonly Regex? _new;
    private readonly Regex? _parts;

    public Renaming(IEnumerable<string> names)
    {
        List<string> all = [.. names.Where(n => n.Length > 2 && Shape().IsMatch(n) && !Kept.Contains(n)).Distinct(StringComparer.Ordinal)];
        var shared = all.SelectMany(n => Word().Matches(n).Select(m => m.Value).Distinct()).CountBy(w => w).Where(w => w.Value >= 5 && w.Value * 3 >= all.Count).Select(w => w.Key).ToHashSet(StringComparer.Ordinal);
        HashSet<string> taken = [.. all.SelectMany(n => Word().Matches(n).Select(m => m.Value)), .. Kept];
        foreach (var name in all)
        {
            var told = Word().Replace(name, m => shared.Contains(m.Value) || Kept.Contains(m.Value) ? m.Value : Nonsense(m.Value, taken));
            if (told != name && !_back.ContainsKey(told))
            {
                _forth[name] = told;
                _back[told] = name;
            }
        }

        _known = Any(_forth.Keys, "(?<![A-Za-z0-9])", "(?![A-Za-z0-9])");
        _new = Any(_back.Keys, "(?<![A-Za-z0-9])", "(?![A-Za-z0-9])");
        _parts = Any(_words.Keys.Where(w => w.Length > 2), "", "");
    }

    public override string Tell(string text, string tool)
    {
        if (_known is null)
        {
            return text;
        }

        text = _known.Replace(text, m => _forth[m.Value]);
        // Routes are named after what they lead to, without the words all names share.
        return _parts is null || tool != "k8s.app_yaml" ? text : Route().Replace(text, line => _parts.Replace(line.Value, m => _words[m.Value]));
    }

    public override string Recall(string name) => _new is null ? name : _new.Replace(name, m => _back[m.Value]);

    private static Regex? Any(IEnumerable<string> words, string before, string after)
    {
        var alternatives = string.Join('|', words.OrderByDescending(w => w.Length).Select(Regex.Escape));
        return alternatives.Length == 0 ? null : new Regex($"{before}(?:{alternatives}){after}", RegexOptions.CultureInvariant);
    }

    /// <summary>A pronounceable word of the same length, always the same for the same word.</summary>
    private string Nonsense(string word, HashSet<string> taken)
    {
        if (_words.TryGetValue(word, out var known))
        {
            return known;
        }

        const string Consonants = "bdfgklmnprstvz";
        const string Vowels = "aeiou";
        var seed = word.Aggregate(2166136261u, (h, c) => (h ^ c) * 16777619u);
        while (true)
        {
            StringBuilder text = new(word.Length);
            var state = seed++ | 1;
            for (var i = 0; i < word.Length; i++)
            {
                state = (state * 1664525) + 1013904223;
                var from = i % 2 == 0 ? Consonants : Vowels;
                text.Append(from[(int)(state >> 16) % from.Length]);
            }

            if (taken.Add(text.ToString()))
            {
                return _words[word] = text.ToString();
            }
        }
    }

    [GeneratedRegex(@"^[a-z][a-z0-9]*([-.][a-z0-9]+)*$", RegexOptions.ExplicitCapture)]
    private static partial Regex Shape();

    [GeneratedRegex("[a-z]{2,}")]
    private static partial Regex Word();

    [GeneratedRegex(@"^\s*- id:.*$|Path=.*$", RegexOptions.Multiline)]
    private static partial Regex Route();
}
