using System.Text.Json;

namespace OpenSre.Server;

/// <summary>What happens to incidents, to one reader: first how things are, then each change. The numbers are those of the journal, so a reader goes on after a restart, or with another server.</summary>
internal static class IncidentStream
{
    private const int InSnapshot = 100;

    /// <param name="after">The last number the reader has seen; 0 for a new one.</param>
    public static async Task FollowAsync(AlertDesk desk, SseStream stream, long after)
    {
        await stream.SendRawAsync("retry: 2000\n\n").ConfigureAwait(false);
        for (var isNew = after == 0; ; isNew = false)
        {
            var last = desk.Happenings.LastSeq;
            _ = desk.Happenings.After(after, out var overrun, out var complete, out _);
            if (isNew || overrun || after > last)
            {
                await stream.SendAsync("snapshot", JsonSerializer.Serialize(desk.Incidents(0, InSnapshot, false), ServerJson.Default.IncidentPage), last).ConfigureAwait(false);
                after = last;
            }

            if (complete)
            {
                return;
            }

            after = await desk.Happenings.Following.JoinAsync(stream, after).ConfigureAwait(false);
            stream.Gone.ThrowIfCancellationRequested();
        }
    }
}
