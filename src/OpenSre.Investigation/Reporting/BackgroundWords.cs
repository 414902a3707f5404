namespace OpenSre.Investigation;

/// <summary>Runbooks and past incidents in words, for the report and for a model.</summary>
public static class BackgroundWords
{
    public static string Runbook(RunbookMatch match) => $"{match.Runbook.Title} ({match.Runbook.Path}): {match.Why}";

    public static string Before(SeenBefore past)
    {
        var incident = past.Incident;
        var times = past.Times == 1 ? "" : $", {past.Times} times until then";
        var what = incident.Verdict switch
        {
            "RootCause" => $"{incident.FaultType} on {incident.Entity}",
            "Healthy" => "nothing was wrong",
            _ => incident.FaultType.Length > 0 ? $"inconclusive, likeliest {incident.FaultType} on {incident.Entity}" : "inconclusive",
        };
        var outcome = past.Outcome.Length > 0 ? $"what fixed it: {past.Outcome}" : "nobody said what fixed it";
        return $"{incident.At:yyyy-MM-dd}{times}: {what} ({past.Why}); {outcome} [{incident.Id}]";
    }
}
