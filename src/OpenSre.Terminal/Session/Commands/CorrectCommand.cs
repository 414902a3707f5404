namespace OpenSre.Terminal;

internal sealed class CorrectCommand : ISessionCommand
{
    public CommandInfo Info { get; } = new("/no", "/no", "the last words were taken for the wrong thing: a question is looked into as something new, and something new is a question about the last investigation", "/no") { Aliases = ["/correct"] };

    public Task RunAsync(Session session, string argument, CancellationToken cancellation) => session.CorrectAsync(cancellation);
}
