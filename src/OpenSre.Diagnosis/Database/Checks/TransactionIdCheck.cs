using System.Text.RegularExpressions;
using OpenSre.Core;

namespace OpenSre.Diagnostics;

/// <summary>Transaction ids that come near their end.</summary>
public sealed partial class TransactionIdCheck : ICheck
{
    public CheckInfo Info { get; } = new(
        "db.transaction_ids",
        [DatabaseTools.Metrics, DatabaseTools.Events],
        "MaximumUsedTransactionIDs at 10⁹ or more, half of what there are; a log line that demands a vacuum within a number of transactions.",
        [DatabaseFaults.Wraparound],
        "MaximumUsedTransactionIDs below 10⁹ now");

    public void Examine(CheckContext context)
    {
        var view = DatabaseView.Of(context);
        var entity = view.Entity;
        var vital = Vital.Transactions(view);
        if (vital is { Series: { } series, Broken: { } broken })
        {
            context.Tell(series, entity, vital.Claim, new Bearing(DatabaseFaults.Wraparound, entity, broken ? 4 : -3, !broken));
        }

        if (view.OwnEvents.LastOrDefault(e => e.IsRecent && e.Says(Demand())) is { } demand)
        {
            context.Tell(demand, entity, $"the log says: {SafeText.Line(demand.Text, 140)}", Currency.Now, new Bearing(DatabaseFaults.Wraparound, entity, 3.5));
        }
    }

    [GeneratedRegex(@"must be vacuumed within|not accepting commands to avoid wraparound|wraparound (data loss|failure)|\(to prevent wraparound\)", RegexOptions.IgnoreCase)]
    private static partial Regex Demand();
}
