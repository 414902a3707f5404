using OpenSre.Core;

namespace OpenSre.Diagnostics;

public sealed class LogSignatureCheck : ICheck
{
    private const int PerSource = 60;

    /// <summary>What is left of a missing file's weight where the file is one that programs make while they run.</summary>
    private const double ByTheWay = 0.3;

    public CheckInfo Info { get; } = new(
        "log.signature",
        ["service.inspect", "logs.overview", "logs.tail", "journal.errors", "docker.logs", "mcp.*"],
        "Log lines whose words the field knows: errno texts and idioms of the common runtimes. Lines from before the incident, or from before the present start of their service, are past and weigh a third. What another program's tool brought counts 0.6 of that.",
        [.. LogSignatures.All.Select(s => s.Fault).Distinct()],
        "the service has run since without the line coming back, or the thing the line names is good now");

    public void Examine(CheckContext context)
    {
        Dictionary<Entity, int> read = [];
        Dictionary<(Entity Source, string Fault, Entity? Entity, Currency Currency), (LogLine Line, int Count)> groups = [];
        // Newest first: the last words count; older lines that say the same are counted, not repeated.
        foreach (var line in LogLines.All(context).Reverse())
        {
            var signature = context.Words.SignatureOf(line.Text);
            if (signature is null || (read[line.Source] = read.GetValueOrDefault(line.Source) + 1) > PerSource)
            {
                continue;
            }

            var (fault, entity) = Target(context, line, signature);
            Follow(context, line, fault, entity);
            var key = (line.Source, fault, entity, CurrencyOf(context, line));
            groups[key] = groups.TryGetValue(key, out var known) ? (Newer(known.Line, line), known.Count + 1) : (line, 1);
        }

        foreach (var ((source, fault, entity, currency), (line, count)) in groups)
        {
            if (entity is not null)
            {
                Report(context, line, fault, entity, currency, count);
            }
        }
    }

    private static LogLine Newer(LogLine a, LogLine b) => (b.SecondsAgo ?? double.MaxValue) < (a.SecondsAgo ?? double.MaxValue) ? b : a;

    private static void Report(CheckContext context, LogLine line, string fault, Entity entity, Currency currency, int count)
    {
        var full = LogSignatures.All.First(s => s.Fault == fault || (fault == "disk.inodes_exhausted" && s.Fault == "disk.space_exhausted")).Weight;
        var weight = currency switch { Currency.Now => full, Currency.Unknown => full * 0.7, _ => full / 3 };
        if (fault == "config.invalid" && LogSignatures.IsMissingFile(line.Text) && LogSignatures.RuntimeFile().IsMatch(line.Text))
        {
            weight *= ByTheWay;
        }

        if (entity != line.Source)
        {
            context.Relate(line.Source, entity, fault == "dependency.unreachable" ? RelationKind.DependsOn : RelationKind.Uses);
        }

        var when = line.SecondsAgo is { } ago ? (line.Exact ? " " : " at the latest ") + Words.Ago(ago) : "";
        var more = count > 1 ? $" ({count} lines like it)" : "";
        context.Found(line.Output, entity, "log." + fault, line.Quote, $"{line.Source.Name} said{when}{more}: {SafeText.Line(LogLines.Message(line.Text), 140)}", currency, [new Bearing(fault, entity, weight)], line.IsOutside ? OutsideTextCheck.Trust : 1, line.SecondsAgo is { } a ? context.Ago(a) : null);
    }

    /// <summary>
    /// A line is of now when it was said within the last minute, and the service has not started anew since. Within the
    /// incident it is past when the service went on writing its log without saying it again.
    /// </summary>
    private static Currency CurrencyOf(CheckContext context, LogLine line)
    {
        if (line.SecondsAgo is not { } ago)
        {
            return Currency.Unknown;
        }

        var started = ServiceState.Of(context, line.Source)?.StableSeconds;
        if (!Entities.IsRecent(context, ago) || (started is { } age && ago > age + 5))
        {
            return Currency.Past;
        }

        if (ago <= 60)
        {
            return line.Exact || started is null ? Currency.Now : Currency.Unknown;
        }

        return line.Exact && line.LastWrittenAgo < ago - 30 ? Currency.Past : Currency.Unknown;
    }

