namespace OpenSre.Investigation;

/// <summary>
/// Answers questions about a finished investigation from what it gathered; looks at nothing anew. Text that is not
/// about that investigation is left alone, so that it can begin a new one.
/// </summary>
public static class FollowUp
{
    /// <summary>The answer as Markdown, or null when the text is no question about this case.</summary>
    public static string? Answer(CaseFile file, string question)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(question);
        if (FollowUpQuestion.Read(file, question) is not { } asked)
        {
            return null;
        }

        return asked.Kind switch
        {
            FollowUpKind.Fact => EvidenceAnswers.Facts(file, asked.Subject),
            FollowUpKind.Evidence => EvidenceAnswers.All(file),
            FollowUpKind.Timeline => EvidenceAnswers.Timeline(file),
            FollowUpKind.Changes => EvidenceAnswers.Changes(file),
            FollowUpKind.WhyNot => asked.Subject.Count == 0 ? WeighingAnswers.Alternatives(file) : WhyNotAnswer.About(file, asked.Subject),
            FollowUpKind.Against => WeighingAnswers.Against(file),
            FollowUpKind.Alternatives => WeighingAnswers.Alternatives(file),
            FollowUpKind.Certainty => WeighingAnswers.Certainty(file),
            FollowUpKind.Why => WeighingAnswers.Why(file),
            FollowUpKind.Gaps => CourseAnswers.Gaps(file),
            FollowUpKind.Next => CourseAnswers.Next(file),
            FollowUpKind.Calls => CourseAnswers.Calls(file),
            FollowUpKind.AlsoNoticed => CourseAnswers.AlsoNoticed(file),
            FollowUpKind.Report => file.Report.Length > 0 ? file.Report : Unfinished,
            _ => throw new InvalidOperationException($"No answer for {asked.Kind}."),
        };
    }

    internal const string Unfinished = "The investigation was stopped before it came to an answer. Ask for the evidence to see what it had found.\n";
}
