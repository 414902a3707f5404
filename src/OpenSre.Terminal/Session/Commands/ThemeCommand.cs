namespace OpenSre.Terminal;

internal sealed class ThemeCommand : ISessionCommand
{
    public CommandInfo Info { get; } = new("/theme", "/theme dark|light|mono", "how things look; OPENSRE_THEME sets it for good, NO_COLOR means mono", "/theme light");

    public string? NotInPipe(string argument) => "it is about a screen";

    public Task RunAsync(Session session, string argument, CancellationToken cancellation)
    {
        var name = argument.ToLowerInvariant();
        if (!Theme.Names.Contains(name))
        {
            session.Say($"There are: {string.Join(", ", Theme.Names)}.");
        }
        else if (session.View.UseTheme(name))
        {
            session.View.Print(new Row().Add("Heading ", Ink.Heading).Add("name ", Ink.Accent).Add("code ", Ink.Code).Add("good ", Ink.Good).Add("warning ", Ink.Warn).Add("bad ", Ink.Bad).Add("aside", Ink.Dim));
        }
        else
        {
            session.Say("There are no colours here.");
        }

        return Task.CompletedTask;
    }
}