    private static (string Fault, Entity? Entity) Target(CheckContext context, LogLine line, LogSignature signature)
    {
        switch (signature.Fault)
        {
            case "memory.oom_killed":
                return (signature.Fault, Entities.Service(LogSignatures.OomKill().Match(line.Text).Groups["name"].Value));
            case "disk.space_exhausted" or "disk.read_only":
                var mount = MountIn(context, line, signature.Fault);
                var inodes = signature.Fault == "disk.space_exhausted" && mount is not null && OutOfInodes(context, mount);
                return (inodes ? "disk.inodes_exhausted" : signature.Fault, mount);
            case "disk.io_errors":
                return (signature.Fault, MountIn(context, line, signature.Fault) ?? line.Source);
            case "dependency.unreachable":
                return (signature.Fault, Entities.SeenFrom(context, line.Source, PeerIn(LogLines.Message(line.Text))));
            case "tls.certificate_expired" or "tls.name_mismatch" or "tls.not_yet_valid" or "tls.untrusted":
                return (signature.Fault, PeerIn(LogLines.Message(line.Text)) ?? new Entity(EntityKind.Endpoint, NameIn(LogLines.Message(line.Text)) ?? line.Source.Name));
            case "dns.resolver_broken":
                var resolver = context.Records("host.network", "resolver").Select(r => r["server"]).FirstOrDefault(s => s.Length > 0);
                return (signature.Fault, new Entity(EntityKind.Resolver, resolver ?? "resolver"));
            case "dns.name_unknown":
                return (signature.Fault, new Entity(EntityKind.Endpoint, NameIn(LogLines.Message(line.Text)) ?? "name"));
            default:
                return (signature.Fault, line.Source);
        }
    }

