using OpenSre.Core;
using static OpenSre.Diagnostics.DatabaseFacts;

namespace OpenSre.Diagnostics;

/// <summary>A busy CPU, and whether it is a statement that keeps it busy.</summary>
public sealed class DatabaseCpuCheck : ICheck
{
    public CheckInfo Info { get; } = new(
        "db.cpu",
        [DatabaseTools.Metrics, DatabaseTools.Load],
        "CPUUtilization at 80 % or more now. A statement with a third of the top load that mostly runs on the CPU is behind it, if CPU is what most sessions spend their time on.",
        [DatabaseFaults.CpuBusy, DatabaseFaults.BadQuery],
        "CPUUtilization below 70 % now; sessions that wait for something else than CPU");

    public void Examine(CheckContext context)
    {
        var view = DatabaseView.Of(context);
        var entity = view.Entity;
        var vital = Vital.Cpu(view);
        if (vital.Series is { } series)
        {
            if (vital.Broken == true)
            {
                context.Tell(series, entity, vital.Claim, new Bearing(DatabaseFaults.CpuBusy, entity, 3), new Bearing(DatabaseFaults.BadQuery, entity, 1.5));
            }
            else if (series.Now < 70)
            {
                context.Tell(series, entity, vital.Claim, new Bearing(DatabaseFaults.CpuBusy, entity, -3, true), new Bearing(DatabaseFaults.BadQuery, entity, -3, true));
            }
        }

        if (vital.Broken != true || view.Load is not { Main: { } main } load)
        {
            return;
        }

        if (!DatabaseLoad.IsCpu(main.Name))
        {
            context.Tell(main, entity, $"what most sessions spend their time on is {main.Name}, not CPU", new Bearing(DatabaseFaults.BadQuery, entity, -3));
        }
        else if (Driver(load) is { } statement)
        {
            context.Tell(statement, entity, $"Performance Insights: one query is {load.ShareOf(statement):P0} of the top load, mostly on CPU: {Short(statement)}", new Bearing(DatabaseFaults.BadQuery, entity, 3.5));
        }
    }

    /// <summary>The statement that keeps the CPU busy, if one does.</summary>
    internal static TopStatement? Driver(DatabaseLoad load) =>
        load.Main is { } main && DatabaseLoad.IsCpu(main.Name) ? load.Statements.FirstOrDefault(s => load.ShareOf(s) >= 1.0 / 3 && DatabaseLoad.IsCpu(s.MainWait) && !s.IsVacuum) : null;
}
