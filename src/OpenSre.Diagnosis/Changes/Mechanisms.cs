using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace OpenSre.Diagnostics;

/// <summary>A way a change could bring about a failure.</summary>
/// <param name="Strength">0 … 1: how plainly the diff shows it.</param>
/// <param name="Quote">The changed line, or the file, that shows it.</param>
/// <param name="What">The mechanism in a few words.</param>
public sealed record Mechanism(FailureMode Mode, double Strength, string Quote, string What);

/// <summary>Reads from a change what it could break. Knows code in general, and no repository.</summary>
public static partial class Mechanisms
{
    private const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    /// <summary>Whether a change cannot reach what runs: documents, tests, styles, tools of development.</summary>
    public static bool IsInert(Change change) =>
        (change.Files.Count > 0 && change.Files.All(f => InertFile().IsMatch(f))) || (change.Files.Count == 0 && InertSubject().IsMatch(change.Subject));

    private static readonly ConditionalWeakTable<Change, IReadOnlyList<Mechanism>> Known = [];

    /// <summary>Everything a change could break; empty when nothing is seen, as in a pure move of code.</summary>
    public static IReadOnlyList<Mechanism> Of(Change change) => Known.GetValue(change, Read);

    private static List<Mechanism> Read(Change change)
    {
        List<Mechanism> found = [];
        if (IsInert(change) || change.Diff is null)
        {
            return found;
        }

        var diff = new DiffReading(change.Diff);
        if (diff.IsEmpty)
        {
            return found;
        }

        Numbers(diff, found);
        Loops(diff, found);
        Lines(diff, found);
        Removals(diff, found);
        Versions(change, diff, found);
        return found;
    }

    private static void Numbers(DiffReading diff, List<Mechanism> found)
    {
        foreach (var number in diff.Numbers)
        {
            void Add(FailureMode mode, double strength, string what) => found.Add(new(mode, strength, number.Line, what));
            var key = number.Key;
            var size = number.Old <= 0 || number.New <= 0 ? 1 : Math.Min(1, Math.Abs(Math.Log(number.New / number.Old)) / Math.Log(3));
            if (AddressKey().IsMatch(key))
            {
                Add(FailureMode.Address, 0.8, "another address");
            }

            if (!number.Fell && !number.Rose)
            {
                continue;
            }

            var fell = number.Fell;
            if (PoolKey().IsMatch(key) && !IdleKey().IsMatch(key))
            {
                Add(FailureMode.Pool, fell ? 0.6 + (0.4 * size) : 0.3, fell ? "a smaller pool" : "a larger pool");
                Add(FailureMode.Database, fell ? 0.1 : 0.5 * size, "another number of connections");
            }
            else if (IdleKey().IsMatch(key))
            {
                Add(FailureMode.Pool, 0.15, "other idle settings");
            }

            if (TtlKey().IsMatch(key))
            {
                Add(FailureMode.Cache, fell ? 0.6 + (0.4 * size) : 0.4, fell ? "a shorter lifetime in a cache" : "a longer lifetime in a cache");
                Add(FailureMode.Database, fell ? 0.5 * size : 0.05, "less is answered by a cache");
            }

            if (TimeoutKey().IsMatch(key))
            {
                Add(FailureMode.Timeout, fell ? 0.6 + (0.4 * size) : 0.3, fell ? "a shorter timeout" : "a longer timeout");
                Add(FailureMode.Contention, fell ? 0.05 : 0.4 * size, "calls are waited for longer");
                Add(FailureMode.Slow, fell ? 0.1 : 0.4 * size, "calls are waited for longer");
            }

            if (RetryKey().IsMatch(key))
            {
                Add(FailureMode.Retry, (BackoffKey().IsMatch(key) ? fell : !fell) ? 0.6 + (0.4 * size) : 0.25, "other retries");
            }

            if (RotationKey().IsMatch(key))
            {
                Add(FailureMode.Volume, fell ? 0.3 : 0.6 + (0.4 * size), fell ? "less is kept" : "more is kept");
            }

            if (MemoryKey().IsMatch(key))
            {
                Add(FailureMode.Leak, fell ? 0.7 + (0.3 * size) : 0.3, fell ? "less memory allowed" : "more memory used");
                Add(FailureMode.Limit, fell ? 0.7 : 0.1, "another limit");
            }

            if (CacheSizeKey().IsMatch(key))
            {
                Add(FailureMode.Cache, fell ? 0.7 : 0.2, "another cache size");
                Add(FailureMode.Leak, fell ? 0.1 : 0.7, "another cache size");
            }

            if (LimitKey().IsMatch(key))
            {
                Add(FailureMode.Limit, fell ? 0.6 + (0.4 * size) : 0.3, "another limit");
                Add(FailureMode.Cpu, CpuKey().IsMatch(key) && fell ? 0.8 : 0.1, "another limit");
            }

            if (WorkersKey().IsMatch(key))
            {
                Add(FailureMode.Contention, fell ? 0.6 + (0.4 * size) : 0.35, "other concurrency");
                Add(FailureMode.Queue, fell ? 0.6 + (0.4 * size) : 0.35, "other concurrency");
                Add(FailureMode.Cpu, fell ? 0.3 : 0.5 * size, "other concurrency");
                Add(FailureMode.Slow, fell ? 0.5 : 0.1, "other concurrency");
            }

            if (BatchKey().IsMatch(key))
            {
                Add(FailureMode.Queue, 0.6, "another batch or poll");
                Add(FailureMode.Leak, fell ? 0.1 : 0.4, "larger batches");
                Add(FailureMode.QueryLoad, 0.4, "another batch or page");
                Add(FailureMode.Database, fell ? 0.2 : 0.4, "another batch or page");
            }

            if (IntervalKey().IsMatch(key))
            {
                Add(FailureMode.Cpu, fell ? 0.6 : 0.1, fell ? "done more often" : "done less often");
                Add(FailureMode.QueryLoad, fell ? 0.6 : 0.1, fell ? "done more often" : "done less often");
                Add(FailureMode.Volume, fell ? 0.4 : 0.3, "done at other times");
            }

            if (CostKey().IsMatch(key))
            {
                Add(FailureMode.Cpu, fell ? 0.1 : 0.8, "more work each time");
                Add(FailureMode.Slow, fell ? 0.05 : 0.5, "more work each time");
            }

            if (SampleKey().IsMatch(key) && !fell)
            {
                Add(FailureMode.Volume, 0.7, "more is sampled");
                Add(FailureMode.Cpu, 0.3, "more is sampled");
            }
        }
    }

