using OpenSre.Core;

namespace OpenSre.Diagnostics;

/// <summary>What an answer owes to the facts it cites.</summary>
/// <param name="Sufficient">The cited facts alone give the same first answer.</param>
/// <param name="Necessary">Without the cited facts the answer loses at least half of its probability.</param>
public sealed record Ablation(bool Sufficient, bool Necessary)
{
    /// <summary>Weighs twice more: with nothing but the cited facts, and with all others. The assessment stays as it is.</summary>
    public static Ablation Of(Assessment assessment, IReadOnlyCollection<string> cited, WeighingOptions options)
    {
        var top = assessment.Top;
        var alone = Weigh(assessment.Context, e => cited.Contains(e.Id), options);
        var without = Weigh(assessment.Context, e => !cited.Contains(e.Id), options);
        var left = without.FirstOrDefault(c => IsSame(c, top))?.Probability ?? 0;
        return new Ablation(IsSame(alone[0], top), left <= top.Probability / 2);
    }

    private static bool IsSame(Candidate a, Candidate b) => a.Fault == b.Fault && a.Entity == b.Entity;

    private static IReadOnlyList<Candidate> Weigh(CheckContext context, Func<Evidence, bool> keep, WeighingOptions options)
    {
        var all = context.Evidence.ToList();
        context.Evidence.RemoveAll(e => !keep(e));
        try
        {
            return Weigher.Weigh(context, options);
        }
        finally
        {
            context.Evidence.Clear();
            context.Evidence.AddRange(all);
        }
    }
}
