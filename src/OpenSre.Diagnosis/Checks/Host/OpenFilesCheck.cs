using OpenSre.Core;

namespace OpenSre.Diagnostics;

public sealed class OpenFilesCheck : ICheck
{
    public CheckInfo Info { get; } = new(
        "fd.use",
        ["host.files", "service.inspect"],
        "A process at 95 % or more of its limit of open files (decisive); the machine's table at 90 % or more.",
        ["fd.exhausted"],
        "the process uses less than 80 % of its limit now");

    public void Examine(CheckContext context)
    {
        var near = false;
        foreach (var process in context.Records("host.files", "process_files").GroupBy(Entities.OwnerOf).Select(g => g.MaxBy(p => p.Number("use_pct") ?? 0)))
        {
            var entity = Entities.OwnerOf(process);
            if (process.Number("use_pct") is not { } used)
            {
                continue;
            }

            if (used >= 95)
            {
                near = true;
                context.Found(process, entity, "fd.count", $"{process["name"]} (pid {process["pid"]}) has {process["open"]} of {process["limit"]} files open", "fd.exhausted", 4);
                context.Rechecked(process.Output, Symptom.OpenFiles, entity, true, process.Line, $"{process["name"]} is at its limit of open files now");
            }
            else if (used < 80 && !SaidNow(context, entity))
            {
                context.Found(process, entity, "fd.count", $"{process["name"]} uses {used:0} % of its open files", "fd.exhausted", -2, contradicts: true);
            }
        }

        foreach (var output in context.Outputs("service.inspect"))
        {
            var limits = context.Records(output).Where(r => r.Kind == "limit" && r["what"] == "open_files").ToDictionary(r => r["pid"], r => r.Number("soft") ?? 0);
            foreach (var process in context.Records(output).Where(r => r.Kind == "process"))
            {
                if (limits.GetValueOrDefault(process["pid"]) is > 0 and var limit && process.Number("open_files") >= 0.95 * limit)
                {
                    context.Found(process, Entities.Service(output.Arguments["name"]), "fd.count", $"{process["name"]} has {process["open_files"]} of {limit:0} files open", "fd.exhausted", 4);
                }
            }
        }

        foreach (var table in context.Records("host.files", "file_table"))
        {
            var share = (table.Number("used") ?? 0) / Math.Max(1, table.Number("max") ?? 1);
            if (share >= 0.9)
            {
                context.Found(table, context.Host, "fd.table", $"the machine has {share:P0} of its file handles in use", "fd.exhausted", 4);
            }
            else if (!near)
            {
                context.Rechecked(table.Output, Symptom.OpenFiles, context.Host, false, table.Line, "no process is near its limit of open files now");
            }
        }
    }

    /// <summary>A burst that fills the table is over before a sample sees it; a log line of this minute outweighs the sample.</summary>
    private static bool SaidNow(CheckContext context, Entity entity) =>
        context.Evidence.Any(e => e.Family == "log.fd.exhausted" && e.Currency == Currency.Now && e.Entity == entity);
}
