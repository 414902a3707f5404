namespace OpenSre.Terminal;

internal sealed class HelpCommand : ISessionCommand
{
    public CommandInfo Info { get; } = new("/help", "/help [command]", "what can be said here", "/help trust") { Aliases = ["/?"] };

    public Task RunAsync(Session session, string argument, CancellationToken cancellation)
    {
        if (argument.Length > 0)
        {
            About(session, argument.StartsWith('/') ? argument : "/" + argument);
            return Task.CompletedTask;
        }

        const int Widest = 34;
        const int Narrow = 64;
        var width = session.Commands.Shown.Select(i => i.Usage.Length).Where(l => l <= Widest).Max();
        var isNarrow = session.View.Columns is > 0 and < Narrow;
        foreach (var info in session.Commands.Shown)
        {
            if (isNarrow)
            {
                session.View.Print(Row.Of("  ").Add(info.Name, Ink.Accent));
                session.View.Print(new Row { Hanging = 4 }.Add("    ").Add(info.Summary));
                continue;
            }

            // What takes many forms is shown in short; /help NAME has them all.
            session.View.Print(new Row { Hanging = width + 4 }.Add("  ").Add((info.Usage.Length <= Widest ? info.Usage : info.Name + " …").PadRight(width), Ink.Accent).Add("  ").Add(info.Summary));
        }

        width = isNarrow ? "!command".Length : width;
        session.View.Print(new Row { Hanging = width + 4 }.Add("  ").Add("!command".PadRight(width), Ink.Accent).Add("  your own shell command"));
        session.View.Print(new Row { Hanging = width + 4 }.Add("  ").Add("@file".PadRight(width), Ink.Accent).Add("  what stands in a file"));
        session.View.Print(Row.Empty);
        session.View.Print(Row.Of("Anything else is looked into: words (disk full on /srv), a pasted alert of any vendor, the path of a file. After that you can ask: why, why not memory, how sure are you, what changed, show e3, timeline, what did you not look at, what should I do."));
        session.View.Print(Row.Empty);
        session.View.Print(Row.Of("While something runs: Enter says it at once, Tab lines it up, Esc or Ctrl+C stops it. Shift+Enter, Alt+Enter, Ctrl+J or \\ Enter make a new line; Ctrl+R finds what you typed; Ctrl+O shows outputs of tools whole; Ctrl+L clears; Ctrl+_ undoes; Ctrl+D leaves.", Ink.Dim));
        return Task.CompletedTask;
    }

    private static void About(Session session, string name)
    {
        if (session.Commands.Find(name)?.Info is not { } info)
        {
            session.Say($"There is no such command; did you mean {session.Commands.Nearest(name)}?");
            return;
        }

        session.View.Print(Row.Of(info.Usage, Ink.Accent).Add("  ").Add(info.Summary));
        if (info.Aliases.Count > 0)
        {
            session.View.Print(Row.Of($"  also {string.Join(", ", info.Aliases)}", Ink.Dim));
        }

        session.View.Print(Row.Of("  for example  ", Ink.Dim).Add(info.Example));
    }
}
