using System.Text.Json;

namespace OpenSre.Server;

/// <summary>
/// The events of one investigation to one reader, from any place on: what the reader missed comes first, from memory or
/// from the disk; the last event of an ended run closes the stream.
/// </summary>
internal static class RunStream
{
    /// <param name="after">The last number the reader has seen; 0 for all.</param>
    public static async Task FollowAsync(LiveRun run, SseStream stream, long after)
    {
        await stream.SendRawAsync("retry: 2000\n\n").ConfigureAwait(false);
        while (true)
        {
            var frames = run.Frames.After(after, out var overrun, out var complete, out _);
            if (overrun || (complete && run.Frames.LastSeq == 0))
            {
                // Not in memory (any more): a short way back is read from the disk, a long one is told in sum.
                var missed = run.Events().Where(e => e.Seq > after).Take(MostReplayed + 1).ToList();
                if (missed.Count > MostReplayed)
                {
                    var view = run.View;
                    await stream.SendAsync("snapshot", JsonSerializer.Serialize(view, ServerJson.Default.RunView), view.LastSeq).ConfigureAwait(false);
                    after = view.LastSeq;
                    continue;
                }

                frames = [.. missed.Select(LiveRun.Encode)];
            }

            if (frames.Length > 0)
            {
                await stream.WriteAsync(default, frames).ConfigureAwait(false);
                after = frames[^1].Seq;
            }
            else if (complete)
            {
                return;
            }
            else
            {
                after = await run.Frames.Following.JoinAsync(stream, after).ConfigureAwait(false);
                stream.Gone.ThrowIfCancellationRequested();
            }
        }
    }

    private const int MostReplayed = 5000;
}
