using System.Text.RegularExpressions;

namespace OpenSre.Diagnostics;

/// <summary>The ways software fails that leave a mark both in telemetry and in the change that brought them.</summary>
public enum FailureMode
{
    Pool,
    Leak,
    QueryLoad,
    Database,
    Cache,
    Timeout,
    Retry,
    Volume,
    Crash,
    Schema,
    Access,
    Tls,
    Address,
    Configuration,
    Cpu,
    Contention,
    Queue,
    Limit,
    Dependency,
    Logic,
    Slow,
}

/// <summary>What one failure mode looks like in logs, metrics, traces and alerts.</summary>
/// <param name="Delayed">Whether it builds up: minutes to hours may pass between the change and the first sign.</param>
/// <param name="Words">Words of logs and of spans.</param>
/// <param name="Metrics">Names of metrics that move with it.</param>
public sealed partial record FailureSign(FailureMode Mode, bool Delayed, Regex Words, Regex? Metrics)
{
    private const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    public static IReadOnlyList<FailureSign> All { get; } =
    [
        new(FailureMode.Pool, true, PoolWords(), PoolMetrics()),
        new(FailureMode.Leak, true, LeakWords(), LeakMetrics()),
        new(FailureMode.QueryLoad, false, QueryWords(), QueryMetrics()),
        new(FailureMode.Database, true, DatabaseWords(), DatabaseMetrics()),
        new(FailureMode.Cache, true, CacheWords(), CacheMetrics()),
        new(FailureMode.Timeout, false, TimeoutWords(), null),
        new(FailureMode.Retry, false, RetryWords(), RetryMetrics()),
        new(FailureMode.Volume, true, VolumeWords(), VolumeMetrics()),
        new(FailureMode.Crash, false, CrashWords(), CrashMetrics()),
        new(FailureMode.Schema, false, SchemaWords(), null),
        new(FailureMode.Access, false, AccessWords(), null),
        new(FailureMode.Tls, false, TlsWords(), TlsMetrics()),
        new(FailureMode.Address, false, AddressWords(), null),
        new(FailureMode.Configuration, false, ConfigurationWords(), null),
        new(FailureMode.Cpu, false, CpuWords(), CpuMetrics()),
        new(FailureMode.Contention, false, ContentionWords(), ContentionMetrics()),
        new(FailureMode.Queue, true, QueueWords(), QueueMetrics()),
        new(FailureMode.Limit, false, LimitWords(), LimitMetrics()),
        new(FailureMode.Dependency, false, DependencyWords(), null),
        new(FailureMode.Logic, false, LogicWords(), LogicMetrics()),
        new(FailureMode.Slow, false, SlowWords(), SlowMetrics()),
    ];

    [GeneratedRegex(@"\bpool\b.{0,60}(exhaust|wait|timeout|timed out|full|acquir|deadline)|(exhaust|acquir|obtain)\w*.{0,40}\b(pool|connection)s?\b|too many (clients|connections)|remaining connection slots|connection limit", Options)]
    private static partial Regex PoolWords();

    [GeneratedRegex(@"pool|connections?_(in_use|active|open|waiting)|max_conn", Options)]
    private static partial Regex PoolMetrics();

    [GeneratedRegex(@"out of memory|\boom\b|oomkill|memory (limit|pressure)|heap (space|limit)|gc overhead|too many open files|emfile|cannot allocate|memory leak|goroutine leak|evicted.*memory", Options)]
    private static partial Regex LeakWords();

    [GeneratedRegex(@"memory|(^|_)mem(_|$)|heap|rss|working_set|goroutine|open_fds|file_desc|gc_|handles|oom|restart", Options)]
    private static partial Regex LeakMetrics();

    [GeneratedRegex(@"^\s*(select|insert|update|delete)\b.+|n\+1|queries per request", Options)]
    private static partial Regex QueryWords();

    [GeneratedRegex(@"quer(y|ies)_(count|per|rate|total)|(db|sql)_calls|qps|calls_per_request", Options)]
    private static partial Regex QueryMetrics();

    [GeneratedRegex(@"slow quer|seq(uential)? scan|full (table )?scan|lock wait|deadlock|statement timeout|missing index|canceling statement|query exceeded|long.running (query|transaction)|replication lag", Options)]
    private static partial Regex DatabaseWords();

    [GeneratedRegex(@"(db|database|sql|postgres|mysql|query)_.*(cpu|latency|duration|p9|time|lock|scan|load|iops|utili)|lock_wait|deadlock|seq_scan|rows_(read|examined)", Options)]
    private static partial Regex DatabaseMetrics();

    [GeneratedRegex(@"cache.{0,30}(miss|expired|evict|stampede|cold|stale|invalid|bypass)|(miss|expired|evict\w*|stampede|stale).{0,30}cache", Options)]
    private static partial Regex CacheWords();

    [GeneratedRegex(@"cache|hit_ratio|hit_rate|evict", Options)]
    private static partial Regex CacheMetrics();

    [GeneratedRegex(@"timeout|timed out|deadline exceeded|context canceled|request aborted|504\b", Options)]
    private static partial Regex TimeoutWords();

    [GeneratedRegex(@"\bretr(y|ies|ying)\b|attempt \d|attempts? exhausted|backoff|circuit.?breaker|amplif|duplicate (request|charge|order|delivery)", Options)]
    private static partial Regex RetryWords();

    [GeneratedRegex(@"retr(y|ies)|attempts|circuit", Options)]
    private static partial Regex RetryMetrics();

