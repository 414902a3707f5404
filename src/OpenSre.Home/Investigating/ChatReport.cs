using System.Text;
using OpenSre.Core;
using OpenSre.Investigation;

namespace OpenSre.Home;

/// <summary>An investigation in the few plain lines that fit a phone: what is looked at, then the answer and what shows it.</summary>
internal sealed class ChatReport(string host)
{
    private const int MostFacts = 4;
    private readonly List<string> _running = [];
    private string _leading = "";
    private int _looked;
    private int _facts;

    /// <summary>What was asked, where it was no complaint: a cause of trouble is no answer to that, and must not pass for one. Else null.</summary>
    public string? Unanswered { get; init; }

    /// <summary>The text after an event; null when the event changes nothing a person would see.</summary>
    public string? After(InvestigationEvent happened)
    {
        switch (happened)
        {
            case InvestigationStarted:
                break;
            case ToolStarted started:
                _running.Add(started.Call.Tool);
                break;
            case ToolFinished:
                _looked++;
                if (_running.Count > 0)
                {
                    _running.RemoveAt(0);
                }

                break;
            case EvidenceFound:
                _facts++;
                return null;
            case HypothesisChanged { Leading: [var first, ..] }:
                _leading = $"{HypothesisWords.Percent(first.Probability)} {HypothesisWords.Statement(first)}";
                break;
            case InvestigationFailed failed:
                return SafeText.Clean(failed.Sentence, keepLines: false);
            default:
                return null;
        }

        var text = new StringBuilder($"Looking into {host} …");
        if (_looked > 0)
        {
            text.Append($" {_looked} {(_looked == 1 ? "look" : "looks")}, {_facts} {(_facts == 1 ? "fact" : "facts")}");
        }

        if (_running.Count > 0)
        {
            text.Append("\nnow: ").AppendJoin(", ", _running.Distinct().Take(3));
        }

        if (_leading.Length > 0)
        {
            text.Append("\nso far: ").Append(SafeText.Line(_leading, 200));
        }

        return text.ToString();
    }

    /// <summary>The answer of a finished investigation.</summary>
    public string Answer(CaseFile file)
    {
        if (file.Diagnosis is not { } diagnosis)
        {
            return file.Cancelled ? $"Stopped; {file.Ledger.Evidence.Count} facts about {host} are kept. Ask “evidence” to see them." : $"I could not finish looking into {host}.";
        }

        // Where (nearly) every look failed because the host was not reached, that is all there is to say.
        var unreached = diagnosis.Gaps.Where(g => g.Why.StartsWith(host + ": ", StringComparison.Ordinal)).ToList();
        if (diagnosis.Verdict == Verdict.Inconclusive && unreached.Count > 1 && unreached.Count + 2 >= diagnosis.Gaps.Count)
        {
            return $"{host}: nothing could be looked at: {Plain(unreached[0].Why[(host.Length + 2)..])}.";
        }

        var text = new StringBuilder();
        if (Unanswered is { } asked)
        {
            text.Append("I have no direct answer to “").Append(SafeText.Line(asked, 100)).Append("”. What stands out there:\n");
        }

        text.Append(host).Append(": ").Append(diagnosis.Verdict switch
        {
            Verdict.RootCause => $"root cause, {HypothesisWords.Percent(diagnosis.Top?.Probability ?? 0)}. ",
            Verdict.Healthy => "healthy. ",
            _ => "inconclusive. ",
        }).Append(Plain(diagnosis.Summary)).Append('\n');
        Facts(text, diagnosis, file.Ledger);
        foreach (var step in diagnosis.Remedies.Take(2))
        {
            text.Append("\nto do: ").Append(Plain(step.Title)).Append(step.Command.Length > 0 ? $"\n  {SafeText.Line(step.Command, 160)}" : "");
        }

        if (file.Review is { } review && review.Claims.Where(c => c.Validated).Take(2).ToList() is { Count: > 0 } claims)
        {
            text.Append('\n').Append(Plain(review.Model)).Append(" (checked): ").AppendJoin(' ', claims.Select(c => Plain(c.Text)));
        }

        if (diagnosis.Gaps.Count > 0)
        {
            text.Append("\nnot looked at: ").AppendJoin("; ", diagnosis.Gaps.Take(3).Select(g => $"{Plain(g.What)} ({Plain(g.Why)})"));
        }

        if (diagnosis.Verdict == Verdict.Inconclusive && diagnosis.NextQueries is [var next, ..])
        {
            text.Append("\nwould tell most: ").Append(Plain(next.Why));
        }

        return text.Append($"\n({file.Ledger.Outputs.Count} looks, {file.Elapsed.TotalSeconds:0.#} s; ask “why”, “evidence”, “what else”)").ToString();
    }

    private static void Facts(StringBuilder text, Diagnosis diagnosis, EvidenceLedger ledger)
    {
        var ids = diagnosis.Verdict == Verdict.Inconclusive ? diagnosis.Ranked.Take(2).SelectMany(h => h.Supporting) : diagnosis.Top?.Supporting ?? [];
        foreach (var fact in ids.Distinct(StringComparer.Ordinal).Select(ledger.FindEvidence).OfType<Evidence>().Take(MostFacts))
        {
            text.Append("• ").Append(Plain(fact.Claim)).Append(fact.Currency == Currency.Past ? " (past)" : "").Append(IsRecord(fact.Quote) ? "" : $" — “{SafeText.Line(fact.Quote, 110)}”").Append('\n');
        }

        foreach (var other in diagnosis.Ranked.Skip(1).Where(h => h.Probability >= 0.1).Take(2))
        {
            text.Append(diagnosis.Verdict == Verdict.Inconclusive ? "perhaps: " : "or: ").Append(HypothesisWords.Percent(other.Probability)).Append(' ').Append(Plain(HypothesisWords.Statement(other))).Append('\n');
        }
    }

    /// <summary>A line of key=value pairs says to a person what the claim says already; "evidence" shows it.</summary>
    private static bool IsRecord(string quote) => quote.AsSpan().Count('=') >= 3;

    private static string Plain(string text) => SafeText.Line(text, 300);
}
