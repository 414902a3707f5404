using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using OpenSre.Core;

namespace OpenSre.Home;

/// <summary>
/// Answers questions about hosts from a reading, without a model. A reading that is fresh answers at once; an older one
/// answers at once with its age, and the answer is replaced when a new look is there.
/// </summary>
public sealed class QuickSkill : IChatSkill, IDigestPart
{
    /// <summary>A reading older than this is not shown while a new one is on its way.</summary>
    private static readonly TimeSpan WorthShowing = TimeSpan.FromMinutes(10);

    /// <summary>After this, what has come until then is said, and the rest when it comes.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1.3);

    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(10);
    private const int MostChats = 500;

    private readonly IHostReader _reader;
    private readonly IReadOnlyList<HostSettings> _hosts;
    private readonly TimeSpan _fresh;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<(string Chat, string Sender), (QuickQuestion Question, DateTimeOffset At)> _last = new();

    /// <param name="fresh">A reading younger than this is answered from as it is.</param>
    public QuickSkill(IHostReader reader, IReadOnlyList<HostSettings> hosts, TimeSpan fresh, TimeProvider? time = null) =>
        (_reader, _hosts, _fresh, _time) = (reader, hosts, fresh, time ?? TimeProvider.System);

    public IAsyncEnumerable<string>? TryAnswer(ChatMessage message)
    {
        var now = _time.GetUtcNow();
        var last = _last.TryGetValue((message.Chat, message.Sender), out var before) && now - before.At < Remembered ? before.Question : null;
        var question = message.Reaction is not null || message.Text.Length == 0 ? null : QuickReader.Read(message.Text, World(), last);
        if (question is null)
        {
            return null;
        }

        if (question.Reply is not null)
        {
            return Say(question.Reply);
        }

        if (_last.Count >= MostChats)
        {
            _last.Clear();
        }

        _last[(message.Chat, message.Sender)] = (question, now);
        return question.Topics is [QuickTopic.Hosts] ? Say($"I look after {string.Join(", ", _hosts.Select(h => h.IsLocal ? $"{h.Name} (this machine)" : h.Name))}.") : AnswerAsync(question);
    }

    public async Task<string> DigestAsync(DateTimeOffset since, CancellationToken cancellation)
    {
        var question = new QuickQuestion([QuickTopic.Status], _reader.Hosts);
        await Task.WhenAll(_reader.Hosts.Where(h => !IsFresh(_reader.Latest(h))).Select(h => _reader.ReadAsync(h, cancellation)));
        return Compose(question, _ => false);
    }

    /// <summary>Hosts as people call them, and what was seen to run there.</summary>
    internal QuickWorld World()
    {
        HashSet<string> objects = new(StringComparer.Ordinal);
        foreach (var reading in _reader.Hosts.Select(Known).OfType<HostReading>())
        {
            objects.UnionWith(reading.Containers.Select(c => c.Name.ToLowerInvariant()));
            objects.UnionWith(reading.Containers.Select(c => c.Service?.ToLowerInvariant()).OfType<string>());
            objects.UnionWith((reading.Units ?? []).Where(u => u.Name.EndsWith(".service", StringComparison.Ordinal)).Select(u => QuickAnswers.Bare(u.Name).ToLowerInvariant()));
        }

        return new QuickWorld([.. _hosts.Select(h => new QuickHost([h.Name.ToLowerInvariant(), .. h.Aliases.Select(a => a.ToLowerInvariant())], h.IsLocal))], objects);
    }

    private static async IAsyncEnumerable<string> Say(string text)
    {
        await Task.CompletedTask;
        yield return text;
    }

