namespace OpenSre.Diagnostics;

/// <summary>A line of <c>kubectl describe</c> with the lines below it that are indented deeper.</summary>
public sealed class KubeSection(string key, string value, string line, int indent)
{
    public string Key { get; } = key;

    public string Value { get; } = value;

    /// <summary>The line as it stands in the output, without the spaces around it.</summary>
    public string Line { get; } = line;

    public List<KubeSection> Children { get; } = [];

    internal int Indent { get; } = indent;

    public KubeSection? Child(string key) => Children.Find(c => c.Key == key);

    /// <summary>The value of a child; "" when there is none or it says none.</summary>
    public string this[string key] => Child(key)?.Value is { } value && value is not ("<none>" or "<unset>") ? value : "";

    /// <summary>This section and all below it.</summary>
    public IEnumerable<KubeSection> All() => Children.SelectMany(c => c.All()).Prepend(this);
}

/// <summary>The text of <c>kubectl describe</c> for one object, read by the names of its sections.</summary>
public sealed class KubeDescription
{
    private readonly KubeSection _root;

    private KubeDescription(KubeSection root, IReadOnlyList<KubeEvent> events)
    {
        _root = root;
        Events = events;
    }

    public IReadOnlyList<KubeEvent> Events { get; }

    public string this[string key] => _root[key];

    public KubeSection? Section(string key) => _root.Child(key);

    public IEnumerable<KubeSection> All() => _root.All();

    /// <summary>The containers of a pod or of a pod template, by name; not the init containers.</summary>
    public IEnumerable<KubeSection> Containers() =>
        _root.All().Where(s => s.Key == "Containers").SelectMany(s => s.Children);

    public static KubeDescription Parse(string text)
    {
        KubeSection root = new("", "", "", -1);
        Stack<KubeSection> open = new([root]);
        List<string>? events = null;
        foreach (var range in text.AsSpan().Split('\n'))
        {
            var raw = text[range].TrimEnd('\r', ' ');
            var line = raw.TrimStart();
            if (line.Length == 0)
            {
                continue;
            }

            if (line.StartsWith("Events:", StringComparison.Ordinal) && raw[0] == 'E')
            {
                events = [];
                continue;
            }

            if (events is not null)
            {
                events.Add(raw);
                continue;
            }

            var indent = raw.Length - line.Length;
            while (open.Peek().Indent >= indent)
            {
                open.Pop();
            }

            var (key, value) = Split(line);
            KubeSection section = new(key, value, line, indent);
            open.Peek().Children.Add(section);
            open.Push(section);
        }

        return new KubeDescription(root, events is null ? [] : KubeEvent.ReadTable(events));
    }

    private static (string Key, string Value) Split(string line)
    {
        var colon = line.IndexOf(": ", StringComparison.Ordinal);
        if (colon < 0 && line[^1] == ':')
        {
            return (line[..^1], "");
        }

        return colon < 0 || line.AsSpan(0, colon).Contains('=') ? ("", line) : (line[..colon], line[(colon + 2)..].Trim());
    }
}