    private static void Loops(DiffReading diff, List<Mechanism> found)
    {
        foreach (var call in diff.CallsInLoops.Where(c => diff.Added.Contains(c.Trim())))
        {
            found.Add(new(FailureMode.QueryLoad, 1, call, "a call for each element of a loop"));
            found.Add(new(FailureMode.Database, 0.7, call, "a call for each element of a loop"));
            found.Add(new(FailureMode.Slow, 0.7, call, "a call for each element of a loop"));
        }
    }

    private static void Lines(DiffReading diff, List<Mechanism> found)
    {
        foreach (var rule in Rules)
        {
            var lines = rule.Removed ? diff.Removed : diff.Added;
            var against = rule.Removed ? diff.Added : diff.Removed;
            var before = against.Count(l => rule.Pattern.IsMatch(l));
            var now = lines.Where(l => rule.Pattern.IsMatch(l)).ToList();
            if (now.Count == 0)
            {
                continue;
            }

            // A line that replaces one of the same sort is weaker than one that is new.
            var strength = now.Count > before ? rule.Strength : rule.Strength * rule.WhenReplaced;
            foreach (var mode in rule.Modes)
            {
                found.Add(new(mode, strength, now[0], rule.What));
            }
        }
    }

    /// <summary>What was there and is nowhere in the new lines: guards, releases, limits.</summary>
    private static void Removals(DiffReading diff, List<Mechanism> found)
    {
        var work = diff.Added.Count(l => WorkLine().IsMatch(l));
        if (work == 0 && diff.Removed.Count > 0 && diff.Removed.FirstOrDefault(l => WorkLine().IsMatch(l)) is { } gone)
        {
            found.Add(new(FailureMode.Logic, 0.3, gone, "something is no longer done"));
        }
    }

    private static void Versions(Change change, DiffReading diff, List<Mechanism> found)
    {
        if (!change.Files.Any(f => DependencyFile().IsMatch(f)))
        {
            return;
        }

        foreach (var line in diff.Added)
        {
            var version = Version().Match(line);
            if (!version.Success)
            {
                continue;
            }

            var name = line[..version.Index].Trim(' ', '"', ':', '=', '^', '~');
            var old = diff.Removed.Select(r => (Line: r, Match: Version().Match(r))).FirstOrDefault(r => r.Match.Success && r.Line[..r.Match.Index].Trim(' ', '"', ':', '=', '^', '~') == name).Match;
            var strength = old is null ? 0.4
                : old.Groups["major"].Value != version.Groups["major"].Value ? 0.8
                : old.Groups["minor"].Value != version.Groups["minor"].Value ? 0.35 : 0.12;
            found.Add(new(FailureMode.Dependency, strength, line, "another version of a library"));
        }
    }

