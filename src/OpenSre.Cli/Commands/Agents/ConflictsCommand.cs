using OpenSre.Core;
using OpenSre.Fleet;

namespace OpenSre.Cli;

/// <summary>
/// <c>agents conflicts</c>: agents that wrote one file at about the same time, or work on one branch; with <c>--watch</c> also
/// those that write by shell commands, as it happens.
/// </summary>
internal static class ConflictsCommand
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);

    /// <summary>Writes are looked at for so long beyond the window.</summary>
    private static readonly TimeSpan Recent = TimeSpan.FromSeconds(30);

    /// <summary>What goes on is shown again after so long.</summary>
    private static readonly TimeSpan Again = TimeSpan.FromMinutes(5);

    public static async Task<int> RunAsync(IReadOnlyList<string> words, AgentsFace face, CancellationToken cancellation)
    {
        var asked = AgentWords.Parse(words, "--window=", "--watch", "--inotify");
        var window = TimeSpan.FromSeconds(asked.Number("--window", (int)WriteConflicts.Window.TotalSeconds));
        var monitor = FleetTools.Monitor(face);
        if (asked.Has("--watch"))
        {
            return await WatchAsync(monitor, window, !asked.Has("--inotify"), face, cancellation).ConfigureAwait(false);
        }

        var fleet = await FleetTools.LookAsync(monitor, cancellation).ConfigureAwait(false);
        var files = WriteConflicts.Among(WriteConflicts.Of(fleet), window);
        var branches = WriteConflicts.Branches(fleet);
        foreach (var conflict in files)
        {
            Show(conflict, face);
        }

        foreach (var conflict in branches)
        {
            Show(conflict, face);
        }

        if (files.Count + branches.Count == 0)
        {
            face.Line("no conflicts detected");
        }

        face.Line(face.Look.Dim("by the agents' own records; conflicts --watch sees what shell commands write, too"));
        return ExitCodes.Done;
    }

    private static async Task<int> WatchAsync(FleetMonitor monitor, TimeSpan window, bool byKernel, AgentsFace face, CancellationToken cancellation)
    {
        var discovery = FleetTools.Discovery(monitor.Settings);
        using var watch = new WriteWatch(discovery, face.Time, byKernel);
        var ignored = new IgnoredFiles();
        Dictionary<(string, string), DateTimeOffset> shown = [];
        var moves = 0;
        (long Unknown, int Losses) told = default;
        watch.Follow(monitor.Look());
        face.Line(face.Look.Dim($"watching {SafeText.Line(watch.Way, 600)}; Ctrl+C ends it"));
        try
        {
            while (true)
            {
                face.Output.Flush();
                await Task.Delay(Beat, face.Time, cancellation).ConfigureAwait(false);
                var fleet = monitor.Look();
                watch.Follow(fleet);
                var recent = face.Time.GetUtcNow() - window - Recent;
                List<WriteEvent> own = [.. WriteConflicts.Of(fleet).Where(w => w.At >= recent)], seen = [.. watch.Writes.Where(w => w.At >= recent)];
                foreach (var conflict in WriteConflicts.Among(own, seen, ignored, window).Reverse().Where(c => IsNew(c.Path, $"{c.IsSure} {string.Join(',', c.Agents)}")))
                {
                    Show(conflict, face);
                    Tell(conflict.IsSure, conflict.Path, $"{string.Join(" and ", conflict.Agents)} write {conflict.Path}", face);
                }

                foreach (var conflict in WriteConflicts.Branches(fleet).Where(c => IsNew($"{c.Repository} {c.Branch}", string.Join(',', c.Agents))))
                {
                    Show(conflict, face);
                }

                foreach (var move in watch.Moves.Skip(moves))
                {
                    moves++;
                    face.Line($"{face.Look.Accent(SafeText.Line(move.Root, 200))}  {SafeText.Line(move.Agent, 60)} moved what is checked out under {string.Join(", ", move.Others.Select(o => SafeText.Line(o, 60)))}  {move.At:HH:mm:ss} UTC");
                    By(move.By, face);
                    Tell(true, move.Root, $"{move.Agent} moved what is checked out in {move.Root} under {string.Join(", ", move.Others)}", face);
                }

                if ((watch.Unknown, watch.Losses) is var now && now != told)
                {
                    told = now;
                    face.Line(face.Look.Dim($"not attributed so far: {now.Item1} changes{(now.Item2 > 0 ? $"; the system told less than everything {now.Item2} times" : "")}"));
                }
            }
        }
        catch (OperationCanceledException)
        {
            return ExitCodes.Done;
        }

        bool IsNew(string what, string agents)
        {
            var now = face.Time.GetUtcNow();
            if (shown.TryGetValue((what, agents), out var at) && now - at < Again)
            {
                return false;
            }

            shown[(what, agents)] = now;
            return true;
        }
    }

    private static void Show(WriteConflict conflict, AgentsFace face)
    {
        var sure = conflict.IsSure ? "" : face.Look.Dim("perhaps  ");
        face.Line($"{sure}{face.Look.Accent(SafeText.Line(conflict.Path, 200))}  {string.Join(", ", conflict.Agents.Select(a => SafeText.Line(a, 60)))}  {conflict.First:HH:mm:ss} – {conflict.Last:HH:mm:ss} UTC{(conflict.Overlaps ? "  " + face.Look.Bad("the same lines") : "")}");
        foreach (var write in conflict.Writes)
        {
            var what = write.Change.Length > 0 ? write.Change : write.By.Length > 0 ? $"by {write.By}" : write.IsSure ? "seen to write it" : "the only one that used a tool then";
            face.Line(face.Look.Dim($"    {write.At:HH:mm:ss} {SafeText.Line(write.Agent, 60)}: {SafeText.Line(Redaction.Apply(what), 120)}"));
        }
    }

    private static void Show(BranchConflict conflict, AgentsFace face) =>
        face.Line($"{face.Look.Accent(SafeText.Line(conflict.Repository, 200))}  {string.Join(", ", conflict.Agents.Select(a => SafeText.Line(a, 60)))}  {(conflict.SameTree ? "in one working tree, " : "")}on branch {SafeText.Line(conflict.Branch, 80)}");

    private static void By(string command, AgentsFace face)
    {
        if (command.Length > 0)
        {
            face.Line(face.Look.Dim($"    by {SafeText.Line(Redaction.Apply(command), 120)}"));
        }
    }

    private static void Tell(bool isSure, string path, string sentence, AgentsFace face)
    {
        if (isSure)
        {
            using var publisher = new BusPublisher(face.Home.Bus, face.Time);
            publisher.Publish(BusMessage.Create($"opensre:{Environment.ProcessId}", SafeText.Line(sentence, 1000), face.Time.GetUtcNow(), topic: "conflict", path: path));
        }
    }
}
