using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;
using System.Threading.Channels;
using OpenSre.Core;
using OpenSre.Investigation;

namespace OpenSre.Home;

/// <summary>
/// Questions that take looking: "what containers are unhealthy on sagan?", "why is the nas slow since last night?". The
/// investigation engine looks at the host that was named, and the answer grows in one message.
/// </summary>
/// <param name="tools">The evidence tools of a host.</param>
/// <param name="advice">What asks a model after the engine has looked; null for the engine alone.</param>
/// <param name="beside">Notes, memory and tools of programs outside; null for none.</param>
/// <param name="approver">Who is asked before a tool outside that may change something is called; null for nobody.</param>
/// <param name="asked">What was asked last, for "and on atom?"; null where nobody else answers.</param>
/// <param name="runsOn">The names of the hosts on which something that a text names was seen to run; null where that is not known.</param>
public sealed partial class InvestigationSkill(HomeConfig config, Func<HostSettings, IReadOnlyList<IEvidenceTool>> tools, TimeProvider time, Func<ModelAdvice?>? advice = null, CaseSurroundings? beside = null, Func<ChatMessage, HostSettings, ToolApprover?>? approver = null, LastAsked? asked = null, Func<string, IReadOnlyList<string>>? runsOn = null) : ILongSkill
{
    private readonly LastAsked _before = asked ?? new LastAsked(time);
    private readonly HostNames _names = new(config.Hosts);
    private readonly ConcurrentDictionary<string, CaseFile> _last = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Queue<DateTimeOffset>> _asked = new(StringComparer.Ordinal);

    /// <summary>The last finished investigation of a chat, for questions about it.</summary>
    public CaseFile? LastOf(string chat) => _last.GetValueOrDefault(chat);

    public IAsyncEnumerable<string>? TryAnswer(ChatMessage message)
    {
        if (message.Text.Length == 0 || !IsQuestion(message.Text))
        {
            return null;
        }

        var hosts = Meant(message);
        if (hosts.Count == 0 && !IsAboutMachines(message.Text) && runsOn?.Invoke(message.Text) is null or { Count: 0 })
        {
            // Nothing in it is about a machine.
            return null;
        }

        _before.Note(message, new CaseQuestion(message.Text));
        if (hosts.Count == 0 && config.Hosts.Count > 1)
        {
            return Ask(message);
        }

        return Begin(message, message.Text, hosts.Count == 0 ? config.Hosts : hosts);
    }

    /// <summary>The question asked before, about the host this message names and nothing else: "sagan", "and on atom?".</summary>
    internal IAsyncEnumerable<string>? TryGoOn(ChatMessage message)
    {
        if (message.Text.Length == 0 || message.IsEdit || _before.Of<CaseQuestion>(message) is not { } question || _names.Alone(message.Text) is not { Count: > 0 } hosts)
        {
            return null;
        }

        _before.Note(message, question);
        return Begin(message, question.Text, hosts);
    }

    /// <summary>The hosts named; else the one on which what is named runs; else the one of the message that was quoted.</summary>
    private IReadOnlyList<HostSettings> Meant(ChatMessage message)
    {
        if (_names.In(message.Text) is { Count: > 0 } named)
        {
            return named;
        }

        if (runsOn?.Invoke(message.Text) is [var only] && config.Hosts.FirstOrDefault(h => h.Name == only) is { } there)
        {
            return [there];
        }

        return message.Quote is { } quote && _names.In(quote.Text) is [var quoted] ? [quoted] : [];
    }

    private IAsyncEnumerable<string> Begin(ChatMessage message, string question, IReadOnlyList<HostSettings> hosts) =>
        MayAsk(message.Sender) ? InvestigateAsync(message, question, hosts) : Too();

    /// <summary>Whether a text names a host, so that it begins something new.</summary>
    internal bool NamesHost(string text) => config.Hosts.Count > 1 && _names.In(text).Count > 0;

    /// <summary>Investigates and yields the text of the message as it grows; the last one is the answer.</summary>
    private async IAsyncEnumerable<string> InvestigateAsync(ChatMessage message, string question, IReadOnlyList<HostSettings> hosts, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var before = new StringBuilder();
        foreach (var host in hosts)
        {
            // Of several hosts each is asked about by its own name.
            var about = _names.In(question) is [var same] && same == host ? question : hosts.Count == 1 && _names.In(question).Count == 0 ? question : _names.About(question, host);
            await foreach (var text in InvestigateAsync(message, about, host, cancellation).ConfigureAwait(false))
            {
                yield return before + text.Text;
                if (text.IsLast)
                {
                    before.Append(text.Text).Append("\n\n");
                }
            }
        }
    }

