namespace OpenSre.Terminal;

internal sealed class CompactCommand : ISessionCommand
{
    public CommandInfo Info { get; } = new("/compact", "/compact", "free memory: of earlier investigations only facts and conclusions are left in it; the session file keeps all", "/compact");

    public Task RunAsync(Session session, string argument, CancellationToken cancellation)
    {
        var dropped = session.Investigations.Compact();
        foreach (var file in session.Cases)
        {
            session.View.Print(new Row { Hanging = 4 }.Add("  ").Add(file.Incident.Primary.Name, Ink.Accent).Add(" → ").Add(file.Diagnosis?.Summary ?? "no answer").Add($" ({Amounts.Count(file.Ledger.Evidence.Count, "fact", "facts")})", Ink.Dim));
        }

        session.Say(dropped == 0 ? "There was nothing to drop." : $"{Amounts.Size(dropped)} of outputs dropped from memory.");
        return Task.CompletedTask;
    }
}
