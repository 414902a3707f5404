using OpenSre.Core;

namespace OpenSre.Terminal;

internal sealed class ReplayCommand : ISessionCommand
{
    public CommandInfo Info { get; } = new("/replay", "/replay FILE", "investigate a recording, at its own time, away from the system", "/replay incident.bundle");

    public Task RunAsync(Session session, string argument, CancellationToken cancellation)
    {
        var path = argument.StartsWith('@') ? argument[1..] : argument;
        if (session.Host.Replay is not { } replay)
        {
            session.Say("Recordings cannot be replayed here.");
            return Task.CompletedTask;
        }

        if (path.Length == 0 || !File.Exists(Path.GetFullPath(path, session.Host.WorkingDirectory)))
        {
            session.Say(path.Length == 0 ? $"Say which recording, as in: {Info.Example}" : $"There is no file {SafeText.Line(path, 120)}.");
            return Task.CompletedTask;
        }

        var title = new Alert { Name = $"replay of {Path.GetFileName(path)}" };
        return session.Investigations.LookIntoAsync("", [title], cancellation, run: (request, stop) => replay(Path.GetFullPath(path, session.Host.WorkingDirectory), request, stop));
    }
}
