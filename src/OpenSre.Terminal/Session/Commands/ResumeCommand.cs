using OpenSre.Core;
using OpenSre.Investigation;

namespace OpenSre.Terminal;

internal sealed class ResumeCommand : ISessionCommand
{
    public CommandInfo Info { get; } = new("/resume", "/resume [id|words]", "go on with a session that was left: its investigations, context and inputs, but never its trust", "/resume checkout");

    public Task RunAsync(Session session, string argument, CancellationToken cancellation)
    {
        if (session.Tasks.Running<CaseRun>() > 0)
        {
            session.Say("An investigation runs; say /cancel first, because its facts belong to this session.");
            return Task.CompletedTask;
        }

        if (argument.Length == 0)
        {
            SessionsCommand.List(session);
            session.View.Print(Row.Of("  /resume takes the beginning of an id, or words of the title.", Ink.Dim));
            return Task.CompletedTask;
        }

        switch (session.FindShelved(argument))
        {
            case []:
                session.Say($"No session has this id or these words: {SafeText.Line(argument, 80)}. /sessions lists them.");
                break;
            case [var one] when one.Id == session.Keeper.Id:
                session.Say("This is the session you are in.");
                break;
            case [var one]:
                Resume(session, one);
                break;
            case var several:
                session.Say("Several sessions have that; say more of the id:");
                SessionsCommand.Print(session, several.Take(10));
                break;
        }

        return Task.CompletedTask;
    }

    public static void Resume(Session session, ShelvedSession shelved)
    {
        var kept = session.Resume(shelved);
        session.View.Print(Row.Of("Going on with ", Ink.Dim).Add(shelved.Title.Length > 0 ? shelved.Title : kept.Id, Ink.Bold).Add($" · session {kept.Id} · {Amounts.Count(kept.OlderCount + kept.Recent.Count, "investigation", "investigations")}, {Amounts.Count(kept.Inputs.Count, "input", "inputs")} · trust is off", Ink.Dim));
        foreach (var file in kept.Recent)
        {
            session.View.Print(new Row { Hanging = 4 }.Add("  ").Add(file.Incident.Primary.Name, Ink.Accent).Add(" → ").Add(file.Cancelled ? "stopped" : file.Diagnosis?.Summary ?? "no answer").Add($" ({Amounts.Count(file.Ledger.Evidence.Count, "fact", "facts")})", Ink.Dim));
        }

        if (kept.Recent.Count > 0)
        {
            session.View.Print(Row.Of("  Questions are about the last one; /last shows its report, /context what is remembered.", Ink.Dim));
        }

        if (session.Alerts.Open is > 0 and var open)
        {
            session.View.Print(Row.Of($"  {Amounts.Count(open, "alert", "alerts")} not looked into yet; /alerts lists them.", Ink.Warn));
        }

        foreach (var words in kept.Watches.Where(w => !session.Tasks.All.OfType<WatchTask>().Any(t => t.IsRunning && t.Words == w)))
        {
            Watch(session, words);
        }
    }

    /// <summary>What was watched is watched again; what is no longer there is said and forgotten.</summary>
    private static void Watch(Session session, string words)
    {
        string? mistake;
        try
        {
            mistake = WatchCommand.Begin(session, words);
        }
        catch (InvalidDataException e)
        {
            mistake = e.Message;
        }

        if (mistake is not null)
        {
            session.Say($"No longer watched: {SafeText.Line(words, 120)}. {SafeText.Line(mistake, 200)}");
            session.Keeper.Keep(new SessionWatch(words, IsOn: false));
        }
    }
}
