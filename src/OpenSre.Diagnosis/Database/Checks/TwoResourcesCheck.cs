using OpenSre.Core;
using static OpenSre.Diagnostics.DatabaseFacts;

namespace OpenSre.Diagnostics;

/// <summary>
/// Two shortages at once are one incident when one makes the other, and two when each has a driver of its own. CPU
/// and storage do not make each other; one statement can make both.
/// </summary>
public sealed class TwoResourcesCheck : ICheck
{
    public CheckInfo Info { get; } = new(
        "db.two_resources",
        [DatabaseTools.Metrics, DatabaseTools.Load],
        "CPU busy by one statement, and storage that runs out by another: two roots.",
        [DatabaseFaults.TwoResources],
        "one statement behind both, or one of the two within bounds");

    public void Examine(CheckContext context)
    {
        var view = DatabaseView.Of(context);
        var (cpu, storage) = (Vital.Cpu(view), Vital.Storage(view));
        if (cpu is not { Series: { } busy, Broken: true } || storage is not { Series: { } free, Broken: true } || view.Load is not { } load || DatabaseCpuCheck.Driver(load) is not { } reader
            || load.Statements.FirstOrDefault(s => s.Writes && s != reader && !DatabaseLoad.IsCpu(s.MainWait)) is not { } writer || reader.Writes || load.ShareOf(writer) < 0.2)
        {
            return;
        }

        var entity = view.Entity;
        Bearing Both(double weight) => new(DatabaseFaults.TwoResources, entity, weight);
        context.Tell(busy, entity, cpu.Claim, Both(2.5));
        context.Tell(reader, entity, $"Performance Insights: the CPU goes to one query ({load.ShareOf(reader):P0} of the top load): {Short(reader)}", Both(2.5));
        context.Tell(free, entity, storage.Claim, Both(2.5));
        context.Tell(writer, entity, $"Performance Insights: the storage goes to another ({load.ShareOf(writer):P0} of the top load): {Short(writer)}", Both(2.5));
    }
}
