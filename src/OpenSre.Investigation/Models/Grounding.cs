using System.Globalization;
using System.Text.RegularExpressions;
using OpenSre.Core;
using OpenSre.Diagnostics;

namespace OpenSre.Investigation;

/// <summary>Checks what a model says against the ledger. It decides what is shown as validated; it changes no probability.</summary>
internal static partial class Grounding
{
    /// <summary>A fact of this weight (natural-log likelihood ratio) that holds now is decisive.</summary>
    public const double DecisiveWeight = 2.5;

    /// <summary>Below this many log-odds what speaks for a hypothesis is a hint.</summary>
    private const double Hint = 1.5;

    private const int MostClaims = 40;
    private const int ShortestClaim = 12;

    private static readonly HashSet<string> Common = new(StringComparer.OrdinalIgnoreCase)
    {
        "this", "that", "these", "those", "there", "with", "from", "have", "been", "were", "will", "would", "could", "should", "because", "which", "what", "when", "where",
        "they", "them", "then", "than", "some", "into", "also", "only", "does", "cause", "caused", "causes", "root", "evidence", "shows", "show", "shown", "alert", "system",
        "problem", "issue", "fault", "error", "errors", "fact", "facts", "output", "confirms", "confirmed", "means", "indicates", "likely", "currently", "after", "before",
    };

    /// <summary>The sentences of an answer that state something, each checked.</summary>
    public static IReadOnlyList<CheckedClaim> Claims(string text, EvidenceLedger ledger, Incident incident)
    {
        List<CheckedClaim> claims = [];
        foreach (var sentence in Sentences(text).Take(MostClaims))
        {
            claims.Add(Check(sentence, ledger, incident));
        }

        return claims;
    }

    /// <summary>What in the evidence does not fit a conclusion; nothing for an inconclusive one.</summary>
    public static IReadOnlyList<ModelObjection> Objections(ModelConclusion conclusion, Assessment assessment)
    {
        List<ModelObjection> objections = [];
        switch (conclusion.Verdict)
        {
            case Verdict.Healthy:
                CalledHealthy(assessment, objections);
                break;
            case Verdict.RootCause:
                Named(conclusion, assessment, objections);
                break;
        }

        return objections;
    }

    private static void CalledHealthy(Assessment assessment, List<ModelObjection> objections)
    {
        var holds = Decisive(assessment.Healthy.Against, assessment.Healthy);
        if (holds.Count > 0)
        {
            objections.Add(new("It is called healthy, but what the alert complains of holds now.", holds, Decisive: true));
        }
        else if (!assessment.ConditionCleared && Shown(assessment) is { } shown)
        {
            objections.Add(new($"It is called healthy, but decisive facts show: {shown.Type!.Describe(shown.Entity)}.", Decisive(shown.For, shown), Decisive: true));
        }
        else if (assessment.Top.Type is { } type)
        {
            objections.Add(new($"The engine holds something else to be likelier: {type.Describe(assessment.Top.Entity)}.", Ids(assessment.Top.For), Decisive: false));
        }
    }

    private static void Named(ModelConclusion conclusion, Assessment assessment, List<ModelObjection> objections)
    {
        var top = assessment.Top;
        var named = assessment.Candidates.FirstOrDefault(c => c.Fault == conclusion.FaultType && IsSame(c.Entity, conclusion.Entity));
        var nothing = named is null ? $" No fact speaks for {conclusion.FaultType} on {conclusion.Entity}." : "";
        var against = assessment.Context.Evidence
            .Where(e => e.Currency == Currency.Now && e.Bearings.Any(b => b.FaultType == conclusion.FaultType && IsSame(b.Entity, conclusion.Entity) && (b.Contradicts || b.Weight * e.Strength <= -DecisiveWeight)))
            .Select(e => e.Id).Distinct().ToList();
        if (against.Count > 0)
        {
            objections.Add(new($"The present state refutes it: {conclusion.FaultType} on {conclusion.Entity}.", against, Decisive: true));
        }

        if (named == top)
        {
            return;
        }

        // A fault with decisive facts of its own contradicts nothing; nor does an effect of the engine's cause, or a cause
        // behind it, for which more speaks than a hint.
        var ownFacts = named is { Contradicted: false } && Decisive(named.For, named).Count > 0;
        var linked = named is { Contradicted: false, EvidenceScore: >= Hint } && (named.ExplainedBy == top || top.ExplainedBy == named);
        if (!ownFacts && !linked && assessment.ConditionCleared)
        {
            objections.Add(new($"What the alert complains of does not hold now.{nothing}", Ids(assessment.Healthy.For), Decisive: true));
        }
        else if (!ownFacts && !linked && Shown(assessment) is { } shown)
        {
            objections.Add(new($"Decisive facts show something else: {shown.Type!.Describe(shown.Entity)}.{nothing}", Decisive(shown.For, shown), Decisive: true));
        }
        else if (top.Type is not null)
        {
            objections.Add(new($"The engine holds something else to be likelier: {top.Type.Describe(top.Entity)}.{nothing}", Ids(top.For), Decisive: false));
        }
        else if (named is null)
        {
            objections.Add(new(nothing.Trim(), [], Decisive: false));
        }
    }

