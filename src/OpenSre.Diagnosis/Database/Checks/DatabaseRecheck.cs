using OpenSre.Core;

namespace OpenSre.Diagnostics;

/// <summary>Whether what the alert complains of holds now, by the metrics it speaks of.</summary>
public sealed class DatabaseRecheck : ICheck
{
    public CheckInfo Info { get; } = new(
        "db.recheck",
        [DatabaseTools.Metrics, DatabaseTools.Instance],
        "The newest values of the metrics the alert complains of against their bounds; of all metrics with a bound, when it complains of none. A metric that is not published is said to be missing, and is no proof of health.",
        [],
        "any of these metrics out of bounds now");

    public void Examine(CheckContext context)
    {
        var view = DatabaseView.Of(context);
        if (view.Instance.Length == 0 || !view.HasMetrics)
        {
            return;
        }

        var vitals = Vital.Of(view);
        var meant = vitals.Where(v => context.Reading.Has(v.Shows)).ToList();
        var asked = meant.Count > 0 ? meant : [.. vitals.Where(v => v.Broken is not null)];
        // Slowness is what most trouble brings with it: it is the question only where nothing narrower is asked.
        var narrow = meant.Where(v => !v.Shows.HasFlag(Symptom.Latency)).ToList();
        var questions = narrow.Count > 0 ? narrow : meant;
        foreach (var group in questions.GroupBy(v => v.Shows).Where(g => g.All(v => v.Series is null)))
        {
            context.Missing(string.Join(" and ", group.Select(v => v.Metric)) + " of " + view.Instance, "the alert speaks of it, but CloudWatch holds no data of it");
        }

        var settled = asked.Count > 0 && (questions.Count > 0 ? questions : asked).GroupBy(v => v.Shows).All(g => g.Any(v => v.Broken is not null));
        foreach (var vital in vitals.Where(v => v is { Series: not null, Broken: not null }))
        {
            var isAsked = asked.Contains(vital);
            if (vital.Broken == true)
            {
                Say(vital, isAsked ? -4 : -2);
            }
            else if (settled)
            {
                Say(vital, isAsked ? 4 : 0.5);
            }
        }

        void Say(Vital vital, double weight) =>
            context.Found(vital.Series!.Output, view.Entity, "recheck", vital.Series.Quote, vital.Claim + (weight > 0 ? ": within normal bounds now" : ": out of bounds now"), Currency.Now, [new Bearing(FaultCatalogue.Healthy, context.Host, weight)]);
    }
}
