using OpenSre.Core;

namespace OpenSre.Diagnostics;

public sealed class SupervisedServiceCheck : ICheck
{
    public CheckInfo Info { get; } = new(
        "service.supervised",
        ["service.list", "service.inspect"],
        "A supervised service that changed its process within two seconds or started seconds ago (crash loop), or that is down although it is wanted.",
        ["service.crash_loop", "service.stopped"],
        "the same process has run for a minute or more");

    public void Examine(CheckContext context)
    {
        foreach (var state in ServiceState.All(context))
        {
            if (state.Record.Kind == "unit")
            {
                continue;
            }

            var service = state.Service;
            context.Relate(service, context.Host, RelationKind.Uses);
            if (state.Restarting)
            {
                context.Found(state.Record, service, "service.state", $"{service.Name} started anew while it was watched", "service.crash_loop", 4);
                context.Suggest(ToolCall.With("service.inspect", ("name", service.Name)), $"why {service.Name} dies", 1);
            }
            else if (!state.Running)
            {
                context.Found(state.Record, service, "service.state", $"{service.Name} does not run, for {Words.Duration(state.SinceSeconds)} now" + (state.WantedDown ? "; its supervisor was told to leave it down" : ""), "service.stopped", 4);
                context.Suggest(ToolCall.With("service.inspect", ("name", service.Name)), $"why {service.Name} does not run", context.Reading.Names(service.Name) ? 1 : 0.7);
            }
            else if (state.SinceSeconds < 30)
            {
                context.Found(state.Record, service, "service.state", $"{service.Name} started only {Words.Ago(state.SinceSeconds)}", "service.crash_loop", 1.5);
                context.Suggest(ToolCall.With("service.inspect", ("name", service.Name)), $"why {service.Name} started anew", 0.8);
            }
        }
    }
}
