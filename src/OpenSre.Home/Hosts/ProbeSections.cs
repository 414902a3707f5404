namespace OpenSre.Home;

/// <summary>What a probe printed, by sections. A section counts only when the next one began: half a section is none.</summary>
internal sealed class ProbeSections
{
    private const char Mark = '\u001e';
    private readonly Dictionary<string, string[]> _lines = new(StringComparer.Ordinal);

    public ProbeSections(string output)
    {
        var parts = output.Split(Mark);
        for (var i = 1; i < parts.Length; i++)
        {
            var lines = parts[i].Split('\n');
            var name = lines[0].TrimEnd('\r');
            if (i == parts.Length - 1 && name != "end")
            {
                BrokeOffIn = name;
                break;
            }

            _lines[name] = [.. lines.Skip(1).Select(l => l.TrimEnd('\r')).Where(l => l.Length > 0)];
        }
    }

    /// <summary>The probe began to answer at all.</summary>
    public bool Began => _lines.ContainsKey("begin");

    public bool Ended => _lines.ContainsKey("end");

    /// <summary>The section that was being written when the answer stopped; null when it is whole.</summary>
    public string? BrokeOffIn { get; }

    /// <summary>Null when the section is not there; lines that say why something could not be read are left out.</summary>
    public IReadOnlyList<string>? this[string section] => _lines.TryGetValue(section, out var lines) ? [.. lines.Where(l => l[0] != '!')] : null;

    /// <summary>The reason a section gives for being empty; null when it gives none.</summary>
    public string? Refusal(string section) => _lines.TryGetValue(section, out var lines) ? lines.FirstOrDefault(l => l[0] == '!')?[1..] : null;

    public IEnumerable<string> Refusals(string section) => _lines.TryGetValue(section, out var lines) ? lines.Where(l => l[0] == '!').Select(l => l[1..]) : [];
}
