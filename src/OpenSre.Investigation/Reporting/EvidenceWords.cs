using System.Globalization;
using OpenSre.Core;

namespace OpenSre.Investigation;

/// <summary>Pieces of evidence as Markdown.</summary>
internal static class EvidenceWords
{
    /// <summary>"[e3] [e7]", or nothing.</summary>
    public static string Cite(IEnumerable<string> ids) => string.Join(' ', ids.Distinct(StringComparer.Ordinal).Select(id => $"[{id}]"));

    /// <summary>The fact, its id, and the words that show it.</summary>
    public static string Fact(Evidence e) => $"{MarkdownText.Sentence(e.Claim).TrimEnd('.')} [{e.Id}]{Age(e)} — {MarkdownText.Quote(e.Quote)}";

    /// <summary>Where a fact comes from: tool, arguments and time of the call.</summary>
    public static string Source(Evidence e, EvidenceLedger ledger)
    {
        var call = new ToolCall(e.Tool, e.Arguments).ToString();
        var output = ledger.FindOutput(e.OutputId);
        return MarkdownText.Sentence(call) + (output is null ? "" : ", " + Time(output.At)) + When(e, output?.At);
    }

    /// <summary>The facts of one call: tool, arguments and time once, then the facts and when they held.</summary>
    public static string Call(IEnumerable<Evidence> facts, EvidenceLedger ledger)
    {
        var first = facts.First();
        var output = ledger.FindOutput(first.OutputId);
        var call = MarkdownText.Sentence(new ToolCall(first.Tool, first.Arguments).ToString()) + (output is null ? "" : $" at {Time(output.At)}");
        return $"{call}: {string.Join(", ", facts.Select(e => $"[{e.Id}]" + (When(e, output?.At) is var when && when == ", now" ? "" : when.TrimStart(','))))}";
    }

    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("HH:mm:ss", CultureInfo.InvariantCulture) + " UTC";

    /// <summary>Date and time to the second, in UTC.</summary>
    public static string Moment(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) + " UTC";

    public static string Currency(Evidence e) => e.Currency switch
    {
        Core.Currency.Now => "now",
        Core.Currency.Past => "past",
        _ => "time unknown",
    };

    private static string Age(Evidence e) => e.Currency == Core.Currency.Past ? " (past)" : "";

    private static string When(Evidence e, DateTimeOffset? asked) => e.Interval switch
    {
        null => ", " + Currency(e),
        { Length.Ticks: 0 } at when asked is { } time && (at.Start - time).Duration() < TimeSpan.FromSeconds(5) => ", now",
        { Length.Ticks: 0 } at => $", of {Moment(at.Start)}",
        { } span => $", of {Moment(span.Start)} to {Time(span.End)}",
    };
}
