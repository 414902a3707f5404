namespace OpenSre.Investigation;

/// <summary>
/// The shape of each kind of question: words of which one must be there, and words that may. A shape fits only if no
/// other word is left but words of asking and words of the case.
/// </summary>
internal sealed class QuestionShape
{
    private static readonly HashSet<string> Negations =
        ["not", "didnt", "couldnt", "havent", "hasnt", "cant", "cannot", "never", "unable", "without", "wont", "dont", "wasnt", "arent", "isnt", "un", "nt", "no"];

    private static readonly HashSet<string> Looking =
        ["look", "looked", "looking", "check", "checked", "checking", "read", "inspect", "inspected", "examine", "examined", "access", "reach", "seen", "saw", "query", "queried", "investigate", "investigated", "cover", "covered", "know", "find", "try", "tried", "test", "tested", "validate", "validated", "verify", "verified"];

    private static readonly QuestionShape[] All =
    [
        new(FollowUpKind.Against, ["against", "contradicts", "contradict", "contradicting", "contradictions", "contradiction", "counter", "disagrees", "disprove", "refutes", "fit"],
            ["speaks", "speak", "evidence", "facts", "fact", "doesnt", "not", "dont", "conclusion", "arguments", "argument", "together", "counterevidence"]),
        new(FollowUpKind.Gaps, ["gaps", "gap", "missing", "missed", "miss", "blind", "skipped", "skip", "refused", "overlooked", "limitations", "unvalidated", "unknowns"],
            ["spots", "spot", "information", "info", "data", "evidence", "access", "look", "check", "checked", "tools", "tool", "why"]),
        new(FollowUpKind.Gaps, Negations, [.. Looking, "where", "at", "why"], w => w.Exists(Looking.Contains) && !w.Contains("why")),
        new(FollowUpKind.Certainty, ["sure", "certain", "certainty", "confident", "confidence", "likely", "likelihood", "probability", "probable", "odds", "trust", "reliable", "guess", "guessing"],
            ["why", "where", "number", "high", "low", "percent", "come", "comes", "not", "correct", "true", "computed", "calculated"]),
        new(FollowUpKind.Alternatives, ["alternatives", "alternative", "hypotheses", "hypothesis", "explanations", "possibilities", "possibility", "candidates", "runner", "suspects", "theories", "causes"],
            ["other", "others", "possible", "ranked", "ranking", "next", "likely", "consider", "considered", "explain", "explanation", "second", "different", "remaining"]),
        new(FollowUpKind.Alternatives, ["else", "other", "second", "otherwise"],
            ["explain", "explains", "explanation", "be", "likely", "possible", "responsible", "behind", "caused"], w => w.Exists(x => x is "could" or "might" or "explain" or "explanation" or "second" or "otherwise") && !w.Contains("do")),
        new(FollowUpKind.AlsoNoticed, ["else", "other", "noticed", "notice", "odd", "strange", "unusual", "suspicious", "aside"],
            ["noticed", "notice", "odd", "strange", "wrong", "find", "found", "seen", "saw", "unusual", "suspicious", "problems", "issues", "findings", "look", "looks", "looked", "noteworthy", "interesting"]),
        new(FollowUpKind.Changes, ["changed", "change", "changes", "changing", "deployed", "deploy", "deploys", "deployment", "deployments", "updated", "updates", "update", "upgraded", "upgrade", "upgrades", "installed", "modified", "released", "release", "releases", "rollout", "different"],
            ["recent", "recently", "lately", "before", "after", "since", "past", "hour", "hours", "minutes", "day", "days", "today", "yesterday", "ago", "config", "configuration", "package", "packages", "system", "happened", "when", "who", "why", "code", "software", "around", "host", "machine", "happen", "related", "blame"]),
        new(FollowUpKind.Next, ["next", "fix", "fixes", "fixed", "fixing", "solve", "solved", "solution", "solutions", "resolve", "repair", "remedy", "remedies", "suggest", "suggestion", "suggestions", "recommend", "recommendation", "recommendations", "mitigate", "mitigation", "advice", "action", "actions"],
            ["step", "steps", "best", "where", "go", "continue", "best", "take", "help", "way", "happens", "look", "check", "command", "commands", "run"]),
        new(FollowUpKind.Next, ["do", "settle"],
            ["what", "go", "rid", "settle", "best", "next", "against", "way"],
            w => Follows(w, "should", "do") || Follows(w, "to", "do") || Follows(w, "can", "do") || Follows(w, "could", "do") || Follows(w, "must", "do") || (w.Contains("settle") && w.Contains("what"))),
        new(FollowUpKind.Next, ["now", "then"], [], w => w is ["what" or "and" or "ok" or "so", "now"] or ["now", "what"] or ["so" or "and" or "ok", "what", "now"] or ["what", "then"]),
        new(FollowUpKind.Timeline, ["timeline", "chronology", "chronological", "chronologically", "chronicle", "sequence", "history", "events"],
            ["order", "events", "time", "happened", "past", "line"]),
        new(FollowUpKind.Timeline, ["when", "since", "order", "happened", "began", "begin", "started", "start", "long", "happen"],
            ["time", "when", "why", "begin", "start", "events", "order", "ago", "going", "happening", "came"],
            w => w.Contains("when") || w.Contains("happened") || Follows(w, "in", "order") || Follows(w, "how", "long") || w is ["since", ..]),
        new(FollowUpKind.Calls, ["run", "ran", "commands", "command", "tools", "tool", "calls", "executed", "execute", "used", "queries"],
            [.. Looking, "use", "call", "where", "so", "far", "called"]),
        new(FollowUpKind.Calls, Looking, ["where", "at", "so", "far", "steps"],
            w => !w.Exists(Negations.Contains) && w.Exists(x => x is "what" or "which" or "how" or "where" or "everything") && w.Exists(x => x is "did" or "have" or "you" or "youve") && !w.Exists(x => x is "found" or "find" or "know" or "else")),
        new(FollowUpKind.Calls, ["do", "done"], [], w => w is ["what", "did", "you", "do"] or ["what", "have", "you", "done"]),
        new(FollowUpKind.Evidence, ["evidence", "facts", "fact", "proof", "proofs", "findings", "finding", "observations", "observed", "data", "quotes", "found", "find"],
            ["where", "collected", "gathered", "base", "based", "know", "supporting", "supports", "support", "cite", "cited", "against", "so", "far"]),
        new(FollowUpKind.Why, ["why", "explain", "explanation", "reasoning", "grounds", "how come", "prove", "supports", "support", "basis", "justify", "because"],
            ["think", "know", "come", "came", "makes", "make", "believe", "conclude", "concluded", "decide", "decided", "suspect", "sure", "reach", "reached", "arrive", "arrived", "happened", "happen", "happening", "way", "works", "blame", "based"]),
        new(FollowUpKind.Why, ["know", "come", "came", "conclude", "concluded", "cause", "causes", "caused", "causing", "think"],
            ["think", "know", "makes", "make", "reach", "did"],
            w => w.Exists(x => x is "how" or "what" or "whats") && w.Exists(x => x is "you" or "cause" or "caused" or "causes" or "causing") && w.Count > 2),
        new(FollowUpKind.Report, ["report", "summary", "summarize", "summarise", "repeat", "tldr", "tl;dr", "recap", "conclusion", "verdict", "diagnosis"], ["once", "read", "come"]),
    ];

    private readonly FollowUpKind _kind;
    private readonly HashSet<string> _required;
    private readonly HashSet<string> _allowed;
    private readonly Func<List<string>, bool>? _also;

    private QuestionShape(FollowUpKind kind, IEnumerable<string> required, IEnumerable<string> allowed, Func<List<string>, bool>? also = null)
    {
        _kind = kind;
        _required = [.. required];
        _allowed = [.. allowed];
        _also = also;
    }

    public static FollowUpKind? Find(List<string> words, CaseWords known)
    {
        foreach (var shape in All)
        {
            if (shape.Fits(words, known))
            {
                return shape._kind;
            }
        }

        return null;
    }

    private bool Fits(List<string> words, CaseWords known) =>
        words.Exists(_required.Contains)
        && words.TrueForAll(w => _required.Contains(w) || _allowed.Contains(w) || Words.IsFiller(w) || known.Contains(w))
        && _also?.Invoke(words) != false;

    private static bool Follows(List<string> words, string first, string later)
    {
        var index = words.IndexOf(first);
        return index >= 0 && words.IndexOf(later, index) > index;
    }
}
