using System.Globalization;
using System.Text;

namespace OpenSre.Home;

/// <summary>How one sentence was understood, measured by what it means.</summary>
public enum SentenceOutcome
{
    /// <summary>The intent and every slot are right, and there is no slot more.</summary>
    Right,

    /// <summary>Nothing was understood: nobody is harmed.</summary>
    Refused,

    /// <summary>Something else was understood, and it changes nothing in the house.</summary>
    Wrong,

    /// <summary>Something else was understood, and it would have been done.</summary>
    WrongActuation,
}

/// <param name="Understood">What the engine made of it; null when nothing.</param>
/// <param name="OwnTime">How long understanding took.</param>
public sealed record SentenceResult(SentenceCase Case, SentenceOutcome Outcome, AssistIntent? Understood, TimeSpan OwnTime);

/// <summary>Scores the sentence engine on labelled sentences.</summary>
public static class SentenceScore
{
    public static IReadOnlyList<SentenceResult> Score(IEnumerable<SentenceCase> cases, House house)
    {
        var engine = new SentenceEngine(house);
        engine.Understand("turn on the lights");
        return [.. cases.Select(c => Score(c, c.House is null ? engine : new SentenceEngine(c.House)))];
    }

    private static SentenceResult Score(SentenceCase sentence, SentenceEngine engine)
    {
        var start = System.Diagnostics.Stopwatch.GetTimestamp();
        var request = engine.Understand(sentence.Sentence, sentence.AskersArea).Request;
        var time = System.Diagnostics.Stopwatch.GetElapsedTime(start);
        if (request is null)
        {
            return new SentenceResult(sentence, sentence.Intent.Length == 0 ? SentenceOutcome.Right : SentenceOutcome.Refused, null, time);
        }

        var understood = AssistWords.Of(request);
        var outcome = Same(sentence, understood) ? SentenceOutcome.Right : request.Verb.Acts() ? SentenceOutcome.WrongActuation : SentenceOutcome.Wrong;
        return new SentenceResult(sentence, outcome, understood, time);
    }

    private static bool Same(SentenceCase expected, AssistIntent understood) =>
        expected.Intent == understood.Intent
        && expected.Slots.Count == understood.Slots.Count
        && expected.Slots.All(s => understood.Slots.TryGetValue(s.Key, out var value) && s.Value.Any(v => Same(v, value)));

    private static bool Same(object expected, object value) => Number(expected) is { } a && Number(value) is { } b
        ? a == b
        : string.Equals(Text(expected), Text(value), StringComparison.OrdinalIgnoreCase);

    private static decimal? Number(object value) => value is decimal number ? number : decimal.TryParse(value as string, NumberStyles.Float, CultureInfo.InvariantCulture, out var parsed) ? parsed : null;

    private static string Text(object value) => Convert.ToString(value, CultureInfo.InvariantCulture)!.Trim();

    /// <summary>The figures, by intent, and each sentence that was not right.</summary>
    public static string Print(string title, IReadOnlyList<SentenceResult> results)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{title}\n\n{"intent",-28} {"sentences",9} {"right",6} {"refused",8} {"wrong",6} {"wrong actuation",16}\n");
        foreach (var intent in results.GroupBy(r => r.Case.Intent).OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal))
        {
            Row(text, intent.Key.Length == 0 ? "(not to be understood)" : intent.Key, [.. intent]);
        }

        Row(text, "all", results);
        var times = results.Select(r => r.OwnTime.TotalMilliseconds).Order().ToList();
        text.Append(CultureInfo.InvariantCulture, $"\nintent and slots right: {Count(results, SentenceOutcome.Right) / (double)Math.Max(1, results.Count):0.000}    wrong actuations: {Count(results, SentenceOutcome.WrongActuation)}    time: median {Quantile(times, 0.5):0.00} ms, 99 % {Quantile(times, 0.99):0.00} ms\n");
        foreach (var result in results.Where(r => r.Outcome != SentenceOutcome.Right))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n{Name(result.Outcome)}: {result.Case.Sentence}\n  is   {result.Case.Intent} {string.Join(", ", result.Case.Slots.Select(s => $"{s.Key}={string.Join('|', s.Value)}"))}\n");
            if (result.Understood is { } understood)
            {
                text.Append(CultureInfo.InvariantCulture, $"  read {understood.Intent} {string.Join(", ", understood.Slots.Select(s => $"{s.Key}={s.Value}"))}\n");
            }
        }

        return text.ToString();
    }

    private static void Row(StringBuilder text, string name, IReadOnlyList<SentenceResult> results) =>
        text.Append(CultureInfo.InvariantCulture, $"{name,-28} {results.Count,9} {Count(results, SentenceOutcome.Right),6} {Count(results, SentenceOutcome.Refused),8} {Count(results, SentenceOutcome.Wrong),6} {Count(results, SentenceOutcome.WrongActuation),16}\n");

    private static int Count(IReadOnlyList<SentenceResult> results, SentenceOutcome outcome) => results.Count(r => r.Outcome == outcome);

    private static double Quantile(List<double> sorted, double part) => sorted.Count == 0 ? 0 : sorted[(int)(part * (sorted.Count - 1))];

    private static string Name(SentenceOutcome outcome) => outcome switch { SentenceOutcome.WrongActuation => "wrong actuation", SentenceOutcome.Wrong => "wrong", _ => "refused" };
}
