using System.Runtime.CompilerServices;

namespace OpenSre.Home;

/// <summary>
/// Makes a plan of what somebody asks for: <c>restart plex</c>, <c>stop the container immich on nas</c>, <c>reboot nas</c>,
/// <c>free space on nas</c>, <c>prune images</c>, <c>rotate /var/log/x.log on nas</c>, <c>renew certificate example.org:443</c>,
/// <c>run NAME</c> of the runbook. It never acts: the plan is shown, and waits to be approved. What names nothing that is
/// there is left to others, unless it says "container", "unit" or a host.
/// </summary>
/// <remarks>The plan is sent as a message of its own, so that it can be reacted to; the answer then is empty.</remarks>
public sealed class ActionRequestSkill(PlanMaker maker, PlanDesk desk, ActionOptions options, IHostReader reader, Func<string, bool> isOperator) : IChatSkill
{
    private static readonly string[] Filler = ["the", "a", "my", "please", "can", "could", "you", "would", "up", "again", "now"];
    private static readonly string[] ContainerWords = ["container", "containers", "docker"];
    private static readonly string[] UnitWords = ["unit", "service", "daemon"];

    /// <param name="Actions">Empty when <paramref name="Said"/> is the answer.</param>
    private sealed record Request(string Host, IReadOnlyList<TypedAction> Actions, string Said);

    public IAsyncEnumerable<string>? TryAnswer(ChatMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (message.Reaction is not null || message.IsEdit || message.Text.Length > 200 || message.Text.Contains('\n', StringComparison.Ordinal))
        {
            return null;
        }

        return Read(message.Text) is { } request ? Answer(message, request) : null;
    }

    private async IAsyncEnumerable<string> Answer(ChatMessage message, Request request, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        if (request.Actions.Count == 0)
        {
            yield return request.Said;
            yield break;
        }

        if (!isOperator(message.Sender))
        {
            yield return "Only operators may ask for changes.";
            yield break;
        }

        if (reader.Hosts.Contains(request.Host, StringComparer.Ordinal) && reader.Latest(request.Host) is not { Problem: null })
        {
            await reader.ReadAsync(request.Host, cancellation).ConfigureAwait(false);
        }

        var (plan, refusal) = maker.Make(request.Host, request.Actions, $"asked for: {message.Text}", [], [message.Chat]);
        if (plan is null)
        {
            yield return refusal ?? "That is not done from here.";
            yield break;
        }

        await desk.ShowAsync(plan, message.Chat, cancellation).ConfigureAwait(false);
    }

    private Request? Read(string text)
    {
        var words = ChatWords.Split(text).Select(w => w.TrimEnd('.', ',', '!', '?')).Where(w => w.Length > 0).ToList();
        words.RemoveAll(w => Filler.Contains(w.ToLowerInvariant()));
        if (words.Count == 0)
        {
            return null;
        }

        var verb = words[0].ToLowerInvariant();
        words.RemoveAt(0);
        var host = TakeHost(words);
        return verb switch
        {
            "reboot" => Reboot(words, host),
            "restart" when host is not null && words.Count == 0 => Reboot([], host),
            "restart" or "start" or "stop" => OnThing(verb, words, host),
            "prune" when words is [var what] && what.ToLowerInvariant() is "images" or "docker" or "builder" => OnHost(host, h => [new TypedAction(what.Equals("builder", StringComparison.OrdinalIgnoreCase) ? "docker.prune-builder" : "docker.prune-images", h, "")]),
            "vacuum" when words is [var what] && what.ToLowerInvariant() is "journal" or "logs" => OnHost(host, h => [new TypedAction("journal.vacuum", h, "")]),
            "free" when words is [var space, ..] && space.ToLowerInvariant() is "space" or "disk" or "room" => OnHost(host, h =>
                [.. reader.Latest(h)?.HasDocker is true ? new[] { new TypedAction("space.free", h, "docker") } : [], new TypedAction("space.free", h, "journal")]),
            "rotate" or "truncate" when words.Find(w => w.StartsWith('/')) is { } path => OnHost(host ?? options.Hosts.FirstOrDefault(o => o.Logs.Any(l => ActionOptions.Matches(l, path)))?.Name, h => [new TypedAction("log.rotate", h, path)]),
            "renew" => Renew(words, host),
            "run" when words is [var name] && options.Runbook.FirstOrDefault(r => r.Name.Equals(name, StringComparison.OrdinalIgnoreCase) && (host is null || r.Host == host)) is { } step => new Request(step.Host, [step.Home ?? new TypedAction("runbook", step.Host, step.Name)], ""),
            "runbook" when words.Count == 0 => new Request("", [], options.Runbook.Count == 0 ? "No runbook step is declared." : "Runbook: " + string.Join(", ", options.Runbook.Select(r => $"\"run {r.Name}\" on {r.Host}"))),
            _ => null,
        };
    }

