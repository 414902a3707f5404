using System.Text.RegularExpressions;

namespace OpenSre.Investigation;

/// <summary>
/// Labels from prose and log lines, taken only where the text says what a word is: <c>service=checkout</c>,
/// "the checkout service", "mounted on /var", an address, a percentage. A word that merely looks like a name is not one.
/// </summary>
internal static partial class TextLabels
{
    /// <summary>Words that follow "service", "host" and the like in ordinary sentences and name nothing.</summary>
    private static readonly HashSet<string> NoNames = new(StringComparer.OrdinalIgnoreCase)
    {
        "is", "are", "was", "were", "has", "have", "not", "no", "and", "or", "the", "a", "an", "this", "that", "our", "my", "your", "its", "his", "for", "of", "on",
        "in", "at", "to", "by", "with", "from", "down", "up", "failed", "failing", "fails", "crashed", "slow", "unavailable", "unhealthy", "healthy", "running", "stopped",
        "keeps", "cannot", "can't", "could", "does", "do", "did", "which", "some", "any", "each", "every", "another", "same", "one", "all", "both", "unit", "web", "new", "old",
        "returned", "returns", "exited", "restarted", "restarting", "restarts", "died", "dies", "timed", "went", "goes", "being", "been", "be", "will", "would", "should",
        "still", "again", "now", "side", "name", "names", "error", "errors", "status", "state", "level", "account", "mesh", "discovery", "about", "reports", "says", "shows",
        "what", "why", "how", "when", "where", "who", "it", "of", "as", "so", "if", "then", "than", "but", "systemd", "docker", "kubernetes", "external", "internal", "remote", "local",
        "system", "customer", "public", "main", "whole", "entire", "backend", "logs", "latency", "requests", "usage", "load", "memory", "cpu", "disk",
    };

    /// <summary>Label names that texts use as they are.</summary>
    private static readonly string[] Names =
    [
        "host", "node", "instance", "job", "service", "app", "component", "unit", "container", "pod", "namespace", "cluster", "deployment", "region",
        "environment", "mountpoint", "device", "interface", "database", "alertname", "trace_id", "request_id", "port", "url", "path", "process", "image",
        "queue", "topic", "version", "team",
    ];

    /// <summary>What a text may call a thing, and the label it becomes.</summary>
    private static readonly Dictionary<string, string> Fields = new(Names.Select(n => KeyValuePair.Create(n, n)), StringComparer.OrdinalIgnoreCase)
    {
        ["hostname"] = "host",
        ["server"] = "host",
        ["svc"] = "service",
        ["container_name"] = "container",
        ["ns"] = "namespace",
        ["env"] = "environment",
        ["mount"] = "mountpoint",
        ["db"] = "database",
        ["datname"] = "database",
    };

    public static void Add(AlertDraft draft, string text)
    {
        // The first mention of a kind counts: it is the one nearest to the subject.
        void First(string name, string value)
        {
            value = value.TrimEnd('.', ',', ';', ':', '!', '?', ')', '"', '\'');
            if (value.Length > 0 && !NoNames.Contains(value) && !draft.Labels.ContainsKey(name))
            {
                draft.Label(name, value);
            }
        }

        foreach (Match field in Field().Matches(text).Take(200))
        {
            if (Fields.TryGetValue(field.Groups["name"].Value, out var label))
            {
                First(label, field.Groups["value"].Value.Trim('"'));
            }
        }

        if (Url().Match(text) is { Success: true } url)
        {
            First("url", url.Value);
            draft.Link("Mentioned address", url.Value.TrimEnd('.', ',', ';', ')'));
        }

        if (Unit().Match(text) is { Success: true } unit)
        {
            First("unit", unit.Value);
        }

        foreach (var named in Named().Matches(text).Take(50).Concat(NamedBefore().Matches(text).Take(50)))
        {
            var value = named.Groups["value"].Value;
            if (Fields.TryGetValue(named.Groups["kind"].Value, out var label) && (label == "port" || !value.All(char.IsDigit)))
            {
                First(label, value);
            }
        }

        if (Mount().Match(text) is { Success: true } mount)
        {
            First("mountpoint", mount.Groups["path"].Value);
        }

        if (Device().Match(text) is { Success: true } device)
        {
            First("device", device.Value);
        }

        if (HostPort().Match(text) is { Success: true } address)
        {
            First("instance", address.Value);
        }

        if (OnHost().Match(text) is { Success: true } on)
        {
            First("host", on.Groups["host"].Value);
        }

        if (Measured().Match(text) is { Success: true } measured)
        {
            First("value", measured.Value.Replace(" ", "", StringComparison.Ordinal));
        }
    }

