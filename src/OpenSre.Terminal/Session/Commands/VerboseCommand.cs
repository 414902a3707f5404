namespace OpenSre.Terminal;

internal sealed class VerboseCommand : ISessionCommand
{
    public CommandInfo Info { get; } = new("/verbose", "/verbose [on|off]", "show the beginning of each tool's output as it ends; Ctrl+O shows the whole of the last ones at any time", "/verbose on");

    public Task RunAsync(Session session, string argument, CancellationToken cancellation)
    {
        session.IsVerbose = argument.ToLowerInvariant() switch
        {
            "on" => true,
            "off" => false,
            _ => !session.IsVerbose,
        };
        session.Say(session.IsVerbose ? "Outputs of tools are shown from now on." : "Outputs of tools are one line each; Ctrl+O shows them whole.");
        return Task.CompletedTask;
    }
}
