using OpenSre.Core;

namespace OpenSre.Diagnostics;

public sealed class ListenerCheck : ICheck
{
    public CheckInfo Info { get; } = new(
        "net.listener",
        ["net.listeners"],
        "Who holds the port that a service could not bind; an accept queue that is full.",
        ["port.conflict", "network.accept_queue_overflow", "service.hung"],
        "the service itself listens on the port");

    public void Examine(CheckContext context)
    {
        var wanted = context.Relations.Where(r => r.Kind == RelationKind.Uses && r.To.Kind == EntityKind.Endpoint).ToList();
        foreach (var listener in context.Records("net.listeners", "listener"))
        {
            var owner = Entities.OwnerOf(listener);
            var port = Entities.LocalPort(listener["port"]);
            foreach (var relation in wanted.Where(r => r.To == port))
            {
                if (relation.From == owner)
                {
                    context.Found(listener, relation.From, "port.owner", $"{relation.From.Name} itself listens on port {listener["port"]}", "port.conflict", -3, contradicts: true);
                }
                else
                {
                    context.Found(listener, relation.From, "port.owner", $"port {listener["port"]}, which {relation.From.Name} needs, is held by {listener["name"]} (pid {listener["pid"]})", "port.conflict", 3);
                }
            }

            if (listener.Number("backlog") is > 0 and var backlog && listener.Number("accept_queue") is { } queue && queue >= Math.Min(backlog, 5) && listener["proto"] == "tcp")
            {
                context.Found(listener, owner, "net.accept_queue", $"{queue:0} connections wait for {owner.Name} to accept them", "service.hung", queue > backlog ? 3 : 2);
            }
        }
    }
}
