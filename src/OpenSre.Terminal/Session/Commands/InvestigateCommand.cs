namespace OpenSre.Terminal;

internal sealed class InvestigateCommand : ISessionCommand
{
    public CommandInfo Info { get; } = new("/investigate", "/investigate TEXT", "look into words or a file, whatever they might be taken for otherwise", "/investigate disk full on /srv");

    public Task RunAsync(Session session, string argument, CancellationToken cancellation)
    {
        if (argument.Length > 0)
        {
            return session.InvestigateAsync(argument, cancellation);
        }

        session.Say($"Say what to look into, as in: {Info.Example}");
        return Task.CompletedTask;
    }
}
