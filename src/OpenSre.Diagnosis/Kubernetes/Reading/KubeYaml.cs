namespace OpenSre.Diagnostics;

/// <summary>A value of a manifest: a map, a list or a word. Enough of YAML for what Kubernetes prints and people apply.</summary>
public sealed class KubeYaml
{
    private static readonly KubeYaml Nothing = new();

    /// <summary>The word, when it is one.</summary>
    public string Text { get; private set; } = "";

    /// <summary>The line it stands on, without the spaces around it.</summary>
    public string Line { get; private set; } = "";

    public Dictionary<string, KubeYaml> Map { get; } = new(StringComparer.Ordinal);

    public List<KubeYaml> Items { get; } = [];

    /// <summary>The value under a key; an empty one when there is none, so that paths can be walked without asking.</summary>
    public KubeYaml this[string key] => Map.GetValueOrDefault(key) ?? Nothing;

    public bool Exists => this != Nothing;

    /// <summary>This value and all inside it.</summary>
    public IEnumerable<KubeYaml> All() => Map.Values.Concat(Items).SelectMany(v => v.All()).Prepend(this);

    /// <summary>All objects of a text of several documents; the items of a List count as documents.</summary>
    public static IReadOnlyList<KubeYaml> Documents(string text)
    {
        List<KubeYaml> documents = [];
        List<(int Indent, string Content)> lines = [];
        foreach (var range in text.AsSpan().Split('\n'))
        {
            var raw = text[range].TrimEnd('\r', ' ');
            if (raw.StartsWith("---", StringComparison.Ordinal))
            {
                Flush();
                continue;
            }

            lines.Add((raw.Length - raw.TrimStart().Length, raw.Trim()));
        }

        Flush();
        return documents;

        void Flush()
        {
            var reader = new Reader(lines);
            if (reader.Block(0) is { Map.Count: > 0 } document)
            {
                if (document["items"].Items.Count > 0)
                {
                    documents.AddRange(document["items"].Items);
                }
                else
                {
                    documents.Add(document);
                }
            }

            lines = [];
        }
    }

    private sealed class Reader(List<(int Indent, string Content)> lines)
    {
        private int _at;

        /// <summary>The map or list whose lines are indented by at least this much.</summary>
        public KubeYaml Block(int least)
        {
            KubeYaml block = new();
            Skip();
            if (_at >= lines.Count || lines[_at].Indent < least)
            {
                return block;
            }

            var indent = lines[_at].Indent;
            while (true)
            {
                Skip();
                if (_at >= lines.Count || lines[_at].Indent != indent)
                {
                    if (_at < lines.Count && lines[_at].Indent > indent)
                    {
                        _at++; // Continuation of a long word; it is read far enough.
                        continue;
                    }

                    return block;
                }

                var content = lines[_at].Content;
                if (content == "-" || content.StartsWith("- ", StringComparison.Ordinal))
                {
                    block.Items.Add(Item(indent, content));
                }
                else if (KeyEnd(content) is > 0 and var colon)
                {
                    if (block.Items.Count > 0)
                    {
                        return block;
                    }

                    _at++;
                    var key = Unquote(content[..colon]);
                    block.Map[key] = Value(content[(colon + 1)..].Trim(), indent, content);
                }
                else
                {
                    _at++;
                }
            }
        }

        private KubeYaml Item(int indent, string content)
        {
            var rest = content.Length > 1 ? content[2..].TrimStart() : "";
            if (rest.Length == 0)
            {
                _at++;
                return Block(indent + 1);
            }

            if (KeyEnd(rest) > 0 && rest[0] is not ('"' or '\'' or '{'))
            {
                // The rest of the line is the first entry of a map that goes on below it.
                lines[_at] = (indent + content.Length - rest.Length, rest);
                return Block(indent + 1);
            }

            _at++;
            return new KubeYaml { Text = Unquote(WithoutComment(rest)), Line = content };
        }

        private KubeYaml Value(string text, int indent, string content)
        {
            text = WithoutComment(text);
            if (text.Length > 0 && text[0] is '|' or '>')
            {
                List<string> kept = [];
                var inner = -1;
                while (_at < lines.Count && (lines[_at].Content.Length == 0 || lines[_at].Indent > indent))
                {
                    var (depth, line) = lines[_at++];
                    inner = inner < 0 && line.Length > 0 ? depth : inner;
                    kept.Add(line.Length == 0 ? "" : new string(' ', Math.Max(0, depth - inner)) + line);
                }

                return new KubeYaml { Text = string.Join('\n', kept), Line = content };
            }

            if (text.Length > 0)
            {
                return new KubeYaml { Text = Unquote(text), Line = content };
            }

            Skip();
            // A list may stand at the indentation of its own key.
            var list = _at < lines.Count && lines[_at].Indent == indent && lines[_at].Content.StartsWith('-');
            var block = list ? Block(indent) : Block(indent + 1);
            block.Line = content;
            return block;
        }

        private void Skip()
        {
            while (_at < lines.Count && (lines[_at].Content.Length == 0 || lines[_at].Content[0] == '#'))
            {
                _at++;
            }
        }

        private static int KeyEnd(string content)
        {
            if (content.Length > 1 && content[0] is '"' or '\'')
            {
                var close = content.IndexOf(content[0], 1);
                return close > 0 && close + 1 < content.Length && content[close + 1] == ':' ? close + 1 : -1;
            }

            var colon = content.IndexOf(": ", StringComparison.Ordinal);
            return colon > 0 ? colon : content.Length > 1 && content[^1] == ':' ? content.Length - 1 : -1;
        }

        private static string WithoutComment(string text)
        {
            if (text.Length > 1 && text[0] is '"' or '\'' && text.IndexOf(text[0], 1) is > 0 and var close)
            {
                return text[..(close + 1)];
            }

            var comment = text.IndexOf(" #", StringComparison.Ordinal);
            return comment < 0 ? text : text[..comment].TrimEnd();
        }

        private static string Unquote(string text) =>
            text.Length > 1 && text[0] is '"' or '\'' && text[^1] == text[0] ? text[1..^1] : text;
    }
}
