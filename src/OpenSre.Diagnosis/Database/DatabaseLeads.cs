namespace OpenSre.Diagnostics;

/// <summary>Where to look at a managed database: its metrics, what RDS wrote of it, and its load by statement.</summary>
public static class DatabaseLeads
{
    public static IEnumerable<Lead> For(CheckContext context)
    {
        var view = DatabaseView.Of(context);
        if (view.Instance.Length == 0)
        {
            yield break;
        }

        yield return Look(DatabaseTools.Metrics, view.Instance, $"what {view.Instance} does now, and since when", 1);
        yield return Look(DatabaseTools.Events, view.Instance, $"what RDS wrote about {view.Instance}", 0.95);
        yield return Look(DatabaseTools.Load, view.Instance, "which statements and waits make the load", 0.95);
        foreach (var replica in view.Replicas.Take(2))
        {
            yield return Look(DatabaseTools.Metrics, replica, $"how far {replica} is behind", context.Reading.Has(Symptom.Replication) ? 0.98 : 0.5);
        }

        yield return Look(DatabaseTools.Instance, view.Instance, "its class, its limits and its replicas", context.Reading.Has(Symptom.Connections | Symptom.Memory) ? 0.97 : 0.4);
    }

    private static Lead Look(string tool, string instance, string why, double weight) => new(DatabaseTools.Of(tool, instance), why, DatabaseFaults.Causes, weight, DatabaseFaults.States, Prompted: weight >= 0.9);
}
