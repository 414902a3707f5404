namespace OpenSre.Diagnostics;

/// <summary>The tools telemetry is read with, and the records they print.</summary>
public static class TelemetryTools
{
    /// <summary><c>series</c> records; argument <c>window</c>: <c>baseline</c>, <c>incident</c>, or none for one stretch that holds both; of a living system also <c>since</c>, <c>expr</c> and <c>by</c>.</summary>
    public const string Series = "metrics.series";

    /// <summary><c>call text=CALLER -> CALLEE</c> and <c>placed text=SERVICE -> NODE</c>.</summary>
    public const string Topology = "topology.calls";

    /// <summary><c>pattern service= count= delta= tone= text=</c>.</summary>
    public const string Patterns = "logs.patterns";

    /// <summary><c>log at= service= severity= text=</c>, warnings and worse.</summary>
    public const string Logs = "logs.lines";

    /// <summary><c>span trace= id= parent= service= start_ms= duration_ms= status= text=NAME: ERROR</c>.</summary>
    public const string Traces = "traces.spans";

    /// <summary><c>commit id= at= author= text=</c>, <c>changed commit= path=</c>, <c>deployed at= service= commit=</c>, <c>flag at= service= change= text=</c>.</summary>
    public const string Changes = "changes.list";

    /// <summary>Commits in full; argument <c>commits</c>: ids with commas between them.</summary>
    public const string Diff = "changes.diff";

    /// <summary><c>rule name= state= health= text=EXPRESSION</c>, <c>alert name= state= since= value= text=LABELS</c>; argument <c>name</c>: a rule to tell of in any case.</summary>
    public const string Alerts = "metrics.alerts";

    /// <summary><c>job name= up= down=</c>, <c>target job= instance= health= text=ERROR</c> of those that are down.</summary>
    public const string Targets = "metrics.targets";

    /// <summary><c>status at= state= source= text=</c>.</summary>
    public const string Status = "status.feed";
}
