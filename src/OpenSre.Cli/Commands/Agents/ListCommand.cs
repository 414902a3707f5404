using OpenSre.Core;
using OpenSre.Fleet;

namespace OpenSre.Cli;

/// <summary><c>agents list</c>: the agents that run.</summary>
internal static class ListCommand
{
    public static Task<int> RunAsync(IReadOnlyList<string> words, AgentsFace face, CancellationToken cancellation)
    {
        AgentWords.Parse(words);
        var found = new AgentDiscovery(AgentDiscovery.LocalTable(), new AgentClassifier()).Find();
        foreach (var agent in found)
        {
            face.Line($"{agent.Tool,-16} {agent.Pid,8}  {SafeText.Line(agent.Folder, 60)}  {SafeText.Line(agent.Repository?.Branch ?? "", 40)}  {SafeText.Line(agent.Model, 30)}");
        }

        if (found.Count == 0)
        {
            face.Line("no agents discovered or registered yet");
        }

        return Task.FromResult(ExitCodes.Done);
    }
}
