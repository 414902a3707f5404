using System.Text.RegularExpressions;

namespace OpenSre.Diagnostics;

/// <summary>One thing telemetry says about a failure.</summary>
/// <param name="Service">Where it was seen.</param>
/// <param name="IsMetric">Whether <paramref name="Text"/> is the name of a metric rather than words of a log or a span.</param>
/// <param name="Weight">0 … 1: how loudly it is said.</param>
public sealed record FailureSignal(string Service, string Text, bool IsMetric, double Weight, DateTimeOffset? Since);

/// <summary>What a failure looks like: by mode how strongly telemetry shows it, where, since when, and in which rare words.</summary>
public sealed partial class FailureSignature
{
    /// <summary>How a service fails under more load than it can bear; a rush of requests explains these by itself.</summary>
    private static readonly HashSet<FailureMode> Load = [FailureMode.Cpu, FailureMode.Slow, FailureMode.Contention, FailureMode.Queue, FailureMode.Timeout, FailureMode.Limit, FailureMode.Pool, FailureMode.Database, FailureMode.QueryLoad, FailureMode.Logic];

    private readonly Dictionary<FailureMode, (double Strength, FailureSignal Loudest)> _modes = [];

    /// <param name="underSurge">Whether requests grew before anything else did: what load does then says less about changes.</param>
    public FailureSignature(IReadOnlyList<FailureSignal> signals, bool underSurge = false)
    {
        Signals = signals;
        Onset = signals.Min(s => s.Since);
        foreach (var sign in FailureSign.All)
        {
            var miss = 1.0;
            FailureSignal? loudest = null;
            foreach (var signal in signals)
            {
                if (signal.IsMetric ? sign.Metrics?.IsMatch(signal.Text) == true : sign.Words.IsMatch(signal.Text))
                {
                    miss *= 1 - (0.9 * signal.Weight);
                    loudest = loudest is null || signal.Weight > loudest.Weight ? signal : loudest;
                }
            }

            if (loudest is not null)
            {
                _modes[sign.Mode] = ((1 - miss) * (underSurge && Load.Contains(sign.Mode) ? 0.5 : 1), loudest);
            }
        }
    }

    public IReadOnlyList<FailureSignal> Signals { get; }

    /// <summary>The first bad signal; null when no signal has a time.</summary>
    public DateTimeOffset? Onset { get; }

    /// <summary>0 … 1.</summary>
    public double Strength(FailureMode mode) => _modes.TryGetValue(mode, out var shown) ? shown.Strength : 0;

    public FailureSignal? Loudest(FailureMode mode) => _modes.TryGetValue(mode, out var shown) ? shown.Loudest : null;

    /// <summary>Words of logs, spans and metrics, in parts: <c>catalog_items</c> is also <c>catalog</c> and <c>items</c>.</summary>
    public HashSet<string> Words => [.. Signals.Where(s => s.Weight >= 0.3).SelectMany(s => Parts(s.Text))];

    /// <summary>The words of a text in lower case, whole and in their parts, without those every program uses.</summary>
    public static IEnumerable<string> Parts(string text)
    {
        foreach (Match match in Identifier().Matches(text))
        {
            var whole = match.Value.ToLowerInvariant();
            if (whole.Length >= 4 && !Usual.Contains(whole))
            {
                yield return whole;
            }

            foreach (Match part in Part().Matches(match.Value))
            {
                var word = part.Value.ToLowerInvariant();
                if (word.Length >= 4 && word != whole && !Usual.Contains(word))
                {
                    yield return word;
                }
            }
        }
    }

    private static readonly HashSet<string> Usual = new(StringComparer.Ordinal)
    {
        "error", "errors", "return", "string", "func", "service", "server", "request", "requests", "response", "http", "https", "true", "false", "null", "context", "with",
        "from", "this", "that", "after", "before", "failed", "failure", "message", "value", "values", "name", "type", "time", "config", "client", "handler", "ratio", "duration",
        "seconds", "count", "total", "when", "than", "into", "have", "been", "were", "feat", "chore", "refactor", "perf", "test", "docs", "main", "internal", "services", "const",
        "public", "private", "static", "class", "void", "import", "package", "struct", "call", "data", "code", "status", "call", "upstream", "rate",
    };

    [GeneratedRegex(@"[A-Za-z_][A-Za-z0-9_]+")]
    private static partial Regex Identifier();

    [GeneratedRegex(@"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")]
    private static partial Regex Part();
}
