using System.Buffers;
using System.Collections.Frozen;
using System.Text.Json;
using OpenSre.Core;

namespace OpenSre.Investigation;

/// <summary>
/// An alert while a dialect fills it in. Building it makes the text harmless (no control sequences, no credentials,
/// bounded lengths), gives it a name and a summary whatever the sender left out, and a fingerprint when it has none.
/// </summary>
internal sealed class AlertDraft(string source)
{
    private const int NameLength = 200;
    private const int SummaryLength = 1000;
    private const int LabelLength = 500;
    private const int AnnotationLength = 4000;
    private const int MaxEntries = 100;

    private static readonly SearchValues<string> SecretHints = SearchValues.Create(
        ["passw", "secret", "key", "token", "authorization", "-----BEGIN", "://", "sk-", "gh", "xox", "AKIA", "glpat", "sntr", "AIza", "eyJ"],
        StringComparison.OrdinalIgnoreCase);

    private readonly Dictionary<string, string> _labels = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _annotations = new(StringComparer.Ordinal);
    private readonly List<AlertLink> _links = [];

    public string? Name { get; set; }

    public string? Summary { get; set; }

    public Severity Severity { get; set; }

    public AlertStatus Status { get; set; } = AlertStatus.Firing;

    public DateTimeOffset? StartsAt { get; set; }

    public DateTimeOffset? EndsAt { get; set; }

    /// <summary>The sender's deduplication key.</summary>
    public string? Key { get; set; }

    public string? GroupKey { get; set; }

    public string? Question { get; set; }

    public IReadOnlyDictionary<string, string> Labels => _labels;

    public IReadOnlyDictionary<string, string> Annotations => _annotations;

    /// <summary>Sets a label; blank values are left out, the last one of a name counts.</summary>
    public void Label(string name, string? value) => Set(_labels, name, value is null ? null : SafeText.Line(Hide(value, LabelLength), LabelLength));

    public void Annotation(string name, string? value) => Set(_annotations, name, value is null ? null : Prose(value, AnnotationLength));

    /// <summary>Every scalar field of an object as a label.</summary>
    public void LabelAll(JsonElement labels)
    {
        foreach (var (name, value) in labels.Fields())
        {
            Label(name, value.AsText());
        }
    }

    public void AnnotateAll(JsonElement annotations)
    {
        foreach (var (name, value) in annotations.Fields())
        {
            Annotation(name, value.AsText());
        }
    }

    /// <summary>Tags as vendors write them: <c>"env:prod,host:a"</c>, a list of such, a map, or a list of name and value.</summary>
    public void LabelTags(JsonElement tags)
    {
        if (tags.ValueKind == JsonValueKind.Object)
        {
            LabelAll(tags);
            return;
        }

        var plain = new List<string>();
        foreach (var item in tags.ValueKind == JsonValueKind.Array ? tags.Items() : [tags])
        {
            if (item.Text("name", "key", "tag") is { } name)
            {
                Label(name, item.Text("value") ?? "true");
            }
            else if (item.ValueKind == JsonValueKind.Array)
            {
                var pair = item.Items().Take(2).Select(i => i.AsText()).ToList();
                if (pair is [{ } key, { } value])
                {
                    Label(key, value);
                }
            }
            else if (item.AsText() is { } text)
            {
                foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
                {
                    var colon = part.IndexOf(':');
                    if (colon > 0 && colon < part.Length - 1)
                    {
                        Label(part[..colon].Trim(), part[(colon + 1)..]);
                    }
                    else
                    {
                        plain.Add(part);
                    }
                }
            }
        }

        if (plain.Count > 0)
        {
            Label("tags", string.Join(",", plain));
        }
    }

    /// <summary>Keeps an absolute http or https address, once.</summary>
    public void Link(string title, string? url)
    {
        if (url is null || _links.Count >= 20 || url.Length > 4000)
        {
            return;
        }

        url = SafeText.Clean(Hide(url, 4000), keepLines: false).Trim();
        if (Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && _links.TrueForAll(l => l.Url != url))
        {
            _links.Add(new AlertLink(SafeText.Line(title, 80), url));
        }
    }

