using System.Text.RegularExpressions;
using OpenSre.Core;

namespace OpenSre.Diagnostics;

/// <summary>What an alert complains of, and what it names, as far as general vocabulary tells.</summary>
public sealed partial class AlertReading
{
    private static readonly string[] HostKeys = ["instance", "host", "hostname", "node", "nodename", "server", "machine"];
    private static readonly string[] PathKeys = ["mountpoint", "mount", "path", "filesystem", "fs", "mount_point"];
    private static readonly string[] UrlKeys = ["url", "target", "endpoint", "monitor_url", "address", "probe"];

    private static readonly (Regex Pattern, Symptom Symptom)[] Vocabulary =
    [
        (InodesWords(), Symptom.Inodes), (SpaceWords(), Symptom.DiskSpace), (ReadOnlyWords(), Symptom.ReadOnly), (IoWords(), Symptom.DiskIo),
        (CpuWords(), Symptom.Cpu), (LoadWords(), Symptom.Load), (MemoryWords(), Symptom.Memory), (OomWords(), Symptom.OutOfMemory),
        (FileWords(), Symptom.OpenFiles), (ProcessWords(), Symptom.Processes), (DownWords(), Symptom.Down), (RestartWords(), Symptom.Restarts),
        (ErrorWords(), Symptom.Errors), (LatencyWords(), Symptom.Latency), (CertificateWords(), Symptom.Certificate), (DnsWords(), Symptom.Dns),
        (NetworkWords(), Symptom.Network), (ClockWords(), Symptom.Clock), (HeatWords(), Symptom.Temperature), (ContainerWords(), Symptom.Container),
        (PortWords(), Symptom.Port), (ReplicationWords(), Symptom.Replication), (ConnectionWords(), Symptom.Connections),
    ];

    private readonly List<string> _scraped = [];
    private readonly HashSet<string> _words = new(StringComparer.OrdinalIgnoreCase);

    public AlertReading(Incident incident)
    {
        foreach (var alert in incident.Alerts)
        {
            Read(alert);
        }

        if (Symptoms == Symptom.None)
        {
            // No complaint that is known: if a service is named, any trouble of a service will do.
            Symptoms = ServiceNames.Count > 0 ? Symptom.Service : Symptom.Any;
        }

        // "instance" is where a value was scraped; it is what the alert speaks of only if nothing else is.
        if (ServiceNames.Count == 0 && Paths.Count == 0 && Urls.Count == 0)
        {
            Endpoints.AddRange(_scraped);
        }
    }

    public Symptom Symptoms { get; private set; }

    /// <summary>Names of hosts the alert speaks of, without ports.</summary>
    public List<string> Hosts { get; } = [];

    public List<string> Paths { get; } = [];

    public List<string> Urls { get; } = [];

    /// <summary>host:port pairs.</summary>
    public List<string> Endpoints { get; } = [];

    /// <summary>Values of labels that may name a service, a unit or a container.</summary>
    public List<string> ServiceNames { get; } = [];

    public bool Has(Symptom symptom) => Symptoms != Symptom.Any && (Symptoms & symptom) != 0;

    /// <summary>Whether the alert names this thing, in a label or as a word of its text.</summary>
    public bool Names(string name) =>
        name.Length > 1 && (_words.Contains(name) || (name.Contains(':', StringComparison.Ordinal) && Endpoints.Contains(name)));

    /// <summary>The hosts the alert names that are not this one, by name, by qualified name or by address.</summary>
    public IEnumerable<string> OtherHosts(string hostName, IReadOnlyCollection<string> addresses) =>
        Hosts.Distinct(StringComparer.OrdinalIgnoreCase).Where(h => !(h is "localhost" or "127.0.0.1" or "::1" or "0.0.0.0"
            || h.Equals(hostName, StringComparison.OrdinalIgnoreCase)
            || h.StartsWith(hostName + ".", StringComparison.OrdinalIgnoreCase)
            || hostName.StartsWith(h + ".", StringComparison.OrdinalIgnoreCase)
            || addresses.Contains(h)));

