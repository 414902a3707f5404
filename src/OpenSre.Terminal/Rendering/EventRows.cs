using OpenSre.Core;
using OpenSre.Investigation;

namespace OpenSre.Terminal;

/// <summary>
/// Events as finished rows for a terminal. A tool gets its row when it has ended; what still runs is named by
/// <see cref="Running"/>. Prose is not its business.
/// </summary>
internal sealed class EventRows
{
    private const int QuoteIndent = 10;

    /// <summary>With fewer columns what would be cut is broken.</summary>
    private const int Narrow = 64;
    private readonly List<ToolStarted> _running = [];
    private string _leading = "";

    /// <summary>The tools that run at this moment, oldest first.</summary>
    public IReadOnlyList<ToolStarted> Running => _running;

    /// <param name="columns">The widest a row may be.</param>
    public IEnumerable<Row> Of(InvestigationEvent investigationEvent, int columns)
    {
        switch (investigationEvent)
        {
            case InvestigationStarted e:
                _running.Clear();
                _leading = "";
                return [Row.Of("▸ ", Ink.Accent).Add(Row.Of(e.Title, Ink.Bold).Cut(Math.Max(10, columns - e.Engine.Length - 5))).Add($" · {e.Engine}", Ink.Dim).Cut(columns)];
            case AlertExtracted e:
                return Row.Of("  understood  ", Ink.Dim).Add(e.Understanding).Wrap(columns, 14);
            case PlanMade e when e.Steps.Count > 0:
                return [Row.Of("  plan  " + string.Join(", ", e.Steps.Select(s => s.Call.ToString()).Distinct()), Ink.Dim).Cut(columns)];
            case ToolStarted e:
                _running.Add(e);
                return [];
            case ToolFinished e:
                return [Finished(e).Cut(columns)];
            case EvidenceFound e:
                return Fact(e.Evidence, columns);
            case HypothesisChanged e when e.Leading.Count > 0:
                return Ranking(e.Leading, columns);
            case ModelNotice e:
                return Row.Of("  model  ", Ink.Warn).Add(e.Sentence).Wrap(columns, 9);
            case ModelReviewed e:
                return [Row.Of($"  {e.Review.Model}: {ReviewWords.Cost(e.Review.Cost)}", Ink.Dim).Cut(columns)];
            case ApprovalResolved e:
                return [Row.Of($"  {e.Decision.Outcome.ToString().ToLowerInvariant()} by {e.Decision.By}", Ink.Dim).Cut(columns)];
            case SteeringReceived e:
                return Row.Of("  ↪ ", Ink.Accent).Add(e.Effect).Wrap(columns, 4);
            case InvestigationCancelled e:
                _running.Clear();
                return [Row.Of("■ stopped", Ink.Warn).Add(Kept(e.EvidenceKept))];
            case InvestigationFailed e:
                _running.Clear();
                return Row.Of(e.Sentence, Ink.Bad).Wrap(columns);
            case InvestigationFinished e:
                _running.Clear();
                return e.ToolCalls == 0 && e.EvidenceCount == 0
                    ? []
                    : [Row.Of($"{Amounts.Count(e.ToolCalls, "tool call", "tool calls")} · {Amounts.Count(e.EvidenceCount, "fact", "facts")} · {Amounts.Duration(e.Elapsed)}", Ink.Dim)];
            default:
                return [];
        }
    }

    private static string Kept(int evidence) => evidence switch
    {
        0 => " · nothing had been found yet",
        1 => " · kept e1",
        _ => $" · kept e1–e{evidence}",
    };

    private Row Finished(ToolFinished e)
    {
        var index = _running.FindIndex(r => r.CallId == e.CallId);
        var call = index < 0 ? new ToolCall(e.CallId) : _running[index].Call;
        if (index >= 0)
        {
            _running.RemoveAt(index);
        }

        var (mark, ink) = e.Status switch
        {
            ToolStatus.Ok => ("✓", Ink.Good),
            ToolStatus.Missing or ToolStatus.NotRecorded => ("–", Ink.Dim),
            _ => ("✗", Ink.Warn),
        };
        var arguments = call.Arguments.Count == 0 ? "" : " " + new ToolCall("", call.Arguments).Key.TrimStart();
        var outcome = Amounts.Duration(e.Duration) + ", " + (e.Status == ToolStatus.Ok ? Amounts.Size(e.Characters) : Amounts.Status(e.Status));
        return Row.Of("  ").Add(mark, ink).Add(" ").Add(call.Tool, Ink.Accent).Add(arguments, Ink.Dim).Add($"  {outcome}", e.Status is ToolStatus.Ok or ToolStatus.Missing ? Ink.Dim : Ink.Warn)
            .Add(e.Note.Length > 0 ? $"  {e.Note}" : "", Ink.Dim);
    }

    private static List<Row> Fact(Evidence evidence, int columns)
    {
        var word = evidence.Currency switch { Currency.Now => "now ", Currency.Past => "past ", _ => "then " };
        var rows = Row.Of("  ").Add(evidence.Id.PadRight(3), Ink.Accent).Add(" ").Add(word, evidence.Currency == Currency.Now ? Ink.Warn : Ink.Dim)
            .Add(evidence.Claim).Wrap(columns, QuoteIndent);

        // One row of it, two where a row is so short that it would say nothing.
        var room = columns < Narrow ? (2 * (columns - QuoteIndent)) - 12 : columns - QuoteIndent - 5;
        rows.AddRange(Row.Of(new string(' ', Math.Min(QuoteIndent, columns / 4))).Add(FactLine.Quote(evidence.Quote, Math.Max(12, room)), Ink.Dim).Wrap(columns).Take(3));
        if (SeriesFigures.Drawn(evidence.Quote, QuoteIndent, columns) is { } series)
        {
            rows.Add(series);
        }

        return rows;
    }

    private List<Row> Ranking(IReadOnlyList<Hypothesis> leading, int columns)
    {
        var text = string.Join(" · ", leading.Take(3).Select(h => $"{HypothesisWords.Percent(h.Probability)} {HypothesisWords.Statement(h)}"));
        if (text == _leading)
        {
            return [];
        }

        _leading = text;
        var row = Row.Of("  → ", Ink.Dim).Add(text);
        return columns < Narrow ? row.Wrap(columns, 4) : [row.Cut(columns)];
    }
}
