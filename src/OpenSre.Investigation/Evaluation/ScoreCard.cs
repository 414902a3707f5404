using System.Text;

namespace OpenSre.Investigation;

/// <summary>The figures of an evaluation, from labels and results alone.</summary>
/// <param name="group">What the cases are grouped by in the table; the fault type if not given.</param>
public sealed class ScoreCard(IReadOnlyList<(CaseLabel Label, CaseResult Result)> cases, Func<CaseLabel, string>? group = null)
{
    /// <summary>The fault type of an answer that names a place and no cause.</summary>
    public const string Unexplained = "unexplained";

    private readonly List<(CaseLabel Label, CaseResult Result)> _faulty = [.. cases.Where(c => !c.Label.IsHealthy)];
    private readonly List<(CaseLabel Label, CaseResult Result)> _healthy = [.. cases.Where(c => c.Label.IsHealthy)];

    /// <summary>Share of faulty cases with entity and type right at first place, the verdict being "root cause".</summary>
    public double AccuracyAtOne => Share(_faulty, c => c.Result.Right);

    /// <summary>Healthy cases that were called an incident.</summary>
    public int FalseIncidents => _healthy.Count(c => c.Result.Verdict == "root_cause");

    public bool AllQuotesValid => cases.All(c => c.Result.QuotesValid);

    public double EngineP95 => Percentile(0.95);

    /// <summary>Whether an answer names the labelled thing; a host-wide fault may be labelled with the process behind it.</summary>
    public static bool Matches(CaseLabel label, RankedAnswer answer) => TypeMatches(label, answer) && EntityMatches(label, answer);