    private async IAsyncEnumerable<string> AnswerAsync(QuickQuestion question, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var stale = question.Hosts.Where(h => !IsFresh(_reader.Latest(h)) || NeedsSlowLook(question, h)).ToList();
        if (stale.Count == 0)
        {
            yield return Compose(question, _ => false);
            yield break;
        }

        var said = "";
        if (stale.TrueForAll(h => Known(h) is { } known && _time.GetUtcNow() - known.At < WorthShowing))
        {
            yield return said = Compose(question, _ => false);
        }

        var arrived = Channel.CreateUnbounded<string>();
        var looks = stale.ToDictionary(h => h, h => LookAsync(question, h, arrived.Writer, cancellation), StringComparer.Ordinal);
        var waiting = new HashSet<string>(stale, StringComparer.Ordinal);
        var patience = Task.Delay(Patience, _time, cancellation);
        while (waiting.Count > 0)
        {
            var next = arrived.Reader.WaitToReadAsync(cancellation).AsTask();
            if (await Task.WhenAny(next, patience) == patience && !next.IsCompleted)
            {
                // Somebody is slow: what is known until now, once, and the whole when it is there.
                var partial = Compose(question, waiting.Contains);
                if (partial != said)
                {
                    yield return said = partial;
                }

                patience = Task.Delay(Timeout.InfiniteTimeSpan, _time, cancellation);
            }

            await next;
            while (arrived.Reader.TryRead(out var host))
            {
                waiting.Remove(host);
            }
        }

        await Task.WhenAll(looks.Values);
        var whole = Compose(question, _ => false);
        if (whole != said)
        {
            yield return whole;
        }
    }

    private async Task LookAsync(QuickQuestion question, string host, ChannelWriter<string> arrived, CancellationToken cancellation)
    {
        try
        {
            if (NeedsSlowLook(question, host) && _reader is HostReader reader)
            {
                await reader.ReadFullyAsync(host, cancellation);
            }
            else
            {
                await _reader.ReadAsync(host, cancellation);
            }
        }
        finally
        {
            arrived.TryWrite(host);
        }
    }

    /// <summary>Updates and the health of disks are not in every reading.</summary>
    private bool NeedsSlowLook(QuickQuestion question, string host) =>
        question.Topics.Any(t => t is QuickTopic.Updates or QuickTopic.Arrays) && _reader is HostReader && _reader.Latest(host) is not { Problem: not null } and var latest
        && (latest is null || (latest.UpdatesPending is null && !latest.Missing.ContainsKey("updates")));

    private bool IsFresh(HostReading? reading) => reading is not null && _time.GetUtcNow() - reading.At < _fresh;

    /// <summary>The newest reading that says something.</summary>
    private HostReading? Known(string host) => _reader.Latest(host) is { Problem: null } latest ? latest : (_reader as HostReader)?.LatestAnswer(host);

    private string Compose(QuickQuestion question, Func<string, bool> isAwaited)
    {
        if (question.Topics is [QuickTopic.Named])
        {
            return NamedWords.Line(question, question.Hosts.Select(h => (h, _reader.Latest(h), isAwaited(h))), _time.GetUtcNow());
        }

        return SafeText.Clean(string.Join('\n', question.Hosts.Select(h => Host(h, question, isAwaited(h)))));
    }

    private string Host(string host, QuickQuestion question, bool awaited)
    {
        var now = _time.GetUtcNow();
        var latest = _reader.Latest(host);
        if (awaited && (latest is null || latest.Problem is not null))
        {
            return $"{host}: looking…";
        }

        if (latest is null)
        {
            return $"{host}: not looked at yet";
        }

        if (latest.Problem is { } problem)
        {
            var seen = (_reader as HostReader)?.LatestAnswer(host);
            var sentence = problem.StartsWith(host + ":", StringComparison.Ordinal) ? problem : $"{host}: {problem}";
            return seen is null ? sentence : $"{sentence}; it last answered {Figures.Span(now - seen.At)} ago";
        }

        var age = now - latest.At;
        var suffix = age > _fresh ? $" (as of {Figures.Span(age)} ago)" : "";
        var parts = question.Topics.Select(t => QuickAnswers.Of(t, latest, question, now)).ToList();
        if (parts is [var only])
        {
            return only.StartsWith('\n') ? $"{host}{suffix}:{only}" : WithSuffix($"{host}: {only}", suffix);
        }

        return $"{host}{suffix}:{QuickAnswers.Block(parts.Select(p => p.StartsWith('\n') ? p.TrimStart('\n', ' ').Replace("\n", "\n  ", StringComparison.Ordinal) : p))}";
    }

    /// <summary>The age goes to the end of the first line.</summary>
    private static string WithSuffix(string text, string suffix)
    {
        var end = text.IndexOf('\n');
        return end < 0 ? text + suffix : text[..end] + suffix + text[end..];
    }
}
