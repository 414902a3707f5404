namespace OpenSre.Fleet;

/// <summary>What an agent may spend and how it should behave. Null means that nothing is set.</summary>
/// <param name="Hourly">USD within an hour.</param>
/// <param name="Daily">USD within a day; in our own settings, since the original refuses a file with more than it knows.</param>
/// <param name="ProgressMinutes">Minutes without progress after which it is stuck.</param>
/// <param name="ErrorRate">Percent.</param>
/// <param name="Action">What a breach does: notify, pause, stop.</param>
public sealed record AgentBudget(decimal? Hourly = null, decimal? Daily = null, int? ProgressMinutes = null, decimal? ErrorRate = null, string? Model = null, decimal? InputPrice = null, decimal? OutputPrice = null, string Action = "notify")
{
    public TimeSpan? Progress => ProgressMinutes is > 0 and var minutes ? TimeSpan.FromMinutes(minutes) : null;

    /// <summary>The price set for it, which goes before the table; null when it is not set whole.</summary>
    public Price? OwnPrice => InputPrice is { } input && OutputPrice is { } output ? new Price(input, output, input) : null;

    /// <summary>USD left of the tightest limit; null when there is none.</summary>
    public decimal? Left(decimal hour, decimal day) => (Hourly - hour, Daily - day) switch
    {
        ({ } a, { } b) => Math.Min(a, b),
        ({ } a, null) => a,
        (null, { } b) => b,
        _ => null,
    };
}

/// <summary>A limit is near, or passed.</summary>
/// <param name="Limit">What it is about, as a person reads it.</param>
/// <param name="IsBreach">Passed; else 80 % of it are spent.</param>
public sealed record BudgetAlarm(string Agent, int Pid, string Limit, decimal Spent, decimal Allowed, bool IsBreach, string Action)
{
    private const decimal Warning = 0.8m;

    /// <summary>The alarms of one look: by agent first, then those of the whole fleet.</summary>
    public static IEnumerable<BudgetAlarm> Of(IReadOnlyList<AgentView> fleet, FleetSettings settings)
    {
        foreach (var view in fleet.Where(v => v.Budget is not null))
        {
            foreach (var alarm in new[] { Check(view.Name, view.Pid, "hour", view.SpentHour, view.Budget!.Hourly, view.Budget.Action), Check(view.Name, view.Pid, "day", view.SpentDay, view.Budget.Daily, view.Budget.Action) })
            {
                if (alarm is not null)
                {
                    yield return alarm;
                }
            }
        }

        foreach (var alarm in new[] { Check("fleet", 0, "hour", fleet.Sum(v => v.SpentHour), settings.FleetHourly, "notify"), Check("fleet", 0, "day", fleet.Sum(v => v.SpentDay), settings.FleetDaily, "notify") })
        {
            if (alarm is not null)
            {
                yield return alarm;
            }
        }
    }

    private static BudgetAlarm? Check(string agent, int pid, string limit, decimal spent, decimal? allowed, string action) =>
        allowed is { } most && spent >= most * Warning ? new BudgetAlarm(agent, pid, limit, spent, most, spent > most, action) : null;
}
