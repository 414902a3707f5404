using System.Runtime.InteropServices;
using System.Text;

namespace OpenSre.Diagnostics;

/// <summary>
/// Groups tokenised lines, in the manner of Drain: by number of tokens and first token, then by words. A line joins a
/// template when every word of the template stands in it. Words are taken for constant until enough templates differ in
/// one place alone; then that place becomes variable and those templates become one.
/// </summary>
/// <remarks>What this does more than Drain: no similarity of less than 1, so that "VM started" and "VM stopped" stay
/// apart, and templates that turn out to be one are merged afterwards. Ids are given in order of first sight.</remarks>
internal sealed class TemplateTree
{
    /// <summary>So many words in one place make it variable.</summary>
    private const int WordsThatVary = 5;

    /// <summary>The same, if most of them look like names.</summary>
    private const int NamesThatVary = 4;

    /// <summary>A variable place may not leave fewer words than this.</summary>
    private const int FewestWords = 1;

    private readonly int capacity;
    private readonly List<Template> templates = [];
    private readonly Dictionary<ulong, int> exact = [];
    private readonly Dictionary<ulong, List<int>> bySize = [];
    private readonly Dictionary<ulong, List<int>> byFirst = [];
    private readonly Dictionary<ulong, List<Alternative>> alternatives = [];
    private int[] group = new int[64];

    /// <param name="capacity">The most templates there may be.</param>
    public TemplateTree(int capacity) => this.capacity = capacity;

    public int Count => templates.Count;

    /// <summary>The template a merged template has become part of; itself if it was not merged.</summary>
    public int Group(int id) => group[id];

    /// <summary>The template of a line.</summary>
    public int Find(ReadOnlySpan<LogToken> tokens, ReadOnlySpan<byte> line)
    {
        if (Match(tokens) is >= 0 and var known)
        {
            return known;
        }

        if (templates.Count >= capacity)
        {
            // One template for everything that no longer fits in.
            return Match([]) is >= 0 and var rest ? rest : Create(new Template([], []));
        }

        return Create(new Template(tokens.ToArray(), line.ToArray()));
    }

    /// <summary>The template as text.</summary>
    public string Text(int id) => templates[group[id]].ToString();

    private int Match(ReadOnlySpan<LogToken> tokens)
    {
        if (exact.TryGetValue(Template.HashOf(tokens), out var same))
        {
            return group[same];
        }

        if (tokens.Length == 0)
        {
            return -1;
        }

        var best = Best(tokens, tokens[0].Hash, -1);
        return tokens[0].Hash == LogTokens.Variable ? best : Best(tokens, LogTokens.Variable, best);
    }

    private int Best(ReadOnlySpan<LogToken> tokens, ulong first, int best)
    {
        if (byFirst.TryGetValue(Key(tokens.Length, first), out var candidates))
        {
            foreach (var id in candidates)
            {
                if ((best < 0 || templates[id].Words > templates[best].Words) && templates[id].Covers(tokens))
                {
                    best = id;
                }
            }
        }

        return best;
    }

    private int Create(Template template)
    {
        var id = templates.Count;
        templates.Add(template);
        if (id == group.Length)
        {
            Array.Resize(ref group, 2 * id);
        }

        group[id] = id;
        exact[template.Hash] = id;
        Absorb(id, template);
        if (template.Tokens.Length > 0)
        {
            At(bySize, Key(template.Tokens.Length, 0)).Add(id);
            At(byFirst, Key(template.Tokens.Length, template.Tokens[0].Hash)).Add(id);
            Generalise(id, template);
        }

        return group[id];
    }

    /// <summary>Takes in the older templates this one covers.</summary>
    private void Absorb(int id, Template template)
    {
        if (template.Words <= FewestWords || template.Words == template.Tokens.Length || !bySize.TryGetValue(Key(template.Tokens.Length, 0), out var others))
        {
            return;
        }

        var absorbed = false;
        foreach (var other in others)
        {
            if (template.Covers(templates[other].Tokens))
            {
                group[other] = id;
                absorbed = true;
            }
        }

        if (absorbed)
        {
            Settle();
        }
    }

