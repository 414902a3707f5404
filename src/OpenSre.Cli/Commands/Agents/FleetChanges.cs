using OpenSre.Core;
using OpenSre.Fleet;
using OpenSre.Terminal;

namespace OpenSre.Cli;

/// <summary>
/// What differs between one look at the agents and the next, a sentence for each: for places where a table cannot be drawn over
/// itself, such as a pipe or the lines a screen reader reads. Not thread-safe.
/// </summary>
/// <param name="look">How the sentences may look.</param>
internal sealed class FleetChanges(Look look)
{
    private readonly Dictionary<(string Name, int Pid), (AgentState Told, AgentState Seen, string Word)> _agents = [];
    private Dictionary<string, string> _troubles = [];
    private bool _hasLooked;

    /// <summary>
    /// The sentences about this look. The first one has none about agents: they stand in the table. How an agent is is told when
    /// the next look sees it as well, so that one that goes to and fro is not told each time.
    /// </summary>
    /// <param name="troubles">What is wrong beside the states of agents: what tells one trouble from others, and the sentence.</param>
    public IReadOnlyList<string> Take(IReadOnlyList<AgentView> fleet, IEnumerable<(string Key, string Sentence)> troubles)
    {
        List<string> sentences = [];
        foreach (var view in fleet)
        {
            var state = view.Status.State;
            if (!_agents.TryGetValue((view.Name, view.Pid), out var known))
            {
                if (_hasLooked)
                {
                    sentences.Add(Told(view, $"came: {view.Status.Word}, {view.Status.Reason}"));
                }

                known = (state, state, view.Status.Word);
            }
            else if (state != known.Told && state == known.Seen)
            {
                sentences.Add(Told(view, $"is {view.Status.Word}, no longer {known.Word}: {view.Status.Reason}"));
                known = (state, state, view.Status.Word);
            }

            _agents[(view.Name, view.Pid)] = known with { Seen = state };
        }

        foreach (var gone in _agents.Keys.Except(fleet.Select(v => (v.Name, v.Pid))).ToList())
        {
            sentences.Add(look.Warn($"{Who(gone.Name, gone.Pid)} has gone"));
            _agents.Remove(gone);
        }

        var now = troubles.DistinctBy(t => t.Key).ToDictionary(t => t.Key, t => SafeText.Line(t.Sentence, 300), StringComparer.Ordinal);
        sentences.AddRange(now.Where(t => !_troubles.ContainsKey(t.Key)).Select(t => look.Bad(t.Value)));
        sentences.AddRange(_troubles.Where(t => !now.ContainsKey(t.Key)).Select(t => look.Good($"no longer: {t.Value}")));
        (_troubles, _hasLooked) = (now, true);
        return sentences;
    }

    private static string Who(string name, int pid) => $"{SafeText.Line(name, 60)} (pid {pid})";

    private string Told(AgentView view, string words)
    {
        var safe = SafeText.Line($"{Who(view.Name, view.Pid)} {words}", 300);
        return view.Status.State switch
        {
            AgentState.Active => look.Good(safe),
            AgentState.Idle or AgentState.Waiting or AgentState.Paused => look.Warn(safe),
            _ => look.Bad(safe) + look.Dim($" · agents investigate {view.Pid} says why"),
        };
    }
}
