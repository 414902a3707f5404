using OpenSre.Core;
using OpenSre.Fleet;

namespace OpenSre.Cli;

/// <summary><c>agents kill</c>, <c>pause</c> and <c>resume</c>: asked once, written down, done to that very process.</summary>
internal static class ControlCommand
{
    public static Task<int> KillAsync(IReadOnlyList<string> words, AgentsFace face, CancellationToken cancellation) => RunAsync(words, face, ControlAction.Stop, "kill", cancellation);

    public static Task<int> PauseAsync(IReadOnlyList<string> words, AgentsFace face, CancellationToken cancellation) => RunAsync(words, face, ControlAction.Pause, "pause", cancellation);

    public static Task<int> ResumeAsync(IReadOnlyList<string> words, AgentsFace face, CancellationToken cancellation) => RunAsync(words, face, ControlAction.Resume, "resume", cancellation);

    /// <summary>Asks one question unless <paramref name="yes"/>, and does it.</summary>
    public static async Task<int> AskAndDoAsync(AgentsFace face, int pid, ControlAction action, bool force, bool yes, CancellationToken cancellation)
    {
        var control = new AgentControl(FleetTools.Discovery(FleetSettings.Read(face.Home)), new AuditLog(face.Home, face.Time));
        var (agent, refusal) = control.Target(pid);
        if (agent is null)
        {
            throw new AgentsUsageException(refusal!);
        }

        var name = SafeText.Line(FleetNames.Registered(face.Home, agent.Facts) ?? agent.Tool, 60);
        var signal = action switch { ControlAction.Pause => "SIGSTOP", ControlAction.Resume => "SIGCONT", _ => force ? "SIGKILL" : "SIGTERM" };
        var question = $"About to {signal} {name} (pid {pid}) in {SafeText.Line(agent.Folder, 80)}. Confirm?";
        if (!yes && !await face.ConfirmAsync(question, cancellation).ConfigureAwait(false))
        {
            face.Line("nothing was done");
            return ExitCodes.Failed;
        }

        var result = await control.DoAsync(agent, action, force, cancellation).ConfigureAwait(false);
        face.Line(result.Text);
        if (result.Done && action == ControlAction.Stop)
        {
            FleetTools.Registry(face).Forget(pid);
        }

        return result.Done ? ExitCodes.Done : ExitCodes.Failed;
    }

    private static Task<int> RunAsync(IReadOnlyList<string> words, AgentsFace face, ControlAction action, string name, CancellationToken cancellation)
    {
        var asked = AgentWords.Parse(words, "--yes", "--force");
        return AskAndDoAsync(face, asked.Pid($"opensre agents {name} PID [--yes]{(action == ControlAction.Stop ? " [--force]" : "")}"), action, asked.Has("--force"), asked.Has("--yes"), cancellation);
    }
}
