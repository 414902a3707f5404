using System.Text;

namespace OpenSre.Home;

/// <summary>
/// Reads the grammar of <c>grammar.txt</c>. <c>&lt;rule&gt; = …</c> names a part, <c>Verb:</c> begins the sentences of a verb, one a line.
/// In a sentence stand words, <c>(a | b)</c>, <c>[optional]</c>, <c>&lt;rule&gt;</c>, <c>{reader:slot}</c> and <c>slot=value</c>.
/// </summary>
internal sealed class GrammarReader(Func<string, string, Pattern> reader)
{
    private readonly Dictionary<string, Pattern> _rules = new(StringComparer.Ordinal);

    /// <exception cref="InvalidDataException">The grammar says something that cannot be read.</exception>
    public IReadOnlyList<(HomeVerb Verb, Pattern Pattern)> Read(TextReader text)
    {
        List<(HomeVerb, Pattern)> sentences = [];
        HomeVerb? verb = null;
        var number = 0;
        while (text.ReadLine() is { } line)
        {
            number++;
            var comment = line.IndexOf('#', StringComparison.Ordinal);
            line = (comment < 0 ? line : line[..comment]).TrimEnd();
            if (line.Length == 0)
            {
                continue;
            }

            try
            {
                if (line[0] == '<')
                {
                    var end = line.IndexOf('>', StringComparison.Ordinal);
                    _rules[line[1..end]] = new Parts(line[(line.IndexOf('=', end) + 1)..], this).Whole();
                }
                else if (line[0] != ' ')
                {
                    verb = Enum.Parse<HomeVerb>(line.TrimEnd(':'));
                }
                else
                {
                    sentences.Add((verb ?? throw new InvalidDataException("a sentence before the first verb"), new Parts(line, this).Whole()));
                }
            }
            catch (Exception e) when (e is ArgumentException or InvalidDataException)
            {
                throw new InvalidDataException($"grammar, line {number}: {e.Message}", e);
            }
        }

        return sentences;
    }

    private Pattern Rule(string name) => _rules.TryGetValue(name, out var rule) ? rule : throw new InvalidDataException($"there is no rule <{name}> above");

    private sealed class Parts(string text, GrammarReader grammar)
    {
        private int _at;

        public Pattern Whole()
        {
            var pattern = Choice();
            return _at == text.Length ? pattern : throw new InvalidDataException($"'{text[_at]}' is not expected at {_at}");
        }

        private Pattern Choice()
        {
            List<Pattern> choices = [Sequence()];
            while (Take('|'))
            {
                choices.Add(Sequence());
            }

            return choices.Count == 1 ? choices[0] : new ChoicePattern([.. choices]);
        }

        private Pattern Sequence()
        {
            List<Pattern> parts = [];
            while (Part() is { } part)
            {
                parts.Add(part);
            }

            return parts.Count == 1 ? parts[0] : new SequencePattern([.. parts]);
        }

        private Pattern? Part()
        {
            if (Take('('))
            {
                var choice = Choice();
                Need(')');
                return choice;
            }

            if (Take('['))
            {
                var choice = Choice();
                Need(']');
                return new OptionalPattern(choice);
            }

            if (Take('<'))
            {
                var rule = Word();
                Need('>');
                return grammar.Rule(rule);
            }

            if (Take('{'))
            {
                var kind = Word();
                var slot = Take(':') ? Word() : kind;
                Need('}');
                return kind == "text" ? new WildcardPattern(slot) : grammar.Made(kind, slot);
            }

            var word = Word();
            if (word.Length == 0)
            {
                return null;
            }

            return Take('=') ? new ConstantPattern(word, Word()) : new LiteralPattern(word);
        }

        private string Word()
        {
            Blank();
            var word = new StringBuilder();
            while (_at < text.Length && (char.IsLetterOrDigit(text[_at]) || text[_at] is '_' or '%' or '/' or '-'))
            {
                word.Append(text[_at++]);
            }

            return word.ToString();
        }

        private bool Take(char c)
        {
            Blank();
            if (_at < text.Length && text[_at] == c)
            {
                _at++;
                return true;
            }

            return false;
        }

        private void Need(char c)
        {
            if (!Take(c))
            {
                throw new InvalidDataException($"'{c}' is missing at {_at}");
            }
        }

        private void Blank()
        {
            while (_at < text.Length && text[_at] == ' ')
            {
                _at++;
            }
        }
    }

    private Pattern Made(string kind, string slot) => reader(kind, slot);
}
