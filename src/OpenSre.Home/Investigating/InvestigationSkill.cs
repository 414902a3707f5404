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
public sealed partial class InvestigationSkill(HomeConfig config, Func<HostSettings, IReadOnlyList<IEvidenceTool>> tools, TimeProvider time, Func<ModelAdvice?>? advice = null, CaseSurroundings? beside = null, Func<ChatMessage, HostSettings, ToolApprover?>? approver = null) : ILongSkill
{
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

        var hosts = _names.In(message.Text);
        if (hosts.Count == 0 && config.Hosts.Count > 1)
        {
            return Ask(message);
        }

        return MayAsk(message.Sender) ? InvestigateAsync(message, hosts.Count == 0 ? config.Hosts : hosts) : Too();
    }

    /// <summary>Investigates and yields the text of the message as it grows; the last one is the answer.</summary>
    private async IAsyncEnumerable<string> InvestigateAsync(ChatMessage message, IReadOnlyList<HostSettings> hosts, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var before = new StringBuilder();
        foreach (var host in hosts)
        {
            await foreach (var text in InvestigateAsync(message, host, cancellation).ConfigureAwait(false))
            {
                yield return before + text.Text;
                if (text.IsLast)
                {
                    before.Append(text.Text).Append("\n\n");
                }
            }
        }
    }

    private async IAsyncEnumerable<(string Text, bool IsLast)> InvestigateAsync(ChatMessage message, HostSettings host, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var report = new ChatReport(host.Name);
        var texts = Channel.CreateUnbounded<string>(new UnboundedChannelOptions { SingleReader = true });
        var alert = new Alert { Name = SafeText.Line(message.Text, 120), Summary = message.Text, Question = message.Text, Source = "chat" };
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
        var asked = _asked.GetOrAdd(sender, _ => new Queue<DateTimeOffset>());
        lock (asked)
        {
            var now = time.GetUtcNow();
            while (asked.TryPeek(out var oldest) && now - oldest > TimeSpan.FromHours(1))
            {
                asked.Dequeue();
            }

            if (asked.Count >= MostPerHour)
            {
                return false;
            }

            asked.Enqueue(now);
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

    [GeneratedRegex(@"\b(slow\w*|crash\w*|down|fail\w*|broken|unhealthy|stuck|hang\w*|hung|timeout\w*|timing out|unreachable|error\w*|restart(s|ing|ed) (itself|again|all)|full|hot|loud|laggy|freez\w*|frozen|offline|not (work|respond|start|reach)\w*|(does|do|is|can|wo)n[o']?t (work|respond|start|run|reach)\w*|investigate|diagnose|check|look (at|into)|problem\w*|issue\w*|trouble\w*|wrong)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Complaint();
}