    [GeneratedRegex(@"no space left|enospc|disk (full|usage|pressure)|volume.{0,20}full|log (volume|rate)|ingest\w* (limit|quota)|dropped (log|line|event)s?|rotation", Options)]
    private static partial Regex VolumeWords();

    [GeneratedRegex(@"disk|volume_used|inode|log_?(lines|bytes|volume|rate)|lines_per|bytes_written|ingest|storage|fs_", Options)]
    private static partial Regex VolumeMetrics();

    [GeneratedRegex(@"panic|nil (pointer|map)|null ?pointer|nullreference|segfault|sigsegv|segmentation|index out of (range|bounds)|typeerror|keyerror|attributeerror|undefined (is not|method)|cannot read propert|unhandled (exception|rejection)|classcast|stack overflow|assertion|traceback|fatal error|runtime error|invalid memory", Options)]
    private static partial Regex CrashWords();

    [GeneratedRegex(@"restart|crash|panic|exit", Options)]
    private static partial Regex CrashMetrics();

    [GeneratedRegex(@"(column|relation|table|field|attribute|property|enum).{0,60}(does not exist|not found|unknown|missing|invalid|required)|unknown (column|field|enum)|undefined column|unmarshal|deseriali[sz]|cannot parse|parse error|invalid (json|format|type|value|payload)|schema|incompatible type|decode (error|fail)|missing required|violates|constraint", Options)]
    private static partial Regex SchemaWords();

    [GeneratedRegex(@"\b40[13]\b|unauthori[sz]ed|forbidden|permission denied|access denied|not authori[sz]ed|invalid (token|signature|api key|credential|audience|issuer)|token (expired|invalid)|jwt|authentication failed|password authentication|signature (mismatch|verification)|csrf|accessdenied", Options)]
    private static partial Regex AccessWords();

    [GeneratedRegex(@"\btls\b|\bssl\b|x509|handshake|certificate|cipher|unknown authority", Options)]
    private static partial Regex TlsWords();

    [GeneratedRegex(@"tls|cert|handshake", Options)]
    private static partial Regex TlsMetrics();

    [GeneratedRegex(@"connection refused|econnrefused|no such host|enotfound|no route|unreachable|dial tcp|name resol|no healthy upstream|404\b|bad gateway.*connect|connection reset", Options)]
    private static partial Regex AddressWords();

    [GeneratedRegex(@"(missing|unset|undefined|invalid|unknown|required).{0,30}(env|environment|config|setting|variable|option|key|parameter)|config\w* (error|invalid|not found|missing|parse)|failed to load config|unrecogni[sz]ed (option|flag|key)|no such (option|setting)", Options)]
    private static partial Regex ConfigurationWords();

    [GeneratedRegex(@"cpu (saturat|throttl|high|limit)|throttl|event loop (lag|block)|catastrophic backtrack|hot loop|busy", Options)]
    private static partial Regex CpuWords();

    [GeneratedRegex(@"cpu|throttl|event_loop", Options)]
    private static partial Regex CpuMetrics();

    [GeneratedRegex(@"deadlock|lock (contention|wait|timeout|held)|mutex|contention|blocked (thread|goroutine)|thread(s)? (pool|starv|exhaust)|worker.{0,20}(busy|exhaust|starv)|semaphore|waiting for lock", Options)]
    private static partial Regex ContentionWords();

    [GeneratedRegex(@"lock|mutex|contention|blocked|threads|workers|queue_wait|goroutine|inflight|concurren", Options)]
    private static partial Regex ContentionMetrics();

    [GeneratedRegex(@"consumer (lag|group)|\blag\b|backlog|queue (depth|full|length|size)|rebalanc|partition|message.{0,20}(drop|dead.?letter|redeliver|requeue)|dead.?letter|poison", Options)]
    private static partial Regex QueueWords();

    [GeneratedRegex(@"lag|backlog|queue|consumer|dead_?letter|redeliver|pending", Options)]
    private static partial Regex QueueMetrics();

    [GeneratedRegex(@"rate.?limit|\b429\b|too many requests|quota|throttl|oomkill|evict|insufficient (cpu|memory|capacity)|limit exceeded|payload too large|\b413\b|max(imum)? (size|length|payload)", Options)]
    private static partial Regex LimitWords();

    [GeneratedRegex(@"rate_?limit|429|throttl|quota|rejected|replicas|oom|limit", Options)]
    private static partial Regex LimitMetrics();

    [GeneratedRegex(@"no such method|nosuchmethod|undefined symbol|symbol not found|incompatible (version|api)|class ?not ?found|module not found|cannot find module|import ?error|abi|unsupported protocol|unknown service|unimplemented|version mismatch|deprecated", Options)]
    private static partial Regex DependencyWords();

    [GeneratedRegex(@"invalid (amount|state|total|currency|price|quantity|request|input)|mismatch|validation|rejected|inconsisten|negative|overflow|rounding|wrong|unexpected|declin|precondition|\b400\b|\b422\b|bad request|not allowed", Options)]
    private static partial Regex LogicWords();

    [GeneratedRegex(@"error|fail|5xx|4xx|reject|declin|mismatch|invalid", Options)]
    private static partial Regex LogicMetrics();

    [GeneratedRegex(@"\bslow\b|latency|took \d|exceeded \S+ ?ms|budget exceeded", Options)]
    private static partial Regex SlowWords();

    [GeneratedRegex(@"duration|latency|p9\d|response_time", Options)]
    private static partial Regex SlowMetrics();
}
