using System.Text.RegularExpressions;

namespace OpenSre.Home;

/// <summary>Finds the hosts that a sentence names, by name or alias.</summary>
public sealed partial class HostNames(IReadOnlyList<HostSettings> hosts)
{
    /// <summary>The hosts named, in the order of the sentence; all for "all hosts" and the like.</summary>
    public IReadOnlyList<HostSettings> In(string text)
    {
        var named = Word().Matches(text.ToLowerInvariant()).Select(m => Find(m.Value.TrimEnd('.', '-'))).OfType<HostSettings>().Distinct().ToList();
        return named.Count == 0 && Everywhere().IsMatch(text) ? hosts : named;
    }

    private HostSettings? Find(string word)
    {
        var name = word.EndsWith("'s", StringComparison.Ordinal) ? word[..^2] : word;
        return hosts.FirstOrDefault(h => h.Name == name || h.Aliases.Contains(name) || name == h.Name + ".local");
    }

    [GeneratedRegex(@"[a-z0-9][a-z0-9._'-]*")]
    private static partial Regex Word();

    [GeneratedRegex(@"\b(all|every|each|any) (of )?(my |the |our )?(hosts?|servers?|machines?|boxes)\b|\beverywhere\b|\beverything\b", RegexOptions.IgnoreCase)]
    private static partial Regex Everywhere();
}
