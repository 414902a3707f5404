using OpenSre.Core;

namespace OpenSre.Diagnostics;

/// <summary>Sessions that wait for each other.</summary>
public sealed class LockCheck : ICheck
{
    public CheckInfo Info { get; } = new(
        "db.locks",
        [DatabaseTools.Load, DatabaseTools.Events],
        "Lock waits as half of all waiting; events of deadlocks.",
        [DatabaseFaults.LockContention],
        "a load that waits for something else");

    public void Examine(CheckContext context)
    {
        var view = DatabaseView.Of(context);
        if (view.Load is { } load && load.Waits.Where(w => DatabaseLoad.IsLock(w.Name)).MaxBy(w => w.Load) is { } held && load.Share(DatabaseLoad.IsLock) is >= 0.5 and var share)
        {
            context.Tell(held, view.Entity, $"{share:P0} of all waiting is for locks, most of it {held.Name}", new Bearing(DatabaseFaults.LockContention, view.Entity, 3));
        }

        if (view.OwnEvents.LastOrDefault(e => e.IsRecent && e.Text.Contains("deadlock", StringComparison.OrdinalIgnoreCase)) is { } said)
        {
            context.Tell(said, view.Entity, $"RDS says: {SafeText.Line(said.Text, 140)}", Currency.Now, new Bearing(DatabaseFaults.LockContention, view.Entity, 2));
        }
    }
}
