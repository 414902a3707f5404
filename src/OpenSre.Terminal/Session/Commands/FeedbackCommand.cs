using OpenSre.Core;

namespace OpenSre.Terminal;

internal sealed class FeedbackCommand : ISessionCommand
{
    private static readonly string[] Grades = ["right", "partly", "wrong"];

    public CommandInfo Info { get; } = new("/feedback", "/feedback right|partly|wrong [words]", "say how good the last answer was; it is written beside the case in the session file and goes nowhere else", "/feedback wrong it was the cache");

    public Task RunAsync(Session session, string argument, CancellationToken cancellation)
    {
        var words = argument.Split(' ', 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (session.Last is not { } last)
        {
            session.Say(LastCommand.Nothing);
        }
        else if (words.Length == 0 || !Grades.Contains(words[0], StringComparer.OrdinalIgnoreCase))
        {
            session.Say($"Say /feedback with one of {string.Join(", ", Grades)}, and words if you like, as in: {Info.Example}");
        }
        else
        {
            session.Keeper.Keep(new SessionJudgement(last.InvestigationId, words[0].ToLowerInvariant(), Redaction.Apply(words.Length > 1 ? words[1] : "")));
            session.Say(session.IsKept
                ? $"Noted for {SafeText.Line(last.Incident.Primary.Name, 80)} in {SafeText.Line(session.Keeper.Path, 200)}. A recording of such a case (/record) is a test for the engine."
                : "It could not be written down, because this session cannot be kept.");
        }

        return Task.CompletedTask;
    }
}