    private sealed record Rule(Regex Pattern, bool Removed, double Strength, double WhenReplaced, string What, params FailureMode[] Modes);

    private static readonly Rule[] Rules =
    [
        new(Release(), true, 0.95, 0.1, "something is no longer released", FailureMode.Pool, FailureMode.Leak, FailureMode.Contention),
        new(Evict(), true, 0.9, 0.2, "nothing is thrown out any more", FailureMode.Leak, FailureMode.Volume),
        new(Acquire(), false, 0.5, 0.1, "more connections or transactions are taken", FailureMode.Pool, FailureMode.Database),
        new(Retain(), false, 0.75, 0.2, "things are kept", FailureMode.Leak),
        new(Spawn(), false, 0.5, 0.2, "work is started and not waited for", FailureMode.Leak, FailureMode.Contention),
        new(Rotation(), true, 0.9, 0.3, "logs are no longer rotated", FailureMode.Volume),
        new(DebugLevel(), false, 0.95, 1, "the log level is lower", FailureMode.Volume, FailureMode.Cpu),
        new(LogCall(), false, 0.4, 0.1, "more is logged", FailureMode.Volume),
        new(CacheUse(), true, 0.85, 0.35, "a cache is used otherwise", FailureMode.Cache, FailureMode.Database, FailureMode.QueryLoad),
        new(CacheOff(), false, 0.95, 1, "a cache is switched off or by-passed", FailureMode.Cache, FailureMode.Database, FailureMode.QueryLoad),
        new(CacheKeyLine(), false, 0.75, 0.9, "cache keys are made otherwise", FailureMode.Cache),
        new(Guard(), true, 0.75, 0.25, "a guard is gone", FailureMode.Crash, FailureMode.Logic),
        new(Danger(), false, 0.55, 0.3, "a value is taken for granted", FailureMode.Crash),
        new(Migration(), false, 0.9, 0.9, "the schema changes", FailureMode.Schema, FailureMode.Database),
        new(Tag(), false, 0.6, 0.8, "a field has another name or type", FailureMode.Schema),
        new(IndexGone(), false, 0.95, 1, "an index is gone", FailureMode.Database, FailureMode.Slow, FailureMode.QueryLoad),
        new(QueryText(), false, 0.55, 0.6, "a query is worded otherwise", FailureMode.Database, FailureMode.QueryLoad, FailureMode.Slow),
        new(QueryLimit(), true, 0.7, 0.3, "a query has no bound", FailureMode.Database, FailureMode.Slow, FailureMode.Leak),
        new(AccessLine(), false, 0.6, 1, "credentials or rights are read otherwise", FailureMode.Access),
        new(AccessLine(), true, 0.6, 0.4, "credentials or rights are gone", FailureMode.Access),
        new(TlsLine(), false, 0.7, 0.8, "TLS is set up otherwise", FailureMode.Tls),
        new(AddressLine(), false, 0.6, 1, "an address is another", FailureMode.Address, FailureMode.Timeout),
        new(EnvironmentLine(), false, 0.5, 0.8, "a setting is read under another name", FailureMode.Configuration, FailureMode.Access),
        new(EnvironmentLine(), true, 0.5, 0.3, "a setting is gone", FailureMode.Configuration),
        new(Expression(), false, 0.7, 0.8, "a regular expression is another", FailureMode.Cpu, FailureMode.Slow),
        new(Sleep(), false, 0.8, 0.6, "it waits", FailureMode.Slow, FailureMode.Timeout, FailureMode.Contention),
        new(LockLine(), false, 0.8, 0.3, "a lock is held", FailureMode.Contention, FailureMode.Slow, FailureMode.Timeout),
        new(RetryLine(), false, 0.75, 0.5, "it tries again", FailureMode.Retry, FailureMode.Limit),
        new(BackoffLine(), true, 0.85, 0.3, "it no longer waits between tries", FailureMode.Retry, FailureMode.Limit),
        new(RemoteCall(), false, 0.45, 0.1, "another service is called", FailureMode.Slow, FailureMode.Timeout, FailureMode.Address),
        new(HeavyWork(), false, 0.5, 0.2, "more work is done", FailureMode.Cpu, FailureMode.Slow),
        new(TimeoutLine(), true, 0.6, 0.15, "a timeout is gone", FailureMode.Timeout, FailureMode.Contention, FailureMode.Pool),
        new(QueueLine(), false, 0.5, 0.5, "messages are handled otherwise", FailureMode.Queue),
        new(Acknowledge(), true, 0.85, 0.3, "messages are no longer acknowledged", FailureMode.Queue, FailureMode.Retry),
        new(Comparison(), false, 0.45, 0.8, "a condition is another", FailureMode.Logic),
        new(DefaultOn(), false, 0.45, 0.9, "a switch stands otherwise", FailureMode.Logic, FailureMode.Configuration),
    ];