    /// <summary>Makes the first place variable in which enough templates differ and nothing else.</summary>
    private void Generalise(int id, Template template)
    {
        if (template.Words - 1 < FewestWords)
        {
            return;
        }

        for (var place = 0; place < template.Tokens.Length; place++)
        {
            var token = template.Tokens[place];
            // The first word says what the line is about, unless it is a name.
            if (token.Hash == LogTokens.Variable || (place == 0 && !token.Name))
            {
                continue;
            }

            var seen = At(alternatives, template.HashWithout(place));
            if (seen.Exists(s => s.Word == token.Hash))
            {
                continue;
            }

            seen.Add(new Alternative(id, token.Hash, token.Name));
            if (seen.Count < (seen.Count(s => s.Name) * 2 >= seen.Count ? NamesThatVary : WordsThatVary))
            {
                continue;
            }

            var wider = template.With(place);
            var target = Match(wider.Tokens) is >= 0 and var known ? known : Create(wider);
            foreach (var alternative in seen)
            {
                group[group[alternative.Template]] = target;
                group[alternative.Template] = target;
            }

            Settle();
            return;
        }
    }

    /// <summary>Points every template straight at its group and forgets the merged ones as candidates.</summary>
    private void Settle()
    {
        for (var i = 0; i < templates.Count; i++)
        {
            var to = i;
            while (group[to] != to)
            {
                to = group[to];
            }

            group[i] = to;
        }

        foreach (var list in bySize.Values.Concat(byFirst.Values))
        {
            list.RemoveAll(i => group[i] != i);
        }
    }

    private static List<TItem> At<TItem>(Dictionary<ulong, List<TItem>> lists, ulong key) =>
        CollectionsMarshal.GetValueRefOrAddDefault(lists, key, out _) ??= [];

    private static ulong Key(int size, ulong first) => first ^ ((ulong)(size + 1) * 0x9E3779B97F4A7C15);

    private readonly record struct Alternative(int Template, ulong Word, bool Name);

    private sealed class Template(LogToken[] tokens, byte[] example)
    {
        private const string Wildcard = "<*>";

        public LogToken[] Tokens { get; } = tokens;

        /// <summary>How many tokens do not vary.</summary>
        public int Words { get; } = tokens.Count(t => t.Hash != LogTokens.Variable);

        public ulong Hash { get; } = HashOf(tokens);

        public static ulong HashOf(ReadOnlySpan<LogToken> tokens)
        {
            var hash = (ulong)tokens.Length;
            foreach (ref readonly var token in tokens)
            {
                hash = Fold(hash, token.Hash);
            }

            return hash;
        }

        public ulong HashWithout(int place)
        {
            var hash = (ulong)Tokens.Length;
            for (var i = 0; i < Tokens.Length; i++)
            {
                // 0 is the hash of no token.
                hash = Fold(hash, i == place ? 0 : Tokens[i].Hash);
            }

            return hash;
        }

        public Template With(int variable)
        {
            LogToken[] wider = [.. Tokens];
            wider[variable] = wider[variable] with { Hash = LogTokens.Variable };
            return new Template(wider, example);
        }

        public bool Covers(ReadOnlySpan<LogToken> others)
        {
            var own = Tokens;
            if (own.Length != others.Length)
            {
                return false;
            }

            for (var i = 0; i < own.Length; i++)
            {
                if (own[i].Hash != LogTokens.Variable && own[i].Hash != others[i].Hash)
                {
                    return false;
                }
            }

            return true;
        }

        public override string ToString()
        {
            if (Tokens.Length == 0)
            {
                return example.Length == 0 ? Wildcard : Encoding.UTF8.GetString(example).Trim();
            }

            var text = new StringBuilder();
            var at = 0;
            foreach (var token in Tokens)
            {
                if (token.Hash != LogTokens.Variable)
                {
                    continue;
                }

                text.Append(Encoding.UTF8.GetString(example.AsSpan(at..token.Start))).Append(Wildcard);
                at = token.Start + token.Length;
                at += ClosesWhatBegan(token, at) ? 1 : 0;
            }

            return text.Append(Encoding.UTF8.GetString(example.AsSpan(at))).ToString().Trim();
        }

        /// <summary>Whether a bracket behind the token closes one within it, as in <c>10.0.0.1 (host-7)</c>.</summary>
        private bool ClosesWhatBegan(LogToken token, int at)
        {
            var open = at == example.Length ? 0 : example[at] switch { (byte)')' => '(', (byte)']' => '[', (byte)'}' => '{', _ => 0 };
            var within = example.AsSpan(token.Start, token.Length);
            return open != 0 && within.Count((byte)open) > within.Count(example[at]);
        }

        private static ulong Fold(ulong hash, ulong value)
        {
            hash = (hash ^ value) * 0xD6E8FEB86659FD93;
            return hash ^ (hash >> 32);
        }
    }
}