    private static void Follow(CheckContext context, LogLine line, string fault, Entity? entity)
    {
        // Old words ask for nothing.
        if (CurrencyOf(context, line) == Currency.Past)
        {
            return;
        }

        // Where another program's answer points to is not gone to: whoever wrote it could send the engine anywhere.
        void Suggest(ToolCall call, string why, double weight, params string[] speaksTo)
        {
            if (!line.IsOutside || call.Arguments.Count == 0)
            {
                context.SuggestNow(call, why, weight, speaksTo);
            }
        }

        switch (fault)
        {
            case "disk.space_exhausted" or "disk.inodes_exhausted" or "disk.read_only":
                Suggest(new ToolCall("host.disk"), "a log speaks of a full or read-only filesystem", 1, fault);
                break;
            case "fd.exhausted":
                Suggest(new ToolCall("host.files"), "a log speaks of too many open files", 0.9, fault);
                break;
            case "pids.exhausted":
                Suggest(new ToolCall("host.processes"), "a log speaks of failed forks", 0.9, fault);
                break;
            case "port.conflict":
                Suggest(new ToolCall("net.listeners"), "who holds the port", 0.9, fault);
                if (LogSignatures.Port().Match(line.Text) is { Success: true } port)
                {
                    context.Relate(line.Source, Entities.LocalPort(port.Groups["port"].Value), RelationKind.Uses);
                }

                break;
            case "memory.exhausted":
                Suggest(new ToolCall("host.memory"), "a log speaks of memory that ran out", 0.9, fault, "memory.oom_killed");
                break;
            case "dependency.unreachable" when entity is not null && Entities.IsInside(entity):
                Suggest(ToolCall.With("docker.inspect", ("name", line.Source.Name)), $"what tells {line.Source.Name} to call {entity.Name}", 0.9, fault, "config.invalid");
                Suggest(new ToolCall("docker.containers"), "the container it shares a network with may be down", 0.7, fault, "container.exited");
                break;
            case "dependency.unreachable" when entity is not null:
                var (host, number) = SymptomLeads.SplitEndpoint(entity.Name);
                Suggest(ToolCall.With("net.tcp", ("host", host), ("port", number)), $"does {entity.Name} accept connections now", 0.9, fault, "service.stopped");
                Suggest(new ToolCall("service.list"), "the service behind the port may be down", 0.9, fault, "service.stopped", "service.hung");
                Suggest(new ToolCall("docker.containers"), "the container behind the port may be down", 0.7, fault, "container.exited");
                break;
            case "tls.certificate_expired" or "tls.name_mismatch" or "tls.not_yet_valid" or "tls.untrusted" when entity?.Name.Contains(':', StringComparison.Ordinal) == true:
                var (server, tlsPort) = SymptomLeads.SplitEndpoint(entity.Name);
                Suggest(ToolCall.With("net.tls", ("host", server), ("port", tlsPort)), $"the certificate of {entity.Name}", 1, fault);
                break;
            case "dns.resolver_broken" or "dns.name_unknown" when NameIn(LogLines.Message(line.Text)) is { } name:
                Suggest(ToolCall.With("net.dns", ("name", name)), $"what the resolver says of {name}", 1, "dns.resolver_broken", "dns.name_unknown");
                Suggest(new ToolCall("host.network"), "which resolvers are configured", 0.4, "dns.resolver_broken");
                Suggest(new ToolCall("service.list"), "a resolver of this machine may be down", 0.7, "dns.resolver_broken", "service.stopped");
                break;
            case "config.invalid" or "config.permission":
                Suggest(new ToolCall("host.changes"), "what changed before it began", 0.5, fault);
                break;
        }
    }

    private static Entity? MountIn(CheckContext context, LogLine line, string fault)
    {
        var named = LogSignatures.Path().Matches(line.Text).Select(m => Entities.MountOf(context, m.Value)).OfType<Entity>().ToList();
        var bad = context.Records("host.disk", "filesystem").Where(f => fault == "disk.read_only" ? f["opts"].StartsWith("ro", StringComparison.Ordinal) : f.Number("use_pct") >= 90 || f.Number("inode_use_pct") >= 90).Select(f => Entities.Filesystem(f["mount"])).ToList();
        // The path the line complains of is the last one; a program's own path often stands before it.
        if (named.Count > 0)
        {
            return named.Find(bad.Contains) ?? named[^1];
        }

        // No path in the line: the filesystem its service uses that is in that state.
        var used = context.Relations.Where(r => r.From == line.Source && r.To.Kind == EntityKind.Filesystem).Select(r => r.To).ToHashSet();
        return bad.Find(used.Contains) ?? (bad.Count == 1 ? bad[0] : null) ?? used.FirstOrDefault(u => u.Name != "/");
    }

    private static bool OutOfInodes(CheckContext context, Entity mount) =>
        context.Records("host.disk", "filesystem").Any(f => f["mount"] == mount.Name && f.Number("inode_use_pct") >= 98 && f.Number("use_pct") < 98);

    private static Entity? PeerIn(string text) =>
        LogSignatures.Peer().Match(text) is { Success: true } match ? Entities.Endpoint($"{match.Groups["host"].Value}:{match.Groups["port"].Value}") : null;

    private static string? NameIn(string text)
    {
        foreach (System.Text.RegularExpressions.Match match in LogSignatures.Name().Matches(text))
        {
            var name = match.Groups["name"].Value;
            if (name.Contains('.', StringComparison.Ordinal) && !name.EndsWith(".py", StringComparison.Ordinal) && !name.EndsWith(".js", StringComparison.Ordinal))
            {
                return name;
            }
        }

        return null;
    }
}
