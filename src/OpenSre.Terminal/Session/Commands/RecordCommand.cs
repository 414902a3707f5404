using OpenSre.Core;

namespace OpenSre.Terminal;

internal sealed class RecordCommand : ISessionCommand
{
    public CommandInfo Info { get; } = new("/record", "/record TEXT|FILE|a1", "look into it and keep every command with its answer in a file, to be replayed elsewhere", "/record disk full on /srv");

    public string? NotInPipe(string argument) => "it writes a file; opensre record FILE does that";

    public async Task RunAsync(Session session, string argument, CancellationToken cancellation)
    {
        if (argument.Length == 0)
        {
            session.Say($"Say what to look into, as in: {Info.Example}");
            return;
        }

        if (InvestigateCommand.Subject(session, argument) is not { } subject)
        {
            return;
        }

        var path = Path.Combine(session.Host.WorkingDirectory, $"incident-{session.Time.GetUtcNow():yyyyMMdd-HHmmss}.bundle");
        await session.Investigations.LookIntoAsync(subject.Text, subject.Alerts, cancellation, recordTo: path).ConfigureAwait(false);
        session.Say(File.Exists(path) ? $"Recorded in {SafeText.Line(path, 300)}; /replay {Path.GetFileName(path)} investigates it again." : "Nothing was recorded.");
    }
}