    private void Read(Alert alert)
    {
        foreach (var (key, value) in alert.Labels)
        {
            _words.Add(value);
            AddWords(value);
            if (HostKeys.Contains(key, StringComparer.OrdinalIgnoreCase))
            {
                AddHost(value);
            }
            else if (PathKeys.Contains(key, StringComparer.OrdinalIgnoreCase) && value.StartsWith('/'))
            {
                Paths.Add(value);
            }
            else if (UrlKeys.Contains(key, StringComparer.OrdinalIgnoreCase))
            {
                AddUrls(value);
            }
            else if (ServiceKey().IsMatch(key) && NameShape().IsMatch(value) && !Exporter().IsMatch(value))
            {
                AddService(value);
            }
        }

        var said = string.Join(' ', alert.Annotations.Values.Where(v => v.Length < 2000));
        var text = $"{alert.Name}. {alert.Summary}. {alert.Question}. {said}";
        AddWords(text);
        AddUrls(text);
        foreach (Match match in PathInText().Matches(text))
        {
            Paths.Add(match.Value);
            _words.Add(match.Value);
        }

        // The name of an alert is the most deliberate word in it; running text names much by the way.
        var name = CamelBorder().Replace(alert.Name, " ");
        var fromName = Classify(name + ". " + alert.Summary + ". " + alert.Question);
        Symptoms |= fromName == Symptom.None ? Classify(text) : fromName;
    }

    private static Symptom Classify(string text)
    {
        var found = Symptom.None;
        foreach (var (pattern, symptom) in Vocabulary)
        {
            if (pattern.IsMatch(text))
            {
                found |= symptom;
            }
        }

        return found;
    }

    private void AddWords(string text)
    {
        foreach (Match match in Word().Matches(text))
        {
            _words.Add(match.Value.TrimEnd('.', ':', '-'));
        }
    }

    private void AddService(string value)
    {
        var name = value.EndsWith(".service", StringComparison.Ordinal) ? value[..^8] : value;
        _words.Add(name);
        if (!ServiceNames.Contains(name))
        {
            ServiceNames.Add(name);
        }
    }

    private void AddHost(string value)
    {
        if (value.StartsWith("http", StringComparison.OrdinalIgnoreCase))
        {
            AddUrls(value);
            return;
        }

        var colon = value.LastIndexOf(':');
        var host = colon > 0 && int.TryParse(value.AsSpan(colon + 1), out _) ? value[..colon] : value;
        if (colon > 0 && host.Length < value.Length)
        {
            _scraped.Add(value);
        }

        Hosts.Add(host);
        _words.Add(host);
    }

    private void AddUrls(string text)
    {
        foreach (Match match in UrlInText().Matches(text))
        {
            if (Uri.TryCreate(match.Value.TrimEnd('.', ',', ')'), UriKind.Absolute, out var url) && !Urls.Contains(url.ToString()))
            {
                Urls.Add(url.ToString());
                Endpoints.Add($"{url.Host}:{url.Port}");
            }
        }

        foreach (Match match in EndpointInText().Matches(text))
        {
            if (!Endpoints.Contains(match.Value))
            {
                Endpoints.Add(match.Value);
            }
        }
    }

    private const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    [GeneratedRegex(@"^(service|job|unit|app|application|name|process|container|container_name|component|systemd_unit|daemon|program|workload|deployment|check|monitor)(_?name)?$", Options)]
    private static partial Regex ServiceKey();

