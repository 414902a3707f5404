namespace OpenSre.Terminal;

internal sealed class LastCommand : ISessionCommand
{
    public const string Nothing = "Nothing has been investigated in this session yet.";

    public CommandInfo Info { get; } = new("/last", "/last", "the last report again", "/last");

    public Task RunAsync(Session session, string argument, CancellationToken cancellation)
    {
        if (session.Last is not { } last)
        {
            session.Say(Nothing);
        }
        else if (last.Report.Length == 0)
        {
            session.Say("The last investigation came to no report. /evidence shows what it found.");
        }
        else
        {
            session.View.Markdown(last.Report);
        }

        return Task.CompletedTask;
    }
}
