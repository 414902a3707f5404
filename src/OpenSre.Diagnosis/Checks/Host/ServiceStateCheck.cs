using OpenSre.Core;

namespace OpenSre.Diagnostics;

/// <summary>What the present state of a service refutes, and whether the alert about it still holds.</summary>
public sealed class ServiceStateCheck : ICheck
{
    private const double Stable = 45;

    /// <summary>Complaints that a service which runs and logs no error makes unlikely, but does not refute.</summary>
    private const Symptom WorseThanDown = Symptom.Errors | Symptom.Latency | Symptom.OutOfMemory | Symptom.OpenFiles | Symptom.Processes | Symptom.Dns | Symptom.Certificate | Symptom.ReadOnly;

    private static readonly string[] StartFaults = ["port.conflict", "config.invalid", "config.permission", "service.crash"];

    public CheckInfo Info { get; } = new(
        "service.state",
        ["service.list", "systemd.units", "service.inspect", "net.http"],
        "A service that has run for 45 s or more refutes that it is stopped, failed or in a crash loop, and, if its log says nothing since, the faults that would stop it from starting. A process in state T is hung.",
        ["service.crash_loop", "service.stopped", "service.failed", "service.hung", .. StartFaults],
        "a later line of its log, or a new start");

    public void Examine(CheckContext context)
    {
        foreach (var state in ServiceState.All(context))
        {
            var name = state.Service.Name;
            var named = context.Reading.Names(name);
            if (state.StableSeconds is not { } seconds || seconds < Stable)
            {
                if (named && state.Record.Kind != "container" && (state.Restarting ? state.Record["changed_in_2s"].Length > 0 || state.Record.Kind != "supervised" : !state.Running))
                {
                    context.Rechecked(state.Record.Output, Symptom.Service | Symptom.Port, state.Service, true, state.Record.Line, state.Restarting ? $"{name} restarts again and again now" : $"{name} does not run now");
                }

                continue;
            }

            Refute(context, state, seconds);
            if (named)
            {
                Recheck(context, state, seconds);
            }
        }

        foreach (var output in context.Outputs("service.inspect"))
        {
            var service = Entities.Service(output.Arguments["name"]);
            var processes = context.Records(output).Where(r => r.Kind == "process").ToList();
            foreach (var process in processes.Where(p => p["state"] is "T" or "t"))
            {
                context.Found(process, service, "service.process", $"the process {process["pid"]} of {service.Name} is stopped by a signal: it runs no code", "service.hung", 4);
                context.Rechecked(output, Symptom.Service, service, true, process.Line, $"{service.Name} is stopped by a signal now");
            }

            if (processes.Count == 0 && ServiceState.Of(context, service) is null)
            {
                var absent = context.Records(output).FirstOrDefault(r => r.Kind == "no_process");
                if (absent.Line is not null && context.Outputs("docker.containers").All(o => !o.Text.Contains(service.Name, StringComparison.Ordinal)))
                {
                    if (Elsewhere.Runs(context, output, service.Name))
                    {
                        context.Found(output, service, "service.state", absent.Line, $"{service.Name} runs elsewhere: nothing of it is here, and its monitoring hears of it now", Currency.Now, []);
                    }
                    else
                    {
                        context.Found(absent, service, "service.state", $"no process of {service.Name} runs, and no supervisor here knows it", "service.stopped", 1.5);
                    }
                }
            }
        }

        foreach (var process in context.Records("host.processes", "process").Where(p => p["state"] is "T" or "t" && p["service"].Length > 0))
        {
            context.Found(process, Entities.Owner(process["service"]), "service.process", $"the process {process["pid"]} of {process["service"]} is stopped by a signal: it runs no code", "service.hung", 4);
        }
    }

    private static void Refute(CheckContext context, ServiceState state, double seconds)
    {
        var claim = $"{state.Service.Name} has run for {Words.Duration(seconds)} without a restart";
        List<Bearing> against =
        [
            new("service.crash_loop", state.Service, -3, true),
            new("service.stopped", state.Service, -3, true),
            new("service.failed", state.Service, -3, true),
        ];
        if (seconds > 300 && !context.Evidence.Any(e => e.Family == "oom.kernel" && e.Currency == Currency.Now && e.Entity == state.Service))
        {
            against.Add(new Bearing("memory.oom_killed", state.Service, -2, true));
        }

        foreach (var fault in StartFaults)
        {
            if (!context.Evidence.Any(e => e.Currency == Currency.Now && e.Bearings.Any(b => b.FaultType == fault && b.Entity == state.Service)))
            {
                against.Add(new Bearing(fault, state.Service, -2, true));
            }
        }

        context.Found(state.Record.Output, state.Service, "service.state", state.Record.Line, claim, Currency.Now, against);
    }

    private static void Recheck(CheckContext context, ServiceState state, double seconds)
    {
        var name = state.Service.Name;
        var trouble = context.Evidence.Any(e => e.Currency == Currency.Now && e.Bearings.Any(b => (b.FaultType == FaultCatalogue.Healthy && b.Weight < 0 && e.Entity == state.Service) || b.Weight >= 2 && b.FaultType != FaultCatalogue.Healthy && (b.Entity == state.Service || context.Relations.Any(r => r.From == state.Service && r.To == b.Entity))));
        if (!trouble)
        {
            context.Rechecked(state.Record.Output, Symptom.Down | Symptom.Restarts | Symptom.Port | Symptom.Container, state.Service, false, state.Record.Line, $"{name} runs, since {Words.Duration(seconds)} without a restart", 4);
            context.Rechecked(state.Record.Output, WorseThanDown, state.Service, false, state.Record.Line, $"{name} runs and its log shows no error of the present", 2.5);
        }
    }
}
