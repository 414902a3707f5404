using System.Globalization;
using System.Text.RegularExpressions;
using OpenSre.Core;

namespace OpenSre.Terminal;

/// <summary>What is to be watched.</summary>
/// <param name="Kind"><c>url</c>, <c>pid</c>, <c>unit</c>, <c>container</c> or <c>file</c>; the last is also a folder.</param>
/// <param name="Name">The URL, number, name or path.</param>
public sealed record WatchTarget(string Kind, string Name)
{
    public override string ToString() => Kind == "url" ? Name : $"{Kind} {Name}";
}

/// <summary>What a look at a watched thing found.</summary>
/// <param name="State">In a few words, such as "200 in 34 ms".</param>
/// <param name="Trouble">What is wrong, in a sentence; null when nothing is.</param>
/// <param name="Metrics">Figures that thresholds may be about: seconds, percent, bytes.</param>
public sealed record WatchReading(string State, string? Trouble, IReadOnlyDictionary<string, double> Metrics)
{
    /// <summary>Alerts that were read there, where it is a place alerts come from.</summary>
    public AlertArrival? Arrival { get; init; }

    /// <summary>It is gone for good; watching ends.</summary>
    public bool IsOver { get; init; }
}

/// <summary>Looks at a watched thing.</summary>
public interface IWatchProbe
{
    /// <summary>The figures it gives.</summary>
    IReadOnlyList<string> Metrics { get; }

    /// <summary>Looks once. Failure is a reading with trouble; only cancellation throws.</summary>
    Task<WatchReading> LookAsync(CancellationToken cancellation);
}

/// <summary>A limit on a figure.</summary>
internal sealed record WatchLimit(string Metric, bool IsUpper, double Value, string Text)
{
    public bool IsBroken(WatchReading reading) => reading.Metrics.TryGetValue(Metric, out var value) && (IsUpper ? value > Value : value < Value);
}

/// <summary>A watch as it was asked for: <c>https://shop/health time>2s every 10s</c>.</summary>
internal sealed partial record WatchRequest(WatchTarget Target, IReadOnlyList<WatchLimit> Limits, TimeSpan Every)
{
    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(10);
    private static readonly string[] Kinds = ["pid", "unit", "container", "file", "folder"];

    /// <summary>The request, or null and a sentence that says what is missing.</summary>
    public static (WatchRequest? Request, string? Mistake) Read(IReadOnlyList<string> words)
    {
        WatchTarget? target = null;
        List<WatchLimit> limits = [];
        var every = Usual;
        for (var i = 0; i < words.Count; i++)
        {
            var word = words[i];
            if (Limit().Match(word) is { Success: true } match)
            {
                limits.Add(new WatchLimit(match.Groups["metric"].Value.ToLowerInvariant(), match.Groups["sign"].Value == ">", Value(match), word));
            }
            else if (word == "every" && i + 1 < words.Count && Span().Match(words[i + 1]) is { Success: true } span)
            {
                i++;
                every = TimeSpan.FromSeconds(double.Parse(span.Groups["number"].Value, CultureInfo.InvariantCulture) * (span.Groups["unit"].Value switch { "ms" => 0.001, "m" => 60, "h" => 3600, _ => 1 }));
            }
            else if (target is null && Kinds.Contains(word) && i + 1 < words.Count)
            {
                target = new WatchTarget(word == "folder" ? "file" : word, words[++i]);
            }
            else if (target is null && Kinds.Contains(word))
            {
                return (null, $"Say what to watch: {word} and which one, as in: {word} {(word == "pid" ? "4711" : word is "file" or "folder" ? "/var/alerts" : "shop")}");
            }
            else if (target is null && (word.StartsWith("http://", StringComparison.Ordinal) || word.StartsWith("https://", StringComparison.Ordinal)))
            {
                target = new WatchTarget("url", word);
            }
            else if (target is null && (word.Contains('/') || File.Exists(word) || Directory.Exists(word)))
            {
                target = new WatchTarget("file", word);
            }
            else
            {
                return (null, $"{SafeText.Line(word, 60)} is neither something to watch nor a limit such as time>2s, cpu>80 or memory>512M.");
            }
        }

        return target is null ? (null, "Say what to watch: a URL, pid N, unit NAME, container NAME, or a file or folder alerts are put in.")
            : every < TimeSpan.FromMilliseconds(100) ? (null, "It is looked at every 100 ms at most.") : (new WatchRequest(target, limits, every), null);
    }

    private static double Value(Match match) => double.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture) * match.Groups["unit"].Value.ToUpperInvariant() switch
    {
        "MS" => 0.001,
        "K" => 1024,
        "M" => 1024 * 1024,
        "G" => 1024.0 * 1024 * 1024,
        _ => 1,
    };

    [GeneratedRegex(@"^(?<metric>[a-z_]+)(?<sign>[<>])=?(?<number>\d+(?:\.\d+)?)(?<unit>ms|s|%|[kKmMgG])?i?B?$", RegexOptions.IgnoreCase)]
    private static partial Regex Limit();

    [GeneratedRegex(@"^(?<number>\d{1,6}(?:\.\d+)?)(?<unit>ms|s|m|h)?$")]
    private static partial Regex Span();
}
