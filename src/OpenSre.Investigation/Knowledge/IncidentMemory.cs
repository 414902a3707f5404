using System.Text.Json;
using OpenSre.Core;
using OpenSre.Diagnostics;

namespace OpenSre.Investigation;

/// <summary>
/// Past incidents, one JSON object a line, only appended to. They are found again by what they have in common with the
/// present one: the fault, the thing, the alert, what it complains of. No model is needed, and nothing of it weighs.
/// </summary>
public sealed class IncidentMemory(string path)
{
    private const int MostFacts = 5;
    private const int MostEntities = 12;
    private const int MostFound = 3;
    private const double LeastSimilarity = 0.3;

    /// <summary>A line longer than this was not written by us.</summary>
    private const int LongestLine = 64 * 1024;

    private readonly Lock _lock = new();

    public string Path => path;

    /// <summary>Adds an investigation; one that was stopped is not worth remembering. Returns what was written.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public PastIncident? Remember(CaseFile file, DateTimeOffset at)
    {
        if (file.Cancelled || file.Diagnosis is not { } diagnosis)
        {
            return null;
        }

        var record = Shape(file.Incident, diagnosis, at) with
        {
            Id = file.InvestigationId,
            Summary = SafeText.Line(Redaction.Apply(diagnosis.Summary), 400),
            Facts = [.. (diagnosis.Top?.Supporting ?? []).Take(MostFacts).Select(file.Ledger.FindEvidence).OfType<Evidence>().Select(e => SafeText.Line(Redaction.Apply(e.Claim), 200))],
        };
        Append(record);
        return record;
    }

    /// <summary>Writes down what fixed an incident.</summary>
    public void Fixed(string id, string outcome, DateTimeOffset at) => Append(new PastIncident(1, "outcome", id, at, Summary: SafeText.Line(Redaction.Apply(outcome), 400)));

    /// <summary>Leaves an incident out from now on.</summary>
    public void Forget(string id, DateTimeOffset at) => Append(new PastIncident(1, "forget", id, at));

    /// <summary>All incidents with what fixed them, oldest first; lines that cannot be read are left out.</summary>
    public IReadOnlyList<(PastIncident Incident, string Outcome)> All()
    {
        Dictionary<string, PastIncident> incidents = new(StringComparer.Ordinal);
        Dictionary<string, string> outcomes = new(StringComparer.Ordinal);
        foreach (var line in JsonlFile.Lines(path).Where(l => l.Length is > 0 and < LongestLine))
        {
            switch (Parse(line))
            {
                case { Kind: "incident" } record:
                    incidents[record.Id] = record;
                    break;
                case { Kind: "outcome" } record:
                    outcomes[record.Id] = record.Summary;
                    break;
                case { Kind: "forget" } record:
                    incidents.Remove(record.Id);
                    break;
            }
        }

        return [.. incidents.Values.OrderBy(i => i.At).Select(i => (i, outcomes.GetValueOrDefault(i.Id, "")))];
    }

    /// <summary>Past incidents like the present one, most alike first; those of one fault on one thing are one.</summary>
    public IReadOnlyList<SeenBefore> Like(Incident incident, Diagnosis diagnosis)
    {
        var all = All();
        if (all.Count == 0)
        {
            return [];
        }

        var present = Marks(Shape(incident, diagnosis, incident.Window.End));
        var shapes = all.Select(a => (a.Incident, a.Outcome, Marks: Marks(a.Incident))).Where(a => a.Incident.Id != incident.Id).ToList();
        var spread = shapes.SelectMany(s => s.Marks.Keys).GroupBy(m => m, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Count(), StringComparer.Ordinal);

        // What nearly every incident shares tells little; what only these share tells much.
        double Worth(string mark, double weight) => weight * Math.Log(2 + (shapes.Count / (1.0 + spread.GetValueOrDefault(mark))));
        List<SeenBefore> found = [];
        foreach (var (past, outcome, marks) in shapes)
        {
            var shared = present.Where(m => marks.ContainsKey(m.Key)).ToList();
            var common = shared.Sum(m => Worth(m.Key, Math.Min(m.Value, marks[m.Key])));
            var whole = present.Concat(marks.Where(m => !present.ContainsKey(m.Key))).Sum(m => Worth(m.Key, m.Value));
            var similarity = whole > 0 ? common / whole : 0;

            // One thing in common is a coincidence: the same host has many troubles, the same trouble many hosts.
            var kinds = shared.Select(m => m.Key[..m.Key.IndexOf(':')]).Where(k => k is "fault" or "entity" or "alert").Distinct().ToList();
            if (similarity >= LeastSimilarity && kinds.Count >= 2)
            {
                found.Add(new SeenBefore(past, 1, similarity, Why(kinds), outcome));
            }
        }

        return
        [
            .. found.GroupBy(f => (f.Incident.Verdict, f.Incident.FaultType, f.Incident.Entity)).Select(g =>
            {
                var newest = g.MaxBy(f => f.Incident.At)!;
                return newest with { Times = g.Count(), Similarity = g.Max(f => f.Similarity), Outcome = g.OrderByDescending(f => f.Incident.At).Select(f => f.Outcome).FirstOrDefault(o => o.Length > 0) ?? "" };
            }).OrderByDescending(f => f.Similarity).ThenByDescending(f => f.Incident.At).Take(MostFound),
        ];
    }