    /// <summary>The likeliest fault that facts show decisively to hold now.</summary>
    private static Candidate? Shown(Assessment assessment) =>
        assessment.Candidates.FirstOrDefault(c => c is { Type: not null, Contradicted: false } && Decisive(c.For, c).Count > 0);

    /// <summary>Ids of facts that hold now and weigh heavily, either way, on a hypothesis.</summary>
    private static IReadOnlyList<string> Decisive(IEnumerable<(Evidence Evidence, double Weight)> facts, Candidate about) =>
    [
        .. facts.Where(f => f.Evidence.Currency == Currency.Now && Math.Abs(f.Weight) >= DecisiveWeight && f.Evidence.Bearings.Any(b => b.FaultType == about.Fault && b.Entity == about.Entity))
            .Select(f => f.Evidence.Id).Distinct(),
    ];

    private static IReadOnlyList<string> Ids(IEnumerable<(Evidence Evidence, double Weight)> facts) => [.. facts.Select(f => f.Evidence.Id).Distinct().Take(4)];

    private static bool IsSame(Entity entity, string name)
    {
        var trimmed = name.Trim().Trim('`', '"', '\'');
        return trimmed.Equals(entity.Name, StringComparison.OrdinalIgnoreCase)
            || trimmed.Equals(entity.ToString(), StringComparison.OrdinalIgnoreCase)
            || trimmed.Equals($"{entity.Kind} {entity.Name}", StringComparison.OrdinalIgnoreCase);
    }

    private static CheckedClaim Check(string sentence, EvidenceLedger ledger, Incident incident)
    {
        var ids = Citation().Matches(sentence).SelectMany(m => Id().Matches(m.Value).Select(i => i.Value)).Distinct().ToList();
        var words = Citation().Replace(sentence, "").Trim();
        return new CheckedClaim(words, ids, false, "") is var claim && Problem(words, ids, ledger, incident) is { } why
            ? claim with { Why = why }
            : claim with { Validated = true };
    }

    private static string? Problem(string words, List<string> ids, EvidenceLedger ledger, Incident incident)
    {
        if (ids.Count == 0)
        {
            return "it cites no evidence";
        }

        List<string> texts = [];
        List<string> meanings = [];
        foreach (var id in ids)
        {
            var fact = ledger.FindEvidence(id);
            var output = fact is null ? ledger.FindOutput(id) : ledger.FindOutput(fact.OutputId);
            if (output is null)
            {
                return $"there is no {id}";
            }

            texts.Add(output.Text);
            texts.Add(string.Join(' ', output.Arguments.Values));
            if (fact is not null)
            {
                texts.Add(fact.Claim);
                meanings.Add($"{fact.Claim} {fact.Quote} {fact.Entity} {fact.Tool} {string.Join(' ', fact.Bearings.Select(b => b.FaultType))}");
            }
            else
            {
                meanings.Add($"{output.Tool} {string.Join(' ', output.Arguments.Values)} {output.Note} {output.Text}");
            }
        }

        foreach (var quote in ReportQuotes.Extract(words))
        {
            if (!texts.Exists(t => t.Contains(quote, StringComparison.Ordinal)))
            {
                return "a quote does not stand in what it cites";
            }
        }

        var alert = string.Join(' ', incident.Alerts.Select(a => $"{a.Name} {a.Summary} {string.Join(' ', a.Labels.Values.Concat(a.Annotations.Values))}"));
        foreach (Match number in Number().Matches(words))
        {
            if (!texts.Append(alert).Any(t => HasNumber(t, number.Value)))
            {
                return $"the number {number.Value} does not stand in what it cites";
            }
        }

        var said = Words(words);
        return said.Count > 0 && !meanings.Exists(m => Words(m).Overlaps(said)) ? "what it cites does not speak of this" : null;
    }