    public string Print(string title)
    {
        var text = new StringBuilder();
        text.Append($"{title}: {cases.Count} cases, {_faulty.Count} faulty, {_healthy.Count} healthy or recovered\n\n");
        Row(text, "A@1 (object and cause)", _faulty, c => c.Result.Right);
        Row(text, "A@1, whatever the verdict", _faulty, c => c.Result.Ranked.Where(IsFault).Take(1).Any(r => Matches(c.Label, r)));
        Row(text, "A@3", _faulty, c => c.Result.Ranked.Where(IsFault).Take(3).Any(r => Matches(c.Label, r)));
        Row(text, "object@1", _faulty, c => c.Result.Ranked.Where(IsFault).Take(1).Any(r => EntityMatches(c.Label, r)));
        Row(text, "cause@1", _faulty, c => c.Result.Ranked.Where(IsFault).Take(1).Any(r => TypeMatches(c.Label, r)));
        if (cases.Any(c => c.Result.Ranked.Any(r => r.Class is not null)))
        {
            Row(text, "taxonomy@1 (class)", _faulty, c => c.Result.Ranked.Where(IsFault).Take(1).Any(r => r.Class == c.Label.Note));
        }

        if (_faulty.Where(c => c.Label.Decoys is not null).ToList() is { Count: > 0 } tempted)
        {
            Row(text, "a decoy at first place", tempted, c => c.Result.Ranked.Where(IsFault).Take(1).Any(r => c.Label.Decoys!.Contains(r.Entity)));
        }

        Row(text, "healthy found (recall)", _healthy, c => c.Result.Verdict == "healthy");
        var saidHealthy = cases.Where(c => c.Result.Verdict == "healthy").ToList();
        Row(text, "healthy precision", saidHealthy, c => c.Label.IsHealthy);
        Row(text, "healthy called an incident", _healthy, c => c.Result.Verdict == "root_cause");
        Row(text, "inconclusive", [.. cases], c => c.Result.Verdict == "inconclusive");
        Row(text, "wrong and sure of it", [.. cases], c => !c.Result.Right && c.Result.Verdict != "inconclusive");
        Row(text, "wrong with p >= 0.8", [.. cases], c => c.Result.Probability >= 0.8 && !c.Result.Right && c.Result.Verdict != "inconclusive");
        Row(text, "accuracy at 80 % coverage", [.. cases.OrderByDescending(c => c.Result.Probability).Take((int)Math.Ceiling(cases.Count * 0.8))], c => c.Result.Right);
        text.Append($"  {"calibration error (ECE)",-32} {CalibrationError():0.000}\n");
        Row(text, "quotes valid", [.. cases], c => c.Result.QuotesValid);
        Row(text, "cited evidence suffices", [.. cases.Where(c => c.Result.Sufficient is not null)], c => c.Result.Sufficient == true);
        Row(text, "cited evidence is needed", [.. cases.Where(c => c.Result.Necessary is not null)], c => c.Result.Necessary == true);
        if (cases.Any(c => c.Result.Words is not null))
        {
            Row(text, "a forbidden answer", [.. cases], c => c.Result.Forbidden == true);
            text.Append($"  {"words asked for, in the report",-32} {cases.Where(c => c.Result.Words is not null).Average(c => c.Result.Words):0.00}\n");
        }

        text.Append($"  {"tool calls",-32} mean {Mean(c => c.Result.ToolCalls):0.0}, p95 {Percentile(0.95, c => c.Result.ToolCalls):0}\n");
        text.Append($"  {"engine time",-32} p50 {Percentile(0.5):0.0} ms, p95 {Percentile(0.95):0.0} ms\n\n");
        if (cases.Any(c => c.Result.Model is not null))
        {
            List<(CaseLabel Label, CaseResult Result)> asked = [.. cases.Where(c => c.Result.Model is not null)];
            Row(text, "model's conclusion right", asked, c => c.Result.Model!.Right);
            Row(text, "wrong, decisive facts against it", asked, c => c.Result.Model!.Contradicted);
            Row(text, "… of these flagged", [.. asked.Where(c => c.Result.Model!.Contradicted)], c => c.Result.Model!.Flagged);
            Row(text, "right, but flagged", [.. asked.Where(c => c.Result.Model!.Right)], c => c.Result.Model!.Flagged);
            text.Append('\n');
        }

        text.Append(group is null ? "by fault type\n" : "by group\n");
        foreach (var of in _faulty.GroupBy(c => (group ?? (l => l.FaultType))(c.Label), StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            Row(text, of.Key, [.. of], c => c.Result.Right);
        }

        var wrong = cases.Where(c => !c.Result.Right).ToList();
        if (wrong.Count > 0)
        {
            text.Append("\nnot right\n");
            foreach (var (label, result) in wrong)
            {
                var said = result.Ranked.Count > 0 ? $"{result.Ranked[0].FaultType} {result.Ranked[0].Entity}" : "nothing";
                text.Append($"  {label.Case,-10} is {(label.IsHealthy ? "healthy" : label.FaultType + " " + label.Entity)}; said {result.Verdict}: {said} ({result.Probability:P0})\n");
            }
        }

        return text.ToString();
    }

    /// <summary>Wilson's 95 % interval of a share.</summary>
    public static (double Low, double High) Wilson(int hits, int of)
    {
        if (of == 0)
        {
            return (0, 1);
        }

        const double z = 1.96;
        var p = (double)hits / of;
        var centre = (p + (z * z / (2 * of))) / (1 + (z * z / of));
        var half = z / (1 + (z * z / of)) * Math.Sqrt((p * (1 - p) / of) + (z * z / (4.0 * of * of)));
        return (Math.Max(0, centre - half), Math.Min(1, centre + half));
    }

    /// <summary>Whether an answer names a thing: a fault, or something unknown at a place.</summary>
    internal static bool IsPlace(RankedAnswer answer) => answer.FaultType != "healthy" && answer.Entity.Length > 0;

    internal static bool IsFault(RankedAnswer answer) => answer.FaultType is not ("healthy" or "unknown");

    private static bool TypeMatches(CaseLabel label, RankedAnswer answer) =>
        answer.FaultType == label.FaultType || label.FaultTypes?.Contains(answer.FaultType) == true;

    internal static bool EntityMatches(CaseLabel label, RankedAnswer answer) =>
        answer.Entity == label.Entity || label.Entities?.Contains(answer.Entity) == true;

    private static double Share(List<(CaseLabel Label, CaseResult Result)> of, Func<(CaseLabel Label, CaseResult Result), bool> hit) =>
        of.Count == 0 ? 0 : (double)of.Count(hit) / of.Count;

    private static void Row(StringBuilder text, string name, List<(CaseLabel Label, CaseResult Result)> of, Func<(CaseLabel Label, CaseResult Result), bool> hit)
    {
        var hits = of.Count(hit);
        var (low, high) = Wilson(hits, of.Count);
        text.Append(of.Count == 0 ? $"  {name,-32} none\n" : $"  {name,-32} {(double)hits / of.Count:0.00}  ({hits} of {of.Count}, 95 % {low:0.00}–{high:0.00})\n");
    }

    private double CalibrationError() => Calibration.Error([.. cases.Select(c => (c.Result.Probability, FirstIsRight(c)))]);

    /// <summary>Whether the first hypothesis is true, verdict or not: what its probability speaks of.</summary>
    private static bool FirstIsRight((CaseLabel Label, CaseResult Result) c) =>
        c.Result.Ranked.Count > 0 && (c.Label.IsHealthy ? c.Result.Ranked[0].FaultType == "healthy" : Matches(c.Label, c.Result.Ranked[0]));

    private double Mean(Func<(CaseLabel Label, CaseResult Result), double> value) => cases.Count == 0 ? 0 : cases.Average(value);

    private double Percentile(double p, Func<(CaseLabel Label, CaseResult Result), double>? value = null)
    {
        if (cases.Count == 0)
        {
            return 0;
        }

        var sorted = cases.Select(value ?? (c => c.Result.Milliseconds)).Order().ToList();
        return sorted[Math.Min(sorted.Count - 1, (int)Math.Ceiling(p * sorted.Count) - 1)];
    }
}
