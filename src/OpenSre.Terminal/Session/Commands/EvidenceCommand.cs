using OpenSre.Core;
using OpenSre.Investigation;

namespace OpenSre.Terminal;

internal sealed class EvidenceCommand : ISessionCommand
{
    public CommandInfo Info { get; } = new("/evidence", "/evidence [e3|o2]", "the facts of the last investigation, one in its output, or a whole output to leaf through", "/evidence e1");

    public Task RunAsync(Session session, string argument, CancellationToken cancellation)
    {
        if (session.Last is not { } last)
        {
            session.Say(LastCommand.Nothing);
        }
        else if (last.Ledger.FindOutput(argument.ToLowerInvariant()) is { } output)
        {
            session.View.Page($"{output.Id} {new ToolCall(output.Tool, output.Arguments)}", new SeenOutput("", output.Text).Rows());
        }
        else if (FollowUp.Answer(last, argument.Length == 0 ? "show the evidence" : $"show {argument}") is { } answer)
        {
            session.View.Markdown(answer);
            Draw(session, last.Ledger.Evidence.Where(e => argument.Length == 0 || e.Id.Equals(argument, StringComparison.OrdinalIgnoreCase)));
        }
        else
        {
            session.Say("Say /evidence, or /evidence with the id of a fact, such as /evidence e1.");
        }

        return Task.CompletedTask;
    }

    /// <summary>The series among the facts, one below the other, so that they can be compared.</summary>
    private static void Draw(Session session, IEnumerable<Evidence> facts)
    {
        foreach (var fact in facts)
        {
            if (SeriesFigures.Drawn(fact.Quote, 0, Math.Max(20, (session.View.Columns == 0 ? 80 : session.View.Columns) - 6)) is { } series)
            {
                session.View.Print(Row.Of($"  {fact.Id,-4}", Ink.Accent).Add(series));
            }
        }
    }
}
