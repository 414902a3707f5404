using OpenSre.Core;

namespace OpenSre.Diagnostics;

public sealed class SupervisedServiceCheck : ICheck
{
    /// <summary>What a look into a failing service can decide.</summary>
    private static readonly string[] WhyItFails =
    [
        "service.crash_loop", "service.stopped", "service.crash", "config.invalid", "config.permission", "port.conflict", "dependency.unreachable", "disk.space_exhausted", "disk.read_only", "fd.exhausted", "dns.resolver_broken",
    ];

    /// <summary>Seconds after which a supervisor would have started a service again.</summary>
    private const double Settled = 10;

    private static readonly string[] States = ["service.crash_loop", "service.stopped", "service.failed", "dependency.unreachable", "service.unreachable", "dns.resolver_broken"];

    public CheckInfo Info { get; } = new(
        "service.supervised",
        ["service.list", "service.inspect"],
        "A supervised service that changed its process within two seconds or started seconds ago (crash loop), or that is down although it is wanted.",
        ["service.crash_loop", "service.stopped", "service.failed"],
        "the same process has run for a minute or more");

    public void Examine(CheckContext context)
    {
        var all = ServiceState.All(context).ToList();
        // A machine that has just started has young services everywhere; that says nothing of any of them.
        var young = all.Count(s => s.Running && s.SinceSeconds < 60);
        var machineIsYoung = young > 2 && young * 2 > all.Count;
        foreach (var state in all)
        {
            if (state.Record.Kind is "unit" or "container")
            {
                continue;
            }

            var service = state.Service;
            context.Relate(service, context.Host, RelationKind.Uses);
            if (state.Restarting)
            {
                // Two looks that differ prove it; one look at a very young process is a suspicion.
                var watched = state.Record["changed_in_2s"].Length > 0;
                context.Found(state.Record, service, "service.state", watched ? $"{service.Name} started anew while it was watched" : $"{service.Name} changed its state only {Words.Ago(state.SinceSeconds)}", "service.crash_loop", watched ? 4 : machineIsYoung ? 0.5 : 2);
                context.SuggestBehind(ToolCall.With("service.inspect", ("name", service.Name)), $"why {service.Name} dies", Weight(context, service), States, WhyItFails);
                context.SuggestBehind(new ToolCall("host.kernel_log"), $"whether the kernel saw {service.Name} die", 0.6, ["service.crash_loop"], ["memory.oom_killed", "service.crash"]);
            }
            else if (!state.Running)
            {
                var lastWord = LastWords.Error(context, service, state.SinceSeconds);
                if (lastWord is { } word)
                {
                    context.Found(word.Output, service, "service.last_word", word.Quote, LastWords.Claim(service, word), Currency.Now, [new Bearing("service.failed", service, 4.5)]);
                }

                // A supervisor starts again what ends by itself. What stays down and complained of nothing was told to.
                var stays = lastWord is null && state.SinceSeconds >= Settled && LastWords.AreKnown(context, service);
                var why = state.WantedDown ? "; its supervisor was told to leave it down" : stays ? "; it complained of nothing before, and its supervisor leaves it down" : "";
                context.Found(state.Record, service, state.WantedDown || stays ? "service.told" : "service.state", $"{service.Name} does not run, for {Words.Duration(state.SinceSeconds)} now{why}", "service.stopped", lastWord is null ? 4 : 2);
                context.SuggestBehind(ToolCall.With("service.inspect", ("name", service.Name)), $"why {service.Name} does not run", Weight(context, service), States, WhyItFails);
            }
            else if (context.Reading.Names(service.Name))
            {
                context.Suggest(ToolCall.With("service.inspect", ("name", service.Name)), $"the alert names {service.Name}", 0.9);
            }

            if (state.Running && !state.Restarting && state.SinceSeconds < 30 && !machineIsYoung)
            {
                context.Found(state.Record, service, "service.state", $"{service.Name} started only {Words.Ago(state.SinceSeconds)}", "service.crash_loop", 1.5);
                context.Suggest(ToolCall.With("service.inspect", ("name", service.Name)), $"why {service.Name} started anew", Weight(context, service) * 0.8, WhyItFails);
            }
        }
    }

    private static double Weight(CheckContext context, Entity service) =>
        context.Reading.Names(service.Name) || context.Reading.ServiceNames.Count == 0 ? 1 : 0.6;
}