    [GeneratedRegex(@"(^|/)(docs?|test|tests|testdata|__tests__|spec|examples?|\.github|\.circleci|\.vscode)/|_test\.\w+$|\.(test|spec)\.\w+$|test_\w+\.py$|\.(md|mdx|rst|txt|adoc|css|scss|less|svg|png|jpg|html|tmpl)$|(^|/)(CODEOWNERS|LICENSE|README|CHANGELOG|\.gitignore|\.editorconfig|\.golangci\.yml|\.eslintrc.*|\.prettierrc.*|Makefile)$", Options)]
    private static partial Regex InertFile();

    [GeneratedRegex(@"^(docs?|test|tests|style|ci)\b", Options)]
    private static partial Regex InertSubject();

    [GeneratedRegex(@"pool|max_?(open_?|total_?)?conn|maxconns|connections?\b|max_?active|poolsize", Options)]
    private static partial Regex PoolKey();

    [GeneratedRegex(@"idle|lifetime|health|keep_?alive", Options)]
    private static partial Regex IdleKey();

    [GeneratedRegex(@"ttl|expir|max_?age|cache.*(time|duration|seconds|minutes)|lifetime|stale", Options)]
    private static partial Regex TtlKey();

    [GeneratedRegex(@"timeout|deadline|budget", Options)]
    private static partial Regex TimeoutKey();

    [GeneratedRegex(@"retr(y|ies)|attempt|backoff|jitter", Options)]
    private static partial Regex RetryKey();

    [GeneratedRegex(@"backoff|delay|wait|jitter|interval", Options)]
    private static partial Regex BackoffKey();

    [GeneratedRegex(@"retention|rotat|max_?(size|files|backups|age)|maxbackups|keep", Options)]
    private static partial Regex RotationKey();

    [GeneratedRegex(@"memory|(^|\W)mem\b|heap|xmx|gomemlimit|buffer", Options)]
    private static partial Regex MemoryKey();

    [GeneratedRegex(@"cache.*(size|entries|capacity|max|items)|(max|lru).*(entries|items|cache)", Options)]
    private static partial Regex CacheSizeKey();

    [GeneratedRegex(@"limit|quota|rate|replicas|requests?:|cpu|burst|threshold|max_?(body|payload|request|message)", Options)]
    private static partial Regex LimitKey();

    [GeneratedRegex(@"cpu", Options)]
    private static partial Regex CpuKey();

    [GeneratedRegex(@"worker|concurren|thread|parallel|goroutine|prefetch|consumer|partition|replicas|semaphore|inflight|gomaxprocs|max_?procs", Options)]
    private static partial Regex WorkersKey();

    [GeneratedRegex(@"batch|page_?size|chunk|poll|fetch_?size|bulk", Options)]
    private static partial Regex BatchKey();

    [GeneratedRegex(@"interval|period|schedule|cron|every|tick|refresh|poll|flush", Options)]
    private static partial Regex IntervalKey();

    [GeneratedRegex(@"cost|rounds|iterations|compress\w*_?level|\blevel|depth|quality", Options)]
    private static partial Regex CostKey();

    [GeneratedRegex(@"sampl", Options)]
    private static partial Regex SampleKey();

    [GeneratedRegex(@"port|host|addr|url|endpoint|://", Options)]
    private static partial Regex AddressKey();

    [GeneratedRegex(@"\b(close|release|dispose|unlock|free|rollback|cancel|unsubscribe|removeListener|stop|shutdown|done|disconnect|returnToPool|put)\w*\s*\(|\bdefer\b|\bfinally\b|\busing\b|\bwith\s+\w+", Options)]
    private static partial Regex Release();