    private static Request? Reboot(List<string> words, string? host) =>
        host is null ? null : words.Count > 0 ? null : new Request(host, [new TypedAction("host.reboot", host, "")], "");

    private Request? Renew(List<string> words, string? host)
    {
        words.RemoveAll(w => w.ToLowerInvariant() is "certificate" or "cert" or "for" or "of");
        var owner = words is [var endpoint] ? options.Hosts.FirstOrDefault(h => (host is null || h.Name == host) && h.Certificates.Any(c => c.Equals(endpoint, StringComparison.OrdinalIgnoreCase) || c.StartsWith(endpoint + ":", StringComparison.OrdinalIgnoreCase))) : null;
        return owner is null ? null : new Request(owner.Name, [new TypedAction("certificate.renew", owner.Name, owner.Certificates.First(c => c.Equals(words[0], StringComparison.OrdinalIgnoreCase) || c.StartsWith(words[0] + ":", StringComparison.OrdinalIgnoreCase)))], "");
    }

    private Request? OnHost(string? host, Func<string, IReadOnlyList<TypedAction>> actions)
    {
        host ??= reader.Hosts is [var only] ? only : null;
        return host is null ? new Request("", [], $"On which host? {string.Join(", ", reader.Hosts)}") : new Request(host, actions(host), "");
    }

    private Request? OnThing(string verb, List<string> words, string? host)
    {
        var lower = words.Select(w => w.ToLowerInvariant()).ToList();
        var isContainer = lower.Exists(ContainerWords.Contains);
        var isUnit = lower.Exists(UnitWords.Contains);
        words.RemoveAll(w => ContainerWords.Contains(w.ToLowerInvariant()) || UnitWords.Contains(w.ToLowerInvariant()));
        if (words.Count == 0)
        {
            return null;
        }

        var named = Plain(string.Concat(words));
        var found = reader.Hosts.Where(h => host is null || h == host)
            .SelectMany(h => Things(verb, h, isContainer, isUnit).Where(a => Plain(a.Thing) == named || Plain(a.Thing) == named + "service"))
            .ToList();
        if (found.Count == 1)
        {
            return new Request(found[0].Host, [found[0]], "");
        }

        if (found.Count > 1)
        {
            var hosts = found.Select(f => f.Host).Distinct().ToList();
            return new Request("", [], hosts.Count > 1 ? $"{string.Join(' ', words)} is on {string.Join(" and ", hosts)}: on which?" : $"Which of them? {string.Join(", ", found.Select(f => f.Thing).Distinct())}");
        }

        if (!isContainer && !isUnit && host is null)
        {
            return null;
        }

        var near = reader.Hosts.Where(h => host is null || h == host).SelectMany(h => Things(verb, h, isContainer, isUnit)).Where(a => Plain(a.Thing).Contains(named, StringComparison.Ordinal)).Select(a => $"{a.Thing} on {a.Host}").Take(5).ToList();
        return new Request("", [], $"There is no {(isUnit ? "unit" : "container")} {OutsideText.Line(string.Join(' ', words), 60)}{(host is null ? "" : " on " + host)}.{(near.Count > 0 ? $" There is {string.Join(", ", near)}." : "")}");
    }

    private IEnumerable<TypedAction> Things(string verb, string host, bool onlyContainers, bool onlyUnits)
    {
        if (!onlyUnits)
        {
            foreach (var container in reader.Latest(host)?.Containers ?? [])
            {
                yield return new TypedAction("container." + verb, host, container.Name);
            }
        }

        if (!onlyContainers && verb == "restart")
        {
            foreach (var unit in (options.Host(host)?.Units ?? []).Concat(reader.Latest(host)?.FailedUnits ?? []).Distinct(StringComparer.Ordinal))
            {
                yield return new TypedAction("unit.restart", host, unit);
            }
        }
    }

    /// <summary>Takes "on HOST" or "HOST" off the end.</summary>
    private string? TakeHost(List<string> words)
    {
        if (words.Count == 0 || Host(words[^1]) is not { } host)
        {
            return null;
        }

        words.RemoveAt(words.Count - 1);
        if (words.Count > 0 && words[^1].ToLowerInvariant() is "on" or "at" or "of" or "host")
        {
            words.RemoveAt(words.Count - 1);
        }

        return host;
    }

    private string? Host(string word) => reader.Hosts.FirstOrDefault(h => h.Equals(word, StringComparison.OrdinalIgnoreCase))
        ?? options.Hosts.FirstOrDefault(h => h.Aliases.Contains(word.ToLowerInvariant()))?.Name;

    private static string Plain(string name) => string.Concat(name.ToLowerInvariant().Where(char.IsLetterOrDigit));
}
