using OpenSre.Core;
using OpenSre.Fleet;

namespace OpenSre.Cli;

/// <summary><c>agents conflicts</c>: agents that wrote one file at about the same time, or work on one branch.</summary>
internal static class ConflictsCommand
{
    public static async Task<int> RunAsync(IReadOnlyList<string> words, AgentsFace face, CancellationToken cancellation)
    {
        var asked = AgentWords.Parse(words, "--window=");
        var fleet = await FleetTools.LookAsync(FleetTools.Monitor(face), cancellation).ConfigureAwait(false);
        var files = WriteConflicts.Among(WriteConflicts.Of(fleet), TimeSpan.FromSeconds(asked.Number("--window", (int)WriteConflicts.Window.TotalSeconds)));
        var branches = WriteConflicts.Branches(fleet);
        foreach (var conflict in files)
        {
            face.Line($"{face.Look.Accent(SafeText.Line(conflict.Path, 200))}  {string.Join(", ", conflict.Agents.Select(a => SafeText.Line(a, 60)))}  {conflict.First:HH:mm:ss} – {conflict.Last:HH:mm:ss} UTC{(conflict.Overlaps ? "  " + face.Look.Bad("the same lines") : "")}");
            foreach (var write in conflict.Writes)
            {
                face.Line(face.Look.Dim($"    {write.At:HH:mm:ss} {SafeText.Line(write.Agent, 60)}: {SafeText.Line(Redaction.Apply(write.Change), 120)}"));
            }
        }

        foreach (var conflict in branches)
        {
            face.Line($"{face.Look.Accent(SafeText.Line(conflict.Repository, 200))}  {string.Join(", ", conflict.Agents.Select(a => SafeText.Line(a, 60)))}  {(conflict.SameTree ? "in one working tree, " : "")}on branch {SafeText.Line(conflict.Branch, 80)}");
        }

        if (files.Count + branches.Count == 0)
        {
            face.Line("no conflicts detected");
        }

        return ExitCodes.Done;
    }
}
