namespace OpenSre.Terminal;

internal sealed class CostCommand : ISessionCommand
{
    public CommandInfo Info { get; } = new("/cost", "/cost", "what models were asked and what that cost in this session", "/cost");

    public Task RunAsync(Session session, string argument, CancellationToken cancellation)
    {
        // Two investigations may have one name.
        var costs = session.Investigations.Costs.Select(c => (Title: session.Cases.FirstOrDefault(f => f.InvestigationId == c.Key)?.Incident.Primary.Name ?? c.Key, Cost: c.Value)).ToList();
        if (session.Run is { Cost: { } running } run)
        {
            costs.Add(($"{run.Title} (running)", running));
        }

        if (costs.Count == 0)
        {
            session.Say($"No model has been asked in this session; {session.Engine} costs nothing.");
            return Task.CompletedTask;
        }

        foreach (var (title, cost) in costs)
        {
            session.View.Print(Row.Of("  ").Add(title, Ink.Accent).Add($"  {Amounts.Count(cost.Steps, "request", "requests")}, {Amounts.Tokens(cost.InputTokens)} tokens read ({Amounts.Tokens(cost.CachedTokens)} cached), {Amounts.Tokens(cost.OutputTokens)} written, {Amounts.Money(cost.Money)}"));
        }

        var known = costs.Select(c => c.Cost).Where(c => c.Money is not null).ToList();
        session.Say($"Together {Amounts.Tokens(costs.Sum(c => c.Cost.InputTokens + c.Cost.OutputTokens))} tokens, {(known.Count == 0 ? "price not known" : Amounts.Money(known.Sum(c => c.Money)))}{(known.Count > 0 && known.Count < costs.Count ? " and what has no known price" : "")}.");
        return Task.CompletedTask;
    }
}