    private static bool HasNumber(string text, string number)
    {
        var plain = number.Replace(",", "", StringComparison.Ordinal);
        if (text.Contains(number, StringComparison.Ordinal) || text.Contains(plain, StringComparison.Ordinal))
        {
            return true;
        }

        // 97 for 97.3, and 39.1 for 39.06: rounding is no invention.
        if (!double.TryParse(plain, NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
        {
            return false;
        }

        var digits = plain.Contains('.') ? plain.Length - plain.IndexOf('.') - 1 : 0;
        return Number().Matches(text).Any(m => double.TryParse(m.Value.Replace(",", "", StringComparison.Ordinal), NumberStyles.Float, CultureInfo.InvariantCulture, out var other) && Math.Abs(Math.Round(other, Math.Min(digits, 10)) - value) < 1e-9);
    }

    private static HashSet<string> Words(string text) => Word().Matches(text).Select(m => m.Value.ToLowerInvariant().TrimEnd('s')).Where(w => w.Length >= 3 && !Common.Contains(w)).ToHashSet(StringComparer.Ordinal);

    /// <summary>Sentences and list items, without headings and code blocks; a citation behind the full stop belongs to its sentence.</summary>
    private static IEnumerable<string> Sentences(string markdown)
    {
        var fenced = false;
        foreach (var raw in markdown.Split('\n'))
        {
            var line = raw.Trim();
            if (line.StartsWith("```", StringComparison.Ordinal))
            {
                fenced = !fenced;
            }

            if (fenced || line.Length == 0 || line[0] == '#' || line.StartsWith("```", StringComparison.Ordinal) || line.StartsWith("---", StringComparison.Ordinal))
            {
                continue;
            }

            line = Bullet().Replace(line, "");
            List<string> pieces = [];
            foreach (var piece in End().Split(line))
            {
                // "It is full. [e1] Logs fill it." : the id belongs to what stands before it.
                if (pieces.Count > 0 && LeadingCitations().Match(piece) is { Success: true } cited)
                {
                    pieces[^1] += " " + cited.Value.Trim();
                    if (piece.Length > cited.Length)
                    {
                        pieces.Add(piece[cited.Length..]);
                    }
                }
                else
                {
                    pieces.Add(piece);
                }
            }

            foreach (var piece in pieces)
            {
                var bare = Citation().Replace(piece, "").Trim();
                if (bare.Length >= ShortestClaim && bare[^1] is not (':' or '?'))
                {
                    yield return piece.Trim();
                }
            }
        }
    }

    [GeneratedRegex(@"\[\s*[eo]\d+(\s*[,;]?\s*[eo]\d+)*\s*\]")]
    private static partial Regex Citation();

    [GeneratedRegex(@"[eo]\d+")]
    private static partial Regex Id();

    [GeneratedRegex(@"^\s*(\[\s*[eo]\d+(\s*[,;]?\s*[eo]\d+)*\s*\][\s.,;]*)+")]
    private static partial Regex LeadingCitations();

    [GeneratedRegex(@"(?<![\w.])\d[\d,]*\.?\d*(?![\w])(?<=\d{2}|\.\d)")]
    private static partial Regex Number();

    [GeneratedRegex(@"[A-Za-z][A-Za-z0-9_/.-]*[A-Za-z0-9]")]
    private static partial Regex Word();

    [GeneratedRegex(@"^([-*+]|\d+[.)])\s+")]
    private static partial Regex Bullet();

    [GeneratedRegex(@"(?<=[.!?])\s+(?=[A-Z`\[*""(])")]
    private static partial Regex End();
}
