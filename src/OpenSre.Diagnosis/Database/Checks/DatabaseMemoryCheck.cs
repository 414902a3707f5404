using System.Text.RegularExpressions;
using OpenSre.Core;

namespace OpenSre.Diagnostics;

/// <summary>Memory that is used up.</summary>
public sealed partial class DatabaseMemoryCheck : ICheck
{
    public CheckInfo Info { get; } = new(
        "db.memory",
        [DatabaseTools.Metrics, DatabaseTools.Events, DatabaseTools.Instance],
        "FreeableMemory below 5 % of the memory of the instance class, with SwapUsage that grows; events of sessions or the engine ended for lack of memory.",
        [DatabaseFaults.MemoryExhausted],
        "5 % of memory free now");

    public void Examine(CheckContext context)
    {
        var view = DatabaseView.Of(context);
        var entity = view.Entity;
        var vital = Vital.Of(view).First(v => v.Metric == "FreeableMemory");
        if (vital is { Series: { } series, Broken: { } broken })
        {
            context.Tell(series, entity, vital.Claim, new Bearing(DatabaseFaults.MemoryExhausted, entity, broken ? 3 : -3, !broken));
        }

        if (vital.Broken != false && view.Metric("SwapUsage") is { } swap && swap.Now >= 2 * Math.Max(1, swap.Start) && swap.Now > 1e9)
        {
            context.Tell(swap, entity, $"SwapUsage of {view.Instance} grew from {Words.Bytes(swap.Start)} to {Words.Bytes(swap.Now)}", new Bearing(DatabaseFaults.MemoryExhausted, entity, 1.5));
        }

        if (view.OwnEvents.LastOrDefault(e => e.IsRecent && e.Says(OutOfMemory())) is { } said)
        {
            context.Tell(said, entity, $"RDS says: {SafeText.Line(said.Text, 140)}", Currency.Now, new Bearing(DatabaseFaults.MemoryExhausted, entity, 3));
        }
    }

    [GeneratedRegex(@"out of memory|low memory|memory (pressure|exhaust)|\bOOM\b", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex OutOfMemory();
}
