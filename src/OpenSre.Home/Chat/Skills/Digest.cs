using System.Globalization;
using System.Text;

namespace OpenSre.Home;

/// <summary>How everything is: on request, and each day at the configured time to those who get notices.</summary>
public sealed class Digest(HomeConfig config, IReadOnlyList<IDigestPart> parts, TimeProvider time) : IChatSkill
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    public IAsyncEnumerable<string>? TryAnswer(ChatMessage message) =>
        message.Text.Trim().TrimStart('/').TrimEnd('.', '!', '?').ToLowerInvariant() is "digest" or "daily digest" or "report" or "summary" or "daily report" or "give me a digest" or "give me a summary"
            ? AnswerAsync()
            : null;

    /// <summary>The text of a digest about the last day.</summary>
    public async Task<string> WriteAsync(CancellationToken cancellation)
    {
        var since = time.GetUtcNow() - Day;
        var text = new StringBuilder($"Digest of {TimeZoneInfo.ConvertTime(time.GetUtcNow(), config.Zone).ToString("dddd d MMMM, HH:mm", CultureInfo.InvariantCulture)}");
        foreach (var part in await Task.WhenAll(parts.Select(p => p.DigestAsync(since, cancellation))).ConfigureAwait(false))
        {
            if (part.Trim().Length > 0)
            {
                text.Append("\n\n").Append(part.Trim());
            }
        }

        return text.ToString();
    }

    /// <summary>Sends a digest each day until cancelled; one that fell into a time when nothing ran is not made up for.</summary>
    public async Task RunAsync(IChatChannel channel, CancellationToken cancellation)
    {
        while (config.DigestAt is { } at)
        {
            var next = Next(TimeZoneInfo.ConvertTime(time.GetUtcNow(), config.Zone), at, config.Zone);
            await Task.Delay(next - time.GetUtcNow(), time, cancellation).ConfigureAwait(false);
            var text = await WriteAsync(cancellation).ConfigureAwait(false);
            foreach (var chat in config.NoticesTo)
            {
                await channel.SendAsync(chat, text, $"digest:{next:yyyy-MM-dd}:{chat}", null, cancellation).ConfigureAwait(false);
            }
        }
    }

    /// <summary>The next moment at which a clock in the zone shows the time; where a change of clocks leaves it out, the moment after.</summary>
    internal static DateTimeOffset Next(DateTimeOffset now, TimeOnly at, TimeZoneInfo zone)
    {
        var day = DateOnly.FromDateTime(now.DateTime);
        while (true)
        {
            var local = day.ToDateTime(at);
            var moment = zone.IsInvalidTime(local) ? new DateTimeOffset(local.AddHours(1), zone.GetUtcOffset(local.AddHours(1))) : new DateTimeOffset(local, zone.GetUtcOffset(local));
            if (moment > now)
            {
                return moment;
            }

            day = day.AddDays(1);
        }
    }

    private async IAsyncEnumerable<string> AnswerAsync()
    {
        yield return await WriteAsync(CancellationToken.None).ConfigureAwait(false);
    }
}