    /// <summary>Keeps every link the object holds under a name that vendors give to links.</summary>
    public void LinksIn(JsonElement element)
    {
        // A payload has few fields and links have many names, so the fields are walked once.
        string?[]? found = null;
        foreach (var (name, value) in element.Fields())
        {
            if (LinkPlaces.TryGetValue(name, out var place))
            {
                (found ??= new string?[LinkTitles.Length])[place] = value.AsText();
            }
        }

        for (var place = 0; place < found?.Length; place++)
        {
            Link(LinkTitles[place], found[place]);
        }
    }

    public Alert Build()
    {
        var name = Line(Name, NameLength);
        var summary = Prose(Summary ?? "", SummaryLength);
        if (name.Length == 0)
        {
            name = Line(FirstLine(summary), NameLength);
        }

        if (name.Length == 0)
        {
            name = $"Unnamed {source} alert";
        }

        // A summary is the first paragraph; what follows it is kept beside it.
        var paragraph = summary.IndexOf("\n\n", StringComparison.Ordinal);
        if (paragraph > 0)
        {
            if (!_annotations.ContainsValue(summary))
            {
                _annotations.TryAdd("text", summary);
            }

            summary = summary[..paragraph].TrimEnd();
        }

        return new Alert
        {
            Name = name,
            Summary = summary.Length == 0 ? name : summary,
            Severity = Severity,
            Status = Status,
            Source = source,
            Labels = _labels,
            Annotations = _annotations,
            StartsAt = StartsAt,
            EndsAt = EndsAt,
            Links = _links,
            Fingerprint = Line(Key, 200) is { Length: > 0 } key ? key : AlertIdentity.Of(name, _labels),
            GroupKey = Line(GroupKey, 500) is { Length: > 0 } group ? group : null,
            Question = Prose(Question ?? "", AnnotationLength) is { Length: > 0 } question ? question : null,
        };
    }

    private static readonly (string Title, string[] Names)[] LinkNames =
    [
        ("Runbook", ["runbook_url", "runbookUrl", "runbookURL", "runbook"]),
        ("Dashboard", ["dashboardURL", "dashboard_url", "dashboardUrl", "dashboard"]),
        ("Panel", ["panelURL", "panel_url"]),
        ("Query", ["generatorURL", "generator_url"]),
        ("Alert", ["html_url", "alert_url", "alertUrl", "issueUrl", "issue_url", "incident_url", "web_url", "permalink", "ruleUrl", "url", "link", "details_url"]),
        ("Silence", ["silenceURL", "silence_url"]),
        ("Image", ["imageURL", "imageUrl", "image_url"]),
        ("Sender", ["externalURL", "client_url"]),
    ];

    private static readonly string[] LinkTitles = [.. LinkNames.SelectMany(l => l.Names.Select(_ => l.Title))];

    private static readonly FrozenDictionary<string, int> LinkPlaces = LinkNames.SelectMany(l => l.Names).Index().ToFrozenDictionary(n => n.Item, n => n.Index, StringComparer.Ordinal);

    private static void Set(Dictionary<string, string> map, string name, string? value)
    {
        name = SafeText.Line(name, 120);
        if (name.Length == 0 || string.IsNullOrWhiteSpace(value) || (map.Count >= MaxEntries && !map.ContainsKey(name)))
        {
            return;
        }

        map[name] = value;
    }

    private static string FirstLine(string text)
    {
        var end = text.AsSpan().IndexOf('\n');
        return end < 0 ? text : text[..end];
    }

    private static string Line(string? text, int width) => text is null ? "" : SafeText.Line(Hide(text, width), width);

    private static string Prose(string text, int length)
    {
        text = SafeText.Clean(Hide(text, length)).Trim();
        return text.Length <= length ? text : SafeText.Clean(text[..(char.IsHighSurrogate(text[length - 2]) ? length - 2 : length - 1)]) + "…";
    }

    /// <summary>
    /// Masks what looks like a credential. Only a little more than what is kept is looked at, so that a very long
    /// value costs no more than a long one.
    /// </summary>
    private static string Hide(string text, int length)
    {
        if (text.Length > length + 100)
        {
            text = text[..(length + 100)];
        }

        return text.AsSpan().ContainsAny(SecretHints) ? Redaction.Apply(text) : text;
    }
}