    [GeneratedRegex(@"evict|delete\s*\(|\.remove\(|\.pop\(|prune|purge|trim|maxEntries|max_?size|max_?items|lru|cleanup|expire", Options)]
    private static partial Regex Evict();

    [GeneratedRegex(@"\b(acquire|begin(tx|transaction)?|getconnection|openconnection|newclient|new_?pool|sql\.open|connect)\w*\s*\(", Options)]
    private static partial Regex Acquire();

    [GeneratedRegex(@"\w+\[[^\]]+\]\s*=[^=]|\.(append|add|push|put|store|set)\(|=\s*append\(\s*\w+\.\w+|\b(global|static)\b.*(map|list|cache|dict)|(addEventListener|subscribe|\.on)\(", Options)]
    private static partial Regex Retain();

    [GeneratedRegex(@"\bgo\s+(func\b|\w+[\w.]*\()|new Thread|Task\.Run|setInterval|asyncio\.create_task|spawn\(|time\.NewTicker|time\.Tick\(", Options)]
    private static partial Regex Spawn();

    [GeneratedRegex(@"rotat|max_?(size|backups|age|files)|logrotate|compress|retention|truncate", Options)]
    private static partial Regex Rotation();

    [GeneratedRegex(@"(log_?)?level\W+\S*\b(debug|trace|verbose|all)\b|\b(debug|trace|verbose)\w*\s*[:=]\s*(true|1|on|yes|""true"")|set_?level\(.*(debug|trace)|debuglevel|loglevel.*debug", Options)]
    private static partial Regex DebugLevel();

    [GeneratedRegex(@"\b(log|logger|console|slog|zap|logging)\w*\.(debug|info|trace|warn|print|printf|log|with)\w*\(", Options)]
    private static partial Regex LogCall();

    [GeneratedRegex(@"cache|memo", Options)]
    private static partial Regex CacheUse();

    [GeneratedRegex(@"(cache\w*(enabled)?|use_?cache|caching)\W+(false|off|0|disabled|no|none)\b|no[-_]?(cache|store)|bypass_?cache|skip_?cache|disable_?cache", Options)]
    private static partial Regex CacheOff();

    [GeneratedRegex(@"cache_?key|key\s*:?=\s*.*(sprintf|format|concat|\+|\$\{)", Options)]
    private static partial Regex CacheKeyLine();

    [GeneratedRegex(@"\b(if|unless|guard|assert|require)\b.*(nil|null|none|undefined|err|len|length|empty|valid|exists|ok\b|<|>)|\b(catch|except|rescue|recover)\b|\?\?|\?\.|getOrDefault|\.get\(.*,|default:", Options)]
    private static partial Regex Guard();

    [GeneratedRegex(@"\w!\.|\bunwrap\(|\.expect\(|must\w+\(|\w+\[\d+\]|\*\w+\.\w+|\.\(\*?\w+(\.\w+)?\)|\bas!|strconv\.|parseInt|int\(|\.get\(\)|panic\(|\w+\.\w+\.\w+\.\w+", Options)]
    private static partial Regex Danger();

    [GeneratedRegex(@"\b(alter table|drop (column|table|constraint)|rename (column|table|to)|add column|create table|not null|modify column|create (unique )?index(?! concurrently))\b", Options)]
    private static partial Regex Migration();

    [GeneratedRegex(@"json:""|protobuf:|@JsonProperty|\[JsonPropertyName|@Column|serde\(|yaml:""|db:""|^\s*(optional|required|repeated|string|int32|int64|bool)\s+\w+\s*=\s*\d+|""type""\s*:", Options)]
    private static partial Regex Tag();

    [GeneratedRegex(@"drop index|drop_index|remove_index|index\W+false|use_?index\W+false|enable_(index|seq)scan", Options)]
    private static partial Regex IndexGone();

    [GeneratedRegex(@"\bselect\b.+\bfrom\b|\bwhere\b.*(=|like|in\b)|\bjoin\b|order by|group by|\blike\b\s*'?%|\b(lower|upper|cast|coalesce|date)\s*\(", Options)]
    private static partial Regex QueryText();

    [GeneratedRegex(@"\blimit\b\s*[\d$?:]|\.limit\(|\.take\(|\btop\b \d|page_?size|fetch first|\bwhere\b", Options)]
    private static partial Regex QueryLimit();