    /// <summary>Names of what measures, not of what is measured.</summary>
    [GeneratedRegex(@"^(node|host|system|linux|hosts?|prometheus|blackbox|cadvisor|kubelet|integrations/.*|.*[-_]exporter)$", Options)]
    private static partial Regex Exporter();

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9_.@-]{1,62}$")]
    private static partial Regex NameShape();

    [GeneratedRegex(@"[A-Za-z0-9_][A-Za-z0-9_.:@-]*")]
    private static partial Regex Word();

    [GeneratedRegex(@"(?<![\w/:.])/[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*", Options)]
    private static partial Regex PathInText();

    [GeneratedRegex(@"https?://[^\s""'<>|]+", Options)]
    private static partial Regex UrlInText();

    /// <summary>A time of day is no endpoint: a host has a letter, or four numbers.</summary>
    [GeneratedRegex(@"(?<![\w/.:])((?=[0-9.-]*[A-Za-z])([A-Za-z0-9-]+\.)*[A-Za-z0-9-]+|([0-9]{1,3}\.){3}[0-9]{1,3}):[0-9]{2,5}(?![\w:])", Options)]
    private static partial Regex EndpointInText();

    [GeneratedRegex(@"(?<=[a-z0-9])(?=[A-Z])|[_-]")]
    private static partial Regex CamelBorder();

    [GeneratedRegex(@"\binodes?\b", Options)]
    private static partial Regex InodesWords();

    [GeneratedRegex(@"\b(disk|file ?system|volume|storage|partition|mount|space)\b.{0,40}\b(full|fill\w*|usage|used|space|low|almost|out|left|free|capacity|running)\b|\bout of (disk )?space\b|\b(full|low|no|free) (disk|file ?system|volume|space)|\bno space\b|\benospc\b|\bfilling up\b|free ?storage ?space|disk pressure", Options)]
    private static partial Regex SpaceWords();

    [GeneratedRegex(@"read.?only|\berofs\b|\bremount", Options)]
    private static partial Regex ReadOnlyWords();

    [GeneratedRegex(@"\bi/?o\b.{0,20}(wait|latency|util|slow|error|pressure|stall)|\biowait\b|\b(disk|storage|write|writes)\b.{0,25}(latency|slow|saturat|stall|stuck|error|hang)|\bdisk ?(io|write|read)", Options)]
    private static partial Regex IoWords();

    [GeneratedRegex(@"\bcpu\b|\bprocessor\b|throttl", Options)]
    private static partial Regex CpuWords();

    [GeneratedRegex(@"^(host |node |system )?load\b|\bload\b.{0,20}(average|high|avg)|\bhigh load\b|\bload\d+\b", Options)]
    private static partial Regex LoadWords();

    [GeneratedRegex(@"\bmemory\b|\bswap\b|\bram\b|\brss\b", Options)]
    private static partial Regex MemoryWords();

    [GeneratedRegex(@"\boom\b|out.of.memory|oom.?kill", Options)]
    private static partial Regex OomWords();

    [GeneratedRegex(@"too many open files|file ?desc|\bfds?\b|\bemfile\b|open files|\bnofile\b", Options)]
    private static partial Regex FileWords();

    [GeneratedRegex(@"\b(pid|pids|process|processes|threads?|fork|tasks)\b.{0,25}(limit|exhaust|max|count|fail|many|full|cannot)|cannot fork|\bfork\b", Options)]
    private static partial Regex ProcessWords();

    [GeneratedRegex(@"\bdown\b|unreachable|not running|\bstopped\b|unavailable|\babsent\b|\bmissing\b|not responding|no response|does not (answer|respond)|\bfailed\b|probe fail|\bup == 0\b|cannot connect|\bdead\b|\boffline\b|not started|won'?t start|fails? to start|\bexited\b|\bpaused\b|fail-?over|failed over|stuck|hangs?\b|\bhung\b", Options)]
    private static partial Regex DownWords();

    [GeneratedRegex(@"restart|crash|flapping|respawn|\bdying\b|keeps dying|\bloop", Options)]
    private static partial Regex RestartWords();

    [GeneratedRegex(@"\b5xx\b|\b50[0-9]\b|error rate|\berrors?\b|exception|failing|failures?\b|\bfails\b|rejected|refus", Options)]
    private static partial Regex ErrorWords();

    [GeneratedRegex(@"latency|\bslow\b|slower|timeouts?|timed? out|\bp9[059]\b|response time|\bstalls?\b|sluggish|takes long", Options)]
    private static partial Regex LatencyWords();

    [GeneratedRegex(@"certificate|\bcerts?\b|\btls\b|\bssl\b|\bx509\b|\bhttps\b.{0,20}fail", Options)]
    private static partial Regex CertificateWords();

    [GeneratedRegex(@"\bdns\b|resolv|name resolution|nxdomain|servfail|lookup", Options)]
    private static partial Regex DnsWords();

    [GeneratedRegex(@"\bnetwork\b|\bpackets?\b|\bconnectivity\b|\binterface\b|conntrack|\bconnections?\b.{0,20}(fail|refus|drop|reset)", Options)]
    private static partial Regex NetworkWords();

    [GeneratedRegex(@"\bclock\b|\bntp\b|time (drift|skew|sync)|\bskew\b", Options)]
    private static partial Regex ClockWords();

    [GeneratedRegex(@"temperature|thermal|overheat|\bhot\b", Options)]
    private static partial Regex HeatWords();

    [GeneratedRegex(@"container|docker|unhealthy|health.?check", Options)]
    private static partial Regex ContainerWords();

    [GeneratedRegex(@"replication|replica ?lag|\breplicas?\b.{0,40}(lag|stale|behind|delay)|stale reads?", Options)]
    private static partial Regex ReplicationWords();

    [GeneratedRegex(@"database ?connections|max_?connections|too many (clients|connections)|connection slots|\bconnections?\b.{0,20}(exhaust|limit|count|pool|saturat|maximum)|(exhaust\w*|limit|maximum)\b.{0,20}\bconnections", Options)]
    private static partial Regex ConnectionWords();

    [GeneratedRegex(@"\b(address|port)\b.{0,20}(in use|already|conflict|taken)|eaddrinuse|\bbind\b", Options)]
    private static partial Regex PortWords();
}
