using OpenSre.Core;
using OpenSre.Investigation;

namespace OpenSre.Cli;

/// <summary><c>opensre memory</c>: past incidents, what fixed them, and those to be forgotten.</summary>
internal static class MemoryCommand
{
    private const int Shown = 30;

    public static int Run(CommandLine line, TextWriter output)
    {
        var memory = KnowledgeSetup.Open().Memory ?? throw new InvalidDataException("past incidents are not remembered, as config.yaml says (knowledge: memory: false)");
        var now = TimeProvider.System.GetUtcNow();
        string[] words = [.. line.Words];
        switch (words)
        {
            case [] or ["list"]:
                List(memory, output);
                return ExitCodes.Done;
            case ["show", var id]:
                Show(Find(memory, id), output);
                return ExitCodes.Done;
            case ["fixed", var id, .. { Length: > 0 } what]:
                var incident = Find(memory, id).Incident;
                memory.Fixed(incident.Id, string.Join(' ', what), now);
                output.Write($"Noted for {incident.Id}.\n");
                return ExitCodes.Done;
            case ["forget", var id]:
                var forgotten = Find(memory, id).Incident;
                memory.Forget(forgotten.Id, now);
                output.Write($"{forgotten.Id} is left out from now on.\n");
                return ExitCodes.Done;
            default:
                throw new InvalidDataException("memory takes list, show ID, fixed ID WHAT FIXED IT, or forget ID; last stands for the newest");
        }
    }

    private static void List(IncidentMemory memory, TextWriter output)
    {
        var all = memory.All();
        foreach (var (incident, outcome) in all.TakeLast(Shown))
        {
            output.Write($"{incident.Id}  {incident.At:yyyy-MM-dd HH:mm}  {What(incident)}  [{SafeText.Line(incident.Alert, 60)}]{(outcome.Length > 0 ? $"  fixed: {SafeText.Line(outcome, 120)}" : "")}\n");
        }

        output.Write($"{all.Count} past {(all.Count == 1 ? "incident" : "incidents")} in {memory.Path}\n");
    }

    private static void Show((PastIncident Incident, string Outcome) found, TextWriter output)
    {
        var (incident, outcome) = found;
        output.Write($"{incident.Id}, {incident.At:yyyy-MM-dd HH:mm} UTC\nalert: {SafeText.Line(incident.Alert, 120)}\nfound: {What(incident)} ({incident.Probability:P0})\n{SafeText.Line(incident.Summary, 400)}\n");
        foreach (var fact in incident.Facts ?? [])
        {
            output.Write($"- {SafeText.Line(fact, 240)}\n");
        }

        output.Write($"what fixed it: {(outcome.Length > 0 ? SafeText.Line(outcome, 400) : $"not known; opensre memory fixed {incident.Id} … says it")}\n");
    }

    private static (PastIncident Incident, string Outcome) Find(IncidentMemory memory, string id)
    {
        var all = memory.All();
        var found = id == "last" ? (all.Count > 0 ? all[^1] : default) : all.FirstOrDefault(a => a.Incident.Id == id);
        return found.Incident is null ? throw new InvalidDataException($"there is no past incident {SafeText.Line(id, 60)}; opensre memory lists them") : found;
    }

    private static string What(PastIncident incident) => incident.Verdict switch
    {
        "RootCause" => $"{incident.FaultType} on {SafeText.Line(incident.Entity, 80)}",
        "Healthy" => "nothing was wrong",
        _ => "inconclusive",
    };
}
