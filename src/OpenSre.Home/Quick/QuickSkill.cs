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

    /// <summary>Questions in one message, a line each.</summary>
    private const int MostQuestions = 5;

    private readonly IHostReader _reader;
    private readonly IReadOnlyList<HostSettings> _hosts;
    private readonly TimeSpan _fresh;
    private readonly TimeProvider _time;
    private readonly LastAsked _asked;
    private readonly HostNames _names;

    /// <param name="fresh">A reading younger than this is answered from as it is.</param>
    /// <param name="asked">What was asked last, for "and atom?"; null where nobody else answers.</param>
    public QuickSkill(IHostReader reader, IReadOnlyList<HostSettings> hosts, TimeSpan fresh, TimeProvider? time = null, LastAsked? asked = null)
    {
        (_reader, _hosts, _fresh, _time) = (reader, hosts, fresh, time ?? TimeProvider.System);
        (_asked, _names) = (asked ?? new LastAsked(_time), new HostNames(hosts));
    }

    public IAsyncEnumerable<string>? TryAnswer(ChatMessage message)
    {
        if (message.Reaction is not null || message.Text.Length == 0)
        {
            return null;
        }

        var last = _asked.Of<QuickQuestion>(message);
        if (message.Quote is { } quote && _names.In(quote.Text) is [var quoted])
        {
            // "and memory?" below an answer about sagan is about sagan.
            last = (last ?? new QuickQuestion([QuickTopic.Status], [])) with { Hosts = [quoted.Name.ToLowerInvariant()] };
        }

        var world = World();
        var questions = Questions(message.Text, world, last);
        if (questions.Count == 0)
        {
            return null;
        }

        if (questions is [{ Reply: { } reply }])
        {
            return Say(reply);
        }

        _asked.Note(message, questions[^1]);
        return questions is [{ Topics: [QuickTopic.Hosts] }] ? Say($"I look after {string.Join(", ", _hosts.Select(h => h.IsLocal ? $"{h.Name} (this machine)" : h.Name))}.") : AnswerAsync(questions);
    }

    /// <summary>The names of the hosts on which something that a text names was seen to run.</summary>
    public IReadOnlyList<string> RunsOn(string text)
    {
        var words = text.ToLowerInvariant().Split([' ', '\n', '\t', ',', '?', '!', ';', ':', '"', '(', ')'], StringSplitOptions.RemoveEmptyEntries).Select(w => w.TrimEnd('.', '\'')).ToHashSet(StringComparer.Ordinal);
        return [.. _reader.Hosts.Where(h => Known(h) is { } reading && Objects(reading).Any(words.Contains))];
    }

    /// <summary>The question of a message; several where each line is one that can be answered. None where it is not for here.</summary>
    private static List<QuickQuestion> Questions(string text, QuickWorld world, QuickQuestion? last)
    {
        if (!text.Contains('\n', StringComparison.Ordinal))
        {
            return QuickReader.Read(text, world, last) is { } only ? [only] : [];
        }

        List<QuickQuestion> questions = [];
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (questions.Count == MostQuestions || QuickReader.Read(line, world, last) is not { Reply: null, Topics: not [QuickTopic.Hosts] } question)
            {
                return [];
            }

            questions.Add(last = question);
        }

        return questions;
    }

    public async Task<string> DigestAsync(DateTimeOffset since, CancellationToken cancellation)
    {
        var question = new QuickQuestion([QuickTopic.Status], _reader.Hosts);
        await Task.WhenAll(_reader.Hosts.Where(h => !IsFresh(_reader.Latest(h))).Select(h => _reader.ReadAsync(h, cancellation)));
        return Compose([question], _ => false);
    }

    /// <summary>Hosts as people call them, and what was seen to run there.</summary>
    internal QuickWorld World()
    {
        HashSet<string> objects = new(StringComparer.Ordinal);
        foreach (var reading in _reader.Hosts.Select(Known).OfType<HostReading>())
        {
            objects.UnionWith(Objects(reading));
        }

        return new QuickWorld([.. _hosts.Select(h => new QuickHost([h.Name.ToLowerInvariant(), .. h.Aliases.Select(a => a.ToLowerInvariant())], h.IsLocal))], objects);
    }

    /// <summary>Names of containers and services, lower case.</summary>
    private static IEnumerable<string> Objects(HostReading reading) => reading.Containers.Select(c => c.Name)
        .Concat(reading.Containers.Select(c => c.Service).OfType<string>())
        .Concat((reading.Units ?? []).Where(u => u.Name.EndsWith(".service", StringComparison.Ordinal)).Select(u => QuickAnswers.Bare(u.Name)))
        .Select(n => n.ToLowerInvariant());

    private static async IAsyncEnumerable<string> Say(string text)
    {
        await Task.CompletedTask;
        yield return text;
    }

    private async IAsyncEnumerable<string> AnswerAsync(IReadOnlyList<QuickQuestion> questions, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var stale = questions.SelectMany(q => q.Hosts).Distinct().Where(h => !IsFresh(_reader.Latest(h)) || NeedsSlowLook(questions, h)).ToList();
        if (stale.Count == 0)
        {
            yield return Compose(questions, _ => false);
            yield break;
        }

        var said = "";
        if (stale.TrueForAll(h => Known(h) is { } known && _time.GetUtcNow() - known.At < WorthShowing))
        {
            yield return said = Compose(questions, stale.Contains);
        }

        var arrived = Channel.CreateUnbounded<string>();
        var looks = stale.ToDictionary(h => h, h => LookAsync(questions, h, arrived.Writer, cancellation), StringComparer.Ordinal);
        var waiting = new HashSet<string>(stale, StringComparer.Ordinal);
        var patience = Task.Delay(Patience, _time, cancellation);
        while (waiting.Count > 0)
        {
            var next = arrived.Reader.WaitToReadAsync(cancellation).AsTask();
            if (await Task.WhenAny(next, patience) == patience && !next.IsCompleted)
            {
                // Somebody is slow: what is known until now, once, and the whole when it is there.
                var partial = Compose(questions, waiting.Contains);
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
        var whole = Compose(questions, _ => false);
        if (whole != said)
        {
            yield return whole;
        }
    }

    private async Task LookAsync(IReadOnlyList<QuickQuestion> questions, string host, ChannelWriter<string> arrived, CancellationToken cancellation)
    {
        try
        {
            if (NeedsSlowLook(questions, host) && _reader is HostReader reader)
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

    /// <summary>Updates and what disks say of themselves are not in every reading; arrays and pools are.</summary>
    private bool NeedsSlowLook(IReadOnlyList<QuickQuestion> questions, string host) =>
        questions.Any(q => q.Hosts.Contains(host) && (q.Smart || q.Topics.Contains(QuickTopic.Updates))) && _reader is HostReader && _reader.Latest(host) is not { Problem: not null } and var latest
        && (latest is null || (latest.UpdatesPending is null && !latest.Missing.ContainsKey("updates")));

    private bool IsFresh(HostReading? reading) => reading is not null && _time.GetUtcNow() - reading.At < _fresh;

    /// <summary>The newest reading that says something.</summary>
    private HostReading? Known(string host) => _reader.Latest(host) is { Problem: null } latest ? latest : (_reader as HostReader)?.LatestAnswer(host);

    private string Compose(IReadOnlyList<QuickQuestion> questions, Func<string, bool> isAwaited) => string.Join('\n', questions.Select(q => Compose(q, isAwaited)));

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
        var parts = question.Topics.Select(t => QuickAnswers.Of(t, latest, question, now, awaited)).ToList();
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
