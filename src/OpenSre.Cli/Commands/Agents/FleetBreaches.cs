using OpenSre.Core;
using OpenSre.Fleet;

namespace OpenSre.Cli;

/// <summary>Tells the bus what is wrong with agents, each thing once and not at every look. Not thread-safe.</summary>
internal sealed class FleetBreaches(AgentsFace face, FleetSettings settings)
{
    private readonly SloWatch _slos = new();
    private readonly HashSet<(string Agent, int Pid, string Limit)> _budgets = [];

    /// <summary>Tells what is new, and returns the breaches of what agents are held to among it.</summary>
    public IReadOnlyList<SloBreach> Tell(IReadOnlyList<AgentView> fleet)
    {
        foreach (var alarm in BudgetAlarm.Of(fleet, settings).Where(a => a.IsBreach && _budgets.Add((a.Agent, a.Pid, a.Limit))))
        {
            Say(BudgetCommand.Sentence(alarm), "budget.breach");
        }

        var fresh = _slos.New(fleet, face.Time.GetUtcNow());
        foreach (var breach in fresh)
        {
            Say(breach.Sentence, "slo.breach");
        }

        return fresh;
    }

    public void Say(string sentence, string topic)
    {
        using var publisher = new BusPublisher(face.Home.Bus, face.Time);
        publisher.Publish(BusMessage.Create($"opensre:{Environment.ProcessId}", SafeText.Line(sentence, 1000), face.Time.GetUtcNow(), topic: topic));
    }
}