    [GeneratedRegex(@"(?<![\w.-])(?<name>[A-Za-z_]{2,20})=(?<value>""[^""\n]{1,300}""|[^\s,;""{}]{1,300})", RegexOptions.ExplicitCapture)]
    private static partial Regex Field();

    [GeneratedRegex(@"\bhttps?://[^\s<>""'`\])]{3,1000}", RegexOptions.IgnoreCase)]
    private static partial Regex Url();

    [GeneratedRegex(@"(?<![\w.@/-])[A-Za-z0-9][\w@:-]{0,100}\.(service|socket|timer|mount|target)\b(?![.\w/])", RegexOptions.ExplicitCapture)]
    private static partial Regex Unit();

    /// <summary>A word of letters alone after its kind is as often a verb ("the queue grows"); it must be followed as a name is.</summary>
    [GeneratedRegex(@"\b(?<kind>service|host|server|node|container|pod|namespace|deployment|cluster|database|unit|interface|port|process|queue|topic)s? " +
        @"([""'`](?<value>[A-Za-z]\w{1,60})[""'`]|[""'`]?(?<value>(?=[\w@:/-]{0,120}[0-9_@:/-]|\w{1,120}\.\w)[A-Za-z0-9][\w.@:/-]{0,120}|[A-Za-z]\w{1,60}(?=[,?]| (is|was|are|has|had|keeps|kept|in|on|at|from|does|did|cannot|can't|won't|will|fails|failed|crashes|crashed|restarts|restarted|dies|died|returns|answers|refuses)\b)))", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase)]
    private static partial Regex Named();

    [GeneratedRegex(@"(^|[,;(] ?|\b(the|our|my|your|this|that|is|are|does|did|has|why|of|for|in|restart|start|stop) )[""'`]?(?<value>[A-Za-z0-9][\w.@-]{1,120})[""'`]? (?<kind>service|container|pod|database|deployment|namespace|queue)\b", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.Multiline)]
    private static partial Regex NamedBefore();

    [GeneratedRegex(@"(\b(on|mounted on|mount|mountpoint|mount point|filesystem|file system|partition|volume|disk|space on|space in) [""'`]?(?<path>/[\w./-]{0,200})|(?<![\w:/.])(?<path>/[\w./-]{0,200})[""'`]? (is|at|has)( only| about| over| nearly| almost)? ?([0-9.]{1,6} ?%|full|nearly full|almost full|read-only|out of space))", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase)]
    private static partial Regex Mount();

    [GeneratedRegex(@"/dev/[a-z][\w/-]{1,80}")]
    private static partial Regex Device();

    [GeneratedRegex(@"(?<![\w.:/@-])([a-z0-9][a-z0-9.-]{1,100}[a-z0-9])(?<!\.(go|py|js|ts|rs|rb|cs|cc|cpp|java|php|kt|sh|c|h)):[1-9][0-9]{1,4}\b(?![:.\w])", RegexOptions.IgnoreCase)]
    private static partial Regex HostPort();

    [GeneratedRegex(@"\b(on|at) (the )?(host |node |server |machine )?[""'`]?(?<host>([a-z0-9][a-z0-9-]{0,62}\.){1,6}[a-z]{2,24}|[a-z][a-z-]{0,40}[0-9]{1,4}|([0-9]{1,3}\.){3}[0-9]{1,3})\b(?![/:\w]|\.\w)", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase)]
    private static partial Regex OnHost();

    [GeneratedRegex(@"(?<![\w.])[0-9]{1,6}([.,][0-9]{1,6})? ?(%|ms\b|percent\b|[KMGT]i?B\b)", RegexOptions.ExplicitCapture)]
    private static partial Regex Measured();
}
