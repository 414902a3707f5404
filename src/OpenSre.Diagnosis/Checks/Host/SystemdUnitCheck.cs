using OpenSre.Core;

namespace OpenSre.Diagnostics;

public sealed class SystemdUnitCheck : ICheck
{
    public CheckInfo Info { get; } = new(
        "service.systemd",
        ["systemd.units", "service.inspect"],
        "A unit that failed, or that systemd restarts again and again; a result of oom-kill.",
        ["service.failed", "service.crash_loop", "service.stopped", "memory.oom_killed"],
        "the unit has been active for a minute or more");

    public void Examine(CheckContext context)
    {
        foreach (var unit in context.Records("systemd.units", "unit").Concat(context.Records("service.inspect", "unit")))
        {
            var service = Entities.Service(unit["name"]);
            context.Relate(service, context.Host, RelationKind.Uses);
            if (unit["active"] == "failed")
            {
                context.Found(unit, service, "service.state", $"systemd gave up on {service.Name}: {unit["result"]}, exit status {unit["exit"]}", unit.Number("restarts") >= 3 ? "service.crash_loop" : "service.failed", 4);
                if (unit.Number("since_s") is { } ended && LastWords.Error(context, service, ended) is { } word)
                {
                    context.Found(word.Output, service, "service.last_word", word.Quote, LastWords.Claim(service, word), Currency.Now, [new Bearing("service.failed", service, 0.5)]);
                }
            }
            else if (unit["sub"] == "auto-restart" || (unit.Number("restarts") >= 3 && unit.Number("since_s") < 60))
            {
                context.Found(unit, service, "service.state", $"systemd has restarted {service.Name} {unit["restarts"]} times", "service.crash_loop", 4);
            }
            else if (unit["active"] == "inactive" && unit["enabled"] == "enabled" && unit["type"] != "oneshot")
            {
                context.Found(unit, service, unit["result"] == "success" ? "service.told" : "service.state", $"{service.Name} is enabled but does not run", "service.stopped", context.Reading.Names(service.Name) ? 4 : 1);
            }

            if (unit["result"] == "oom-kill")
            {
                context.Found(unit, service, "oom.systemd", $"systemd says {service.Name} ended by the OOM killer", "memory.oom_killed", unit["active"] == "active" ? 1.5 : 4, unit["active"] == "active" ? Currency.Past : Currency.Now);
            }

            if (unit["active"] is "failed" or "activating")
            {
                context.Suggest(ToolCall.With("service.inspect", ("name", service.Name)), $"why {service.Name} fails", 1);
            }
        }
    }
}
