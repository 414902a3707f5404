using System.Text.RegularExpressions;
using OpenSre.Diagnostics;

namespace OpenSre.Investigation;

/// <summary>What a question about a finished investigation asks for.</summary>
internal enum FollowUpKind
{
    Fact,
    WhyNot,
    Against,
    Gaps,
    Certainty,
    Alternatives,
    AlsoNoticed,
    Changes,
    Next,
    Timeline,
    Calls,
    Evidence,
    Why,
    Report,
}

/// <param name="Subject">The thing asked about, for <see cref="FollowUpKind.WhyNot"/>; the fact ids for <see cref="FollowUpKind.Fact"/>.</param>
internal sealed partial record FollowUpQuestion(FollowUpKind Kind, IReadOnlyList<string> Subject)
{
    private const int LongestQuestion = 200;

    /// <summary>
    /// Reads a question; null when it is not about the finished investigation. Every kind has words that must be there.
    /// All other words must be words of asking or words of the case: one foreign name makes it a new investigation.
    /// </summary>
    public static FollowUpQuestion? Read(CaseFile file, string text)
    {
        text = text.Trim();
        if (text.Length is 0 or > LongestQuestion || text.Contains('\n') || text.Contains('{'))
        {
            return null;
        }

        var words = Words.Of(text);
        if (words.Count == 0 || IsTheAlertItself(file, words))
        {
            return null;
        }

        var ids = words.Where(w => FactId().IsMatch(w)).ToList();
        var known = new CaseWords(file);
        if (ids.Count > 0)
        {
            return words.TrueForAll(w => FactId().IsMatch(w) || Words.IsFiller(w) || FactWords.Contains(w) || known.Contains(w)) ? new(FollowUpKind.Fact, ids) : null;
        }

        return WhyNotSubject(string.Join(' ', words), known) is { } subject
            ? new(FollowUpKind.WhyNot, subject)
            : QuestionShape.Find(words, known) is { } kind ? new(kind, []) : null;
    }

    private static readonly HashSet<string> FactWords =
        ["evidence", "fact", "facts", "quote", "output", "context", "source", "come", "comes", "explain", "why", "open", "expand", "where", "around", "line", "lines", "read", "prove"];

    private static bool IsTheAlertItself(CaseFile file, List<string> words)
    {
        var asked = string.Join(' ', words);
        return file.Incident.Alerts.Any(a => new[] { a.Name, a.Summary, a.Question ?? "" }.Any(t => t.Length > 0 && string.Join(' ', Words.Of(t)) == asked));
    }

    private static List<string>? WhyNotSubject(string question, CaseWords known)
    {
        if (Doubt().Match(question) is { Success: true } doubt)
        {
            return SubjectOf(doubt);
        }

        // "What about X" may just as well begin something new: it is a follow-up only if X is known here.
        if (Suggestion().Match(question) is { Success: true } suggestion && SubjectOf(suggestion) is { Count: > 0 } subject
            && subject.TrueForAll(w => known.Contains(w) || CaseWords.IsFaultWord(w) || FaultCatalogue.Find(w) is not null))
        {
            return subject;
        }

        return null;
    }

    private static List<string> SubjectOf(Match match) =>
        [.. Words.Of(match.Groups["x"].Value).Where(w => !Words.IsFiller(w) && w is not ("not" or "instead" or "rather" or "culprit" or "because" or "due" or "wrong" or "caused"))];

    [GeneratedRegex("^e[0-9]{1,4}$")]
    private static partial Regex FactId();

    [GeneratedRegex(@"^(?:(?:ok|okay|so|and|but|hm|hmm|well|then)\ )*(?:
          why\ (?:not|isnt\ it|is\ it\ not|isnt\ this|is\ this\ not|wasnt\ it|was\ it\ not|cant\ it\ be|couldnt\ it\ be|cannot\ it\ be|could\ it\ not\ be|not\ because\ of)\ (?<x>.+)
        | why\ (?:is|was|isnt|wasnt)\ (?<x>.+?)\ (?:not\ )?the\ (?:root\ )?(?:cause|problem|reason|culprit|issue)
        | why\ (?:did|do|have)\ you\ (?:rule|ruled|exclude|excluded|reject|rejected|dismiss|dismissed|discard)\ (?:out\ )?(?<x>.+)
        | how\ (?:did|do|can|could)\ you\ (?:rule|exclude|reject|dismiss)\ (?:out\ )?(?<x>.+)
        | (?:did|have|has|could|can)\ you\ (?:rule|ruled|exclude|excluded|consider|considered|think\ of|thought\ of)\ (?:out\ )?(?<x>.+)
        | why\ do\ you\ (?:think|say|believe)\ (?:that\ )?(?:its|it\ is|it\ was|this\ is)\ not\ (?<x>.+)
        | (?:are\ you\ sure|you\ sure|how\ do\ you\ know)\ (?:that\ )?(?:its|it\ is|it\ was|it\ isnt|it\ wasnt|its\ not|this\ is|this\ isnt)\ (?:not\ )?(?<x>.+)
        )$", RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Doubt();

    [GeneratedRegex(@"^(?:(?:ok|okay|so|and|but|hm|hmm|well|then)\ )*(?:
          (?:what|how)\ about\ (?<x>.+)
        | (?:is|isnt|was|wasnt)\ (?:it|this|that)\ (?:not\ )?(?:because\ of\ |caused\ by\ |due\ to\ )?(?<x>.+)
        | (?:could|couldnt|can|cant|might|may)\ (?:it|this|that)\ (?:not\ )?(?:be|have\ been)\ (?:because\ of\ |caused\ by\ |due\ to\ )?(?<x>.+)
        | what\ if\ (?:its|it\ is|it\ was|this\ is)\ (?<x>.+)
        | i\ (?:think|thought|suspect|guess|believe)\ (?:that\ )?(?:its|it\ is|it\ was|this\ is)\ (?<x>.+)
        | not\ (?<x>.+)
        )$", RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Suggestion();
}
