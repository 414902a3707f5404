using System.Runtime.CompilerServices;

namespace OpenSre.Diagnostics;

/// <summary>What speaks for and against a change as the cause of a failure, each in natural-log likelihood ratios.</summary>
/// <param name="Timing">Up to 2 for a change in force right before the first bad signal; falls with the time between; −4 after it.</param>
/// <param name="Mechanism">Up to 4 when the diff shows what the failure shows; −2.5 when nothing links them.</param>
/// <param name="Place">1 where it came into force among the services in trouble, −1.5 elsewhere, −2 when nobody says that it ever came into force.</param>
/// <param name="Words">Up to 2 for rare words of the failure in the changed lines.</param>
/// <param name="By">The mechanism that links change and failure, if there is one.</param>
/// <param name="Shared">The rare words they share, rarest first.</param>
public sealed record RankedChange(Change Change, double Timing, double Mechanism, double Place, double Words, Mechanism? By, IReadOnlyList<string> Shared)
{
    public double Score => Timing + Mechanism + Place + Words;

    public bool IsTooLate => Timing <= -4;
}

/// <summary>
/// Which change brought a failure: nearness to the first bad signal, a mechanism in the diff that the failure shows,
/// the place where it came into force, and rare words both share. Nearness alone is a trap; a change that cannot do
/// what is seen is cleared of it.
/// </summary>
public static class ChangeRanker
{
    /// <summary>How long after a change an immediate failure shows, as the constant of an exponential.</summary>
    public static readonly TimeSpan Soon = TimeSpan.FromMinutes(30);

    /// <summary>The same for what builds up: leaks, pools, caches, volumes.</summary>
    public static readonly TimeSpan Late = TimeSpan.FromHours(4);

    /// <summary>Clocks and sampling: a change this much after the first signal may still be before it.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromMinutes(1);

    /// <param name="nearness">0 … 1 by service: 1 for those in trouble, less for their neighbours; null when nothing is known of services.</param>
    public static IReadOnlyList<RankedChange> Rank(IReadOnlyList<Change> changes, FailureSignature signature, Func<string, double>? nearness)
    {
        var failing = signature.Words;
        var parts = changes.Select(c => (Change: c, Words: WordsOf(c))).ToList();
        Dictionary<string, int> seen = new(StringComparer.Ordinal);
        foreach (var word in parts.SelectMany(p => p.Words))
        {
            seen[word] = seen.GetValueOrDefault(word) + 1;
        }

        var anyDeployed = changes.Any(c => c.Deployments.Count > 0);
        List<RankedChange> ranked = [];
        foreach (var (change, words) in parts)
        {
            var (mechanism, by) = Mechanism(change, signature);
            var shared = words.Where(failing.Contains).OrderBy(w => seen[w]).ThenBy(w => w, StringComparer.Ordinal).ToList();
            // A word that half the changes use says nothing.
            var rare = shared.Sum(w => Math.Log((double)(changes.Count + 1) / (seen[w] + 0.5)) / Math.Log(changes.Count + 1)) / 3;
            ranked.Add(new RankedChange(
                change,
                Timing(change, signature, by),
                mechanism,
                Place(change, nearness, anyDeployed),
                Diagnostics.Mechanisms.IsInert(change) ? 0 : Math.Min(2, rare),
                by,
                shared));
        }

        return [.. ranked.OrderByDescending(r => r.Score).ThenBy(r => r.Change.Id, StringComparer.Ordinal)];
    }

    private static double Timing(Change change, FailureSignature signature, Mechanism? by)
    {
        if (signature.Onset is not { } onset)
        {
            return 0;
        }

        var before = onset - change.InForce;
        if (before < -Slack)
        {
            return -4;
        }

        var delayed = by is not null && FailureSign.All.First(s => s.Mode == by.Mode).Delayed;
        var constant = delayed ? Late : Soon;
        return 2 - Math.Min(3.5, Math.Max(0, before.TotalSeconds) / constant.TotalSeconds);
    }

    private static (double Weight, Mechanism? By) Mechanism(Change change, FailureSignature signature)
    {
        if (Diagnostics.Mechanisms.IsInert(change))
        {
            return (-4, null);
        }

        if (change.Diff is null)
        {
            return (-1.5, null);
        }

        var best = Diagnostics.Mechanisms.Of(change)
            .Select(m => (Mechanism: m, Match: m.Strength * signature.Strength(m.Mode)))
            .OrderByDescending(m => m.Match).FirstOrDefault();
        return best.Match < 0.2 ? (-2.5, null) : ((6.5 * best.Match) - 2.5, best.Mechanism);
    }

    private static double Place(Change change, Func<string, double>? nearness, bool anyDeployed)
    {
        if (change.Deployments.Count == 0)
        {
            return anyDeployed ? -2 : 0;
        }

        return nearness is null ? 0 : -1.5 + (2.5 * change.Deployments.Max(d => nearness(d.Service)));
    }

    private static readonly ConditionalWeakTable<Change, HashSet<string>> KnownWords = [];

    private static HashSet<string> WordsOf(Change change) => KnownWords.GetValue(change, ReadWords);

    private static HashSet<string> ReadWords(Change change)
    {
        var text = change.Diff is null ? "" : string.Join('\n', change.Diff.Split('\n').Where(l => l.Length > 0 && l[0] is '+' or '-'));
        return [.. FailureSignature.Parts(text + "\n" + change.Subject + "\n" + string.Join('\n', change.Files))];
    }
}