    private async IAsyncEnumerable<(string Text, bool IsLast)> InvestigateAsync(ChatMessage message, string question, HostSettings host, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var report = new ChatReport(host.Name) { Unanswered = IsComplaint(question) ? null : question };
        var texts = Channel.CreateUnbounded<string>(new UnboundedChannelOptions { SingleReader = true });
        var alert = new Alert { Name = SafeText.Line(question, 120), Summary = question, Question = question, Source = "chat" };
        var incident = Incidents.From([alert], time.GetUtcNow());
        var budget = InvestigationBudget.Default with { Time = config.Timeouts.Investigation };
        var running = RunAsync();
        await foreach (var text in texts.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
        {
            yield return (text, false);
        }

        var file = await running.ConfigureAwait(false);
        _last[message.Chat] = file;
        yield return (report.Answer(file), true);

        async Task<CaseFile> RunAsync()
        {
            try
            {
                // Making the tools and the first look must not hold up the chat.
                await Task.Yield();
                return await new Investigator(tools(host), time, budget) { Advice = advice?.Invoke(), Beside = (beside ?? CaseSurroundings.None) with { Approver = approver?.Invoke(message, host) } }.InvestigateAsync(incident, alert.Name, Show, null, cancellation).ConfigureAwait(false);
            }
            finally
            {
                texts.Writer.TryComplete();
            }
        }

        void Show(InvestigationEvent happened)
        {
            if (report.After(happened) is { } text)
            {
                texts.Writer.TryWrite(text);
            }
        }
    }

    /// <param name="Text">As it was asked.</param>
    private sealed record CaseQuestion(string Text);

    /// <summary>Which host is meant is never guessed.</summary>
    private async IAsyncEnumerable<string> Ask(ChatMessage message)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        yield return $"On which host? Ask “{SafeText.Line(message.Text.TrimEnd('?', '.', '!'), 80)} on {config.Hosts[0].Name}”, or name another: {string.Join(", ", config.Hosts.Select(h => h.Name))}, all hosts.";
    }

    private async IAsyncEnumerable<string> Too()
    {
        await Task.CompletedTask.ConfigureAwait(false);
        yield return $"That would be more than {MostPerHour} investigations of yours in an hour. Quick questions (status, disk, containers …) are answered all the same.";
    }

    private const int MostPerHour = 30;

    private bool MayAsk(string sender)
    {
        var times = _asked.GetOrAdd(sender, _ => new Queue<DateTimeOffset>());
        lock (times)
        {
            var now = time.GetUtcNow();
            while (times.TryPeek(out var oldest) && now - oldest > TimeSpan.FromHours(1))
            {
                times.Dequeue();
            }

            if (times.Count >= MostPerHour)
            {
                return false;
            }

            times.Enqueue(now);
            return true;
        }
    }

    private bool IsQuestion(string text) => AlertIntake.Read(text, time.GetUtcNow()).Kind switch
    {
        IntakeKind.Question => true,
        // A complaint without a question: "the nas is slow", "plex keeps crashing on sagan".
        IntakeKind.Alerts => Complaint().IsMatch(text),
        _ => false,
    };

    /// <summary>Words of machines, what runs on them and what goes wrong there.</summary>
    [GeneratedRegex(@"\b(cpus?|processors?|cores?|memory|ram|swap\w*|disks?|discs?|space|storage|filesystems?|inodes?|drives?|ssds?|network\w*|dns|ports?|internet|wifi|connect\w*|latency|packets?|interfaces?|containers?|docker|podman|pods?|compose|images?|services?|units?|daemons?|systemd|process\w*|logs?|journal|kernel|boot\w*|reboot\w*|restart\w*|oom|kill\w*|certificates?|certs?|tls|ssl|https?|urls?|web\w*|sites?|apis?|servers?|hosts?|machines?|box|boxes|nodes?|systems?|computers?|load|raid|zfs|pools?|arrays?|smart|backups?|updates?|upgrades?|packages?|logged|ssh|cron\w*|timers?|mounts?|nfs|smb|shares?|databases?|db|quer(y|ies)|queues?|proxy|vpn|sync\w*|everything|anything|something|what'?s? (is )?wrong|what happened|what changed)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Machines();

    /// <summary>It says or asks that something is wrong, which is what an investigation finds the cause of.</summary>
    private static bool IsComplaint(string text) => Complaint().IsMatch(text) || Why().IsMatch(text);

    [GeneratedRegex(@"\b(why|how come|happen\w*|caus\w*|reason\w*|explain|overload\w*|busy|high|spik\w*|leak\w*|lost|losing|missing|kill\w*|oom|die[sd]?|dead|kaputt|bad|ok|okay|healthy|fine|up to)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Why();

    private static bool IsAboutMachines(string text) => Machines().IsMatch(text) || Complaint().IsMatch(text);

    [GeneratedRegex(@"\b(slow\w*|crash\w*|down|fail\w*|broken|unhealthy|stuck|hang\w*|hung|timeout\w*|timing out|unreachable|error\w*|restart(s|ing|ed) (itself|again|all)|full|hot|loud|laggy|freez(?:e|es|ing)|frozen|offline|not (work|respond|start|reach)\w*|(does|do|is|can|wo)n[o']?t (work|respond|start|run|reach)\w*|investigate|diagnose|check|look (at|into)|problem\w*|issue\w*|trouble\w*|wrong)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Complaint();
}
