using OpenSre.Diagnostics;

namespace OpenSre.Investigation;

/// <summary>The words a case is about: a question that uses only these, and words of asking, is about this case.</summary>
internal sealed class CaseWords
{
    private static readonly string[][] Synonyms =
    [
        ["memory", "ram", "oom", "mem", "swap"],
        ["disk", "filesystem", "fs", "storage", "space", "volume"],
        ["disk", "io", "i/o", "iops", "writeback"],
        ["network", "net", "networking", "connection", "connectivity", "packet", "packets", "interface"],
        ["dns", "resolver", "resolution", "nameserver"],
        ["tls", "ssl", "certificate", "cert", "certs", "https"],
        ["cpu", "processor", "load", "cores"],
        ["container", "docker", "containers"],
        ["clock", "time", "ntp", "skew"],
        ["config", "configuration", "settings"],
        ["healthy", "false", "fine", "nothing", "ok"],
        ["process", "processes", "pids", "threads"],
        ["port", "ports", "listen", "socket"],
        ["thermal", "temperature", "hot", "overheating", "heat"],
        ["dependency", "upstream", "backend", "database", "db"],
    ];

    private readonly HashSet<string> _words = new(StringComparer.Ordinal);

    public CaseWords(CaseFile file)
    {
        foreach (var alert in file.Incident.Alerts)
        {
            Add(alert.Name);
            Add(alert.Summary);
            foreach (var value in alert.Labels.Values)
            {
                Add(value);
            }
        }

        foreach (var hypothesis in file.Diagnosis?.Ranked ?? [])
        {
            Add(hypothesis.FaultType);
            Add(hypothesis.Entity.Name);
            Add(hypothesis.Statement);
        }

        foreach (var evidence in file.Ledger.Evidence)
        {
            Add(evidence.Entity.Name);
            Add(evidence.Claim);
        }
    }

    public bool Contains(string word) => _words.Contains(word);

    /// <summary>Whether the word names a kind of trouble the engine knows, whatever the case is about.</summary>
    public static bool IsFaultWord(string word) => Related(word).Any(FaultWords.Value.Contains) || FaultWords.Value.Contains(word);

    /// <summary>The word and those that mean nearly the same.</summary>
    public static IEnumerable<string> Related(string word) =>
        Synonyms.Where(s => s.Contains(word, StringComparer.Ordinal)).SelectMany(s => s).Append(word).Distinct(StringComparer.Ordinal);

    private static readonly Lazy<HashSet<string>> FaultWords = new(() =>
        [.. FaultCatalogue.All.SelectMany(f => Words.Parts(f.Id)), FaultCatalogue.Healthy]);

    private void Add(string text)
    {
        foreach (var word in Words.Of(text))
        {
            foreach (var part in Words.Parts(word))
            {
                _words.Add(part);
            }
        }
    }
}