    private static string Why(List<string> kinds) => string.Join(" and ", kinds.Order(StringComparer.Ordinal).Select(k => k switch { "fault" => "the same fault", "entity" => "the same thing", _ => "the same alert" }));

    private static PastIncident Shape(Incident incident, Diagnosis diagnosis, DateTimeOffset at)
    {
        var alert = incident.Primary;
        var top = diagnosis.Top;
        var leading = diagnosis.Ranked.Where(h => h.Kind == HypothesisKind.Fault && h.Probability >= 0.1).Take(4).Select(h => h.Entity.Name);
        var labels = alert.Labels.Where(l => l.Key is not "alertname" and not "severity").OrderBy(l => l.Key, StringComparer.Ordinal).Take(12).ToList();
        return new PastIncident(
            1,
            "incident",
            incident.Id,
            at,
            SafeText.Line(Redaction.Apply(alert.Name), 120),
            new AlertReading(incident).Symptoms.ToString(),
            [.. leading.Concat(labels.Select(l => l.Value)).Select(n => SafeText.Line(Redaction.Apply(n), 120)).Where(n => n.Length > 1).Distinct(StringComparer.OrdinalIgnoreCase).Take(MostEntities)],
            [.. labels.Select(l => SafeText.Line(Redaction.Apply($"{l.Key}={l.Value}"), 160))],
            diagnosis.Verdict.ToString(),
            top is { Kind: HypothesisKind.Fault } ? top.FaultType : "",
            top is { Kind: HypothesisKind.Fault } ? SafeText.Line(Redaction.Apply(top.Entity.ToString()), 160) : "",
            Math.Round(top?.Probability ?? 0, 3));
    }

    /// <summary>What an incident is compared by, with weights.</summary>
    private static Dictionary<string, double> Marks(PastIncident incident)
    {
        Dictionary<string, double> marks = new(StringComparer.Ordinal);
        void Add(string kind, string text, double weight)
        {
            if (text.Length > 0)
            {
                marks[$"{kind}:{text.ToLowerInvariant()}"] = weight;
            }
        }

        // An uncertain answer is a weaker resemblance.
        Add("fault", incident.FaultType, 3 * Math.Clamp(incident.Probability, 0.2, 1));
        Add("alert", QuestionWords.Plain(incident.Alert), 2);
        foreach (var name in incident.Entities ?? [])
        {
            Add("entity", name, 1.5);
        }

        foreach (var symptom in incident.Symptom.Split(", ", StringSplitOptions.RemoveEmptyEntries))
        {
            Add("symptom", symptom, 0.5);
        }

        return marks;
    }

    private static PastIncident? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, PastIncidentJson.Default.PastIncident) is { Id.Length: > 0 } record ? record : null;
        }
        catch (JsonException)
        {
            // What a killed process left of its last line.
            return null;
        }
    }

    private void Append(PastIncident record)
    {
        // A session, a server and the assistant of a home may remember at the same time.
        lock (_lock)
        {
            if (System.IO.Path.GetDirectoryName(path) is { Length: > 0 } folder)
            {
                PrivateFiles.MakeFolder(folder);
            }

            using var alone = FileLock.Take(path);
            using var file = new JsonlFile(path);
            file.Append(JsonSerializer.SerializeToUtf8Bytes(record, PastIncidentJson.Default.PastIncident));
        }
    }
}
