namespace OpenSre.Terminal;

internal sealed class StatusCommand : ISessionCommand
{
    public CommandInfo Info { get; } = new("/status", "/status", "what answers, what can be looked at, what runs, and where this session is kept", "/status");

    public Task RunAsync(Session session, string argument, CancellationToken cancellation)
    {
        var count = session.CaseCount;
        Say("engine", session.Engine);
        Say("sources", session.Host.Sources());
        Say("folder", session.Host.WorkingDirectory);
        Say("session", $"{session.Keeper.Id}, {Amounts.Count(count, "investigation", "investigations")}");
        Say("kept in", !session.IsKept ? "nowhere: the file could not be written" : !session.Keeper.HasBegun ? "nothing yet" : session.Keeper.Path);
        Say("trust", TrustWords.Of(session.Approvals.Trust.Until, session.Time.GetUtcNow()));
        Say("running", session.Run is { } run ? $"{run.Title}, {Amounts.Count(run.Facts, "fact", "facts")} so far" : "nothing");
        var behind = session.Tasks.All.Count(t => t.IsRunning && t is not CaseRun { IsForeground: true });
        Say("behind", behind == 0 ? "nothing" : $"{Amounts.Count(behind, "task", "tasks")}; /tasks lists them");
        Say("alerts", session.Alerts.All.Count == 0 ? "none came" : $"{session.Alerts.Open} of {session.Alerts.All.Count} wait; /alerts lists them");
        if (session.Last is { } last)
        {
            var facts = Amounts.Count(last.Ledger.Evidence.Count, "fact", "facts");
            Say("last", last.Cancelled ? $"{last.Incident.Primary.Name}: stopped, {facts} kept" : $"{last.Diagnosis?.Summary ?? "no answer"} ({facts})");
        }

        return Task.CompletedTask;

        void Say(string name, string value) => session.View.Print(new Row { Hanging = 12 }.Add("  ").Add(name.PadRight(9), Ink.Dim).Add(" ").Add(value));
    }
}
