using OpenSre.Core;

namespace OpenSre.Terminal;

internal sealed class AuditCommand : ISessionCommand
{
    private const int Usual = 20;

    public CommandInfo Info { get; } = new("/audit", "/audit [n]", "the latest decisions about changes", "/audit 50");

    public Task RunAsync(Session session, string argument, CancellationToken cancellation)
    {
        var records = session.Approvals.Audit.Newest(int.TryParse(argument, out var most) && most is > 0 and <= 1000 ? most : Usual);
        if (records.Count == 0)
        {
            session.Say("No change has been asked for yet.");
        }

        foreach (var record in records)
        {
            var (word, ink) = record.Outcome switch
            {
                ApprovalOutcome.Approved => ("approved", Ink.Good),
                ApprovalOutcome.Declined => ("declined", Ink.Warn),
                _ => ("expired", Ink.Dim),
            };
            session.View.Print(Row.Of($"  {record.At.ToLocalTime():yyyy-MM-dd HH:mm:ss} ", Ink.Dim).Add(word.PadRight(9), ink).Add(record.Command).Add($"  {record.By}", Ink.Dim));
        }

        session.View.Print(Row.Of($"  {session.Approvals.Audit.Path}", Ink.Dim));
        return Task.CompletedTask;
    }
}
