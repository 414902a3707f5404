namespace OpenSre.Diagnostics;

/// <summary>A check that does not know some faults: what speaks of nothing else is not found.</summary>
internal sealed class ForgetfulCheck(ICheck check, IReadOnlyCollection<string> faults) : ICheck
{
    public CheckInfo Info => check.Info;

    public void Examine(CheckContext context)
    {
        var known = context.Evidence.Count;
        check.Examine(context);
        for (var i = context.Evidence.Count - 1; i >= known; i--)
        {
            var kept = context.Evidence[i].Bearings.Where(b => !faults.Contains(b.FaultType)).ToList();
            if (kept.Count == 0 && context.Evidence[i].Bearings.Count > 0)
            {
                context.Evidence.RemoveAt(i);
            }
            else if (kept.Count < context.Evidence[i].Bearings.Count)
            {
                context.Evidence[i] = context.Evidence[i] with { Bearings = kept };
            }
        }
    }
}