    [GeneratedRegex(@"auth|token|secret|credential|passw|api_?key|scope|\brole|\biam\b|permission|audience|issuer|jwt|bearer|signature|signing|hmac|principal|policy|csrf|cors|allow(ed)?_?(origin|list)", Options)]
    private static partial Regex AccessLine();

    [GeneratedRegex(@"\btls|ssl|cipher|certificate|\bcert\b|ca_?(file|bundle|cert|pool)|servername|insecureskipverify|minversion|truststore|keystore|x509|mtls", Options)]
    private static partial Regex TlsLine();

    [GeneratedRegex(@"https?://|\b(host|hostname|addr|address|url|endpoint|upstream|server|broker|dsn|base_?url|service_?name|target)\w*\s*[:=]\s*\S|\.svc\b|\.local\b|:\d{4,5}\b", Options)]
    private static partial Regex AddressLine();

    [GeneratedRegex(@"getenv|os\.environ|process\.env|environment\.getenvironmentvariable|\benv\b|viper\.|config\.get|secretKeyRef|configMapKeyRef|valueFrom", Options)]
    private static partial Regex EnvironmentLine();

    [GeneratedRegex(@"regexp?\b|mustcompile|re\.(compile|match|search)|new RegExp|\(\?[:=!]|\.\*.*\.\*|\+\)\+|\*\)\*", Options)]
    private static partial Regex Expression();

    [GeneratedRegex(@"\bsleep\s*\(|time\.After\(|Task\.Delay|setTimeout\(|\bwait\(|\.join\(\)|\.Wait\(\)", Options)]
    private static partial Regex Sleep();

    [GeneratedRegex(@"\block\s*\(|\.lock\(|\.rlock\(|mutex|synchronized|semaphore|for update|lock table|serializable|\bflock\b|singleflight", Options)]
    private static partial Regex LockLine();

    [GeneratedRegex(@"retr(y|ies)|attempt|redeliver|requeue", Options)]
    private static partial Regex RetryLine();

    [GeneratedRegex(@"backoff|jitter|circuit|breaker|sleep|delay|ratelimit|limiter", Options)]
    private static partial Regex BackoffLine();

    [GeneratedRegex(@"http\.(get|post|do|newrequest)|\bfetch\(|axios|requests\.(get|post)|grpc|client\.\w+\(|\.call\(|\.invoke\(|restTemplate|webclient", Options)]
    private static partial Regex RemoteCall();

    [GeneratedRegex(@"\b(sort|marshal|unmarshal|serialize|deserialize|encrypt|hash|bcrypt|compress|gzip|deepcopy|clone|render|parse|sha256|reflect)\w*\b\s*[(.]|for\s*.*\bfor\b|while\s*\(?true|for\s*\{", Options)]
    private static partial Regex HeavyWork();

    [GeneratedRegex(@"timeout|deadline|withtimeout|cancel", Options)]
    private static partial Regex TimeoutLine();

    [GeneratedRegex(@"consumer|producer|queue|topic|partition|offset|kafka|rabbit|sqs|subscri|publish|group_?id", Options)]
    private static partial Regex QueueLine();

    [GeneratedRegex(@"\back\b|\.ack\(|acknowledge|commit(offset|sync|message)|deletemessage|\bnack\b", Options)]
    private static partial Regex Acknowledge();

    [GeneratedRegex(@"\b(if|while|when|where|case|return)\b.*(==|!=|<=|>=|<|>|&&|\|\||!\w)", Options)]
    private static partial Regex Comparison();

    [GeneratedRegex(@"(enabled?|disabled?|default|flag|feature|toggle|strict|mode)\w*[""']?\s*[:=]+\s*[""']?(true|false|on|off|yes|no|\w+)", Options)]
    private static partial Regex DefaultOn();

    [GeneratedRegex(@"\w\s*\(|=")]
    private static partial Regex WorkLine();

    [GeneratedRegex(@"(^|/)(go\.(mod|sum)|package(-lock)?\.json|yarn\.lock|requirements.*\.txt|pyproject\.toml|poetry\.lock|pom\.xml|build\.gradle(\.kts)?|Cargo\.(toml|lock)|Gemfile(\.lock)?|.*\.csproj|Directory\.Packages\.props|Dockerfile|Chart\.yaml)$", Options)]
    private static partial Regex DependencyFile();

    [GeneratedRegex(@"v?(?<major>\d+)\.(?<minor>\d+)(\.(?<patch>\d+))?")]
    private static partial Regex Version();
}
