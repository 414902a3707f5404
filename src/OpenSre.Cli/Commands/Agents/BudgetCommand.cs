using System.Globalization;
using OpenSre.Core;
using OpenSre.Fleet;

namespace OpenSre.Cli;

/// <summary><c>agents budget [AGENT USD]</c>: what agents may spend in an hour.</summary>
internal static class BudgetCommand
{
    public static async Task<int> RunAsync(IReadOnlyList<string> words, AgentsFace face, CancellationToken cancellation)
    {
        switch (AgentWords.Parse(words).Rest)
        {
            case []:
                await ShowAsync(face, cancellation).ConfigureAwait(false);
                return ExitCodes.Done;
            case [var agent, var text]:
                if (!decimal.TryParse(text.TrimStart('$'), NumberStyles.Float, CultureInfo.InvariantCulture, out var dollars))
                {
                    throw new AgentsUsageException($"invalid budget: {SafeText.Line(text, 40)} {(double.TryParse(text, CultureInfo.InvariantCulture, out _) ? "must be a positive finite number" : "is not a number")}");
                }

                if (dollars <= 0)
                {
                    throw new AgentsUsageException($"invalid budget: {SafeText.Line(text, 40)} must be a positive finite number");
                }

                try
                {
                    face.Line($"updated {SafeText.Line(agent, 60)}: ${dollars.ToString("0.00", CultureInfo.InvariantCulture)}/hr -> {FleetSettings.SetHourly(face.Home, agent, dollars)}");
                }
                catch (InvalidDataException e)
                {
                    throw new AgentsUsageException(SafeText.Line(e.Message, 300), e);
                }

                return ExitCodes.Done;
            default:
                throw new AgentsUsageException("usage: opensre agents budget [AGENT USD]");
        }
    }

    public static string Sentence(BudgetAlarm alarm) =>
        $"{alarm.Agent}{(alarm.Pid > 0 ? $" (pid {alarm.Pid})" : "")} spent ${alarm.Spent:0.00} within the {alarm.Limit}, {(alarm.IsBreach ? "more than" : "80 % or more of")} its ${alarm.Allowed:0.00}";

    private static async Task ShowAsync(AgentsFace face, CancellationToken cancellation)
    {
        var monitor = FleetTools.Monitor(face);
        var settings = monitor.Settings;
        if (settings.Problem is { } problem)
        {
            face.Line(face.Look.Warn(SafeText.Line(problem, 300)));
        }

        if (settings.Agents.Count == 0 && settings.FleetHourly is null && settings.FleetDaily is null)
        {
            face.Line("no budgets are set; set one with: opensre agents budget claude-code 5");
            return;
        }

        face.Line(face.Look.Dim($"{"agent",-24}  {"hourly $",8}  {"daily $",8}  {"progress min",12}  {"error %",7}  action"));
        foreach (var (name, budget) in settings.Agents.OrderBy(a => a.Key, StringComparer.Ordinal))
        {
            face.Line($"{SafeText.Line(name, 24),-24}  {Money(budget.Hourly),8}  {Money(budget.Daily),8}  {budget.ProgressMinutes?.ToString() ?? "-",12}  {budget.ErrorRate?.ToString() ?? "-",7}  {budget.Action}");
        }

        if (settings.FleetHourly is not null || settings.FleetDaily is not null)
        {
            face.Line($"{"(fleet)",-24}  {Money(settings.FleetHourly),8}  {Money(settings.FleetDaily),8}");
        }

        foreach (var alarm in BudgetAlarm.Of(await FleetTools.LookAsync(monitor, cancellation).ConfigureAwait(false), settings))
        {
            face.Line(alarm.IsBreach ? face.Look.Bad(Sentence(alarm)) : face.Look.Warn(Sentence(alarm)));
            if (alarm is { IsBreach: true, Pid: > 0 } && alarm.Action is "pause" or "stop")
            {
                await ControlCommand.AskAndDoAsync(face, alarm.Pid, alarm.Action == "pause" ? ControlAction.Pause : ControlAction.Stop, force: false, yes: false, cancellation).ConfigureAwait(false);
            }
        }
    }

    private static string Money(decimal? dollars) => dollars?.ToString("0.00", CultureInfo.InvariantCulture) ?? "-";
}
