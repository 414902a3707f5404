namespace OpenSre.Sources;

/// <summary>
/// What an alert's expression measures: <c>rate(errors[5m]) > 0.1 and on() up == 1</c> measures the two sides of
/// <c>and</c>, each without the comparison that makes an alert of it. With it a range would hold nothing but the time the
/// alert holds.
/// </summary>
internal static class PromExpression
{
    private const string Comparison = "<>=!";
    private static readonly string[] Sets = ["and", "or", "unless"];

    /// <summary>The measured parts, with +1 where growth raises the alert, −1 where a fall does, 0 where neither is known.</summary>
    public static IReadOnlyList<(string Expression, int BadWay)> Measured(string expression)
    {
        List<(string, int)> parts = [];
        foreach (var operand in Split(Peeled(expression)))
        {
            var (left, operation, right) = Compared(Peeled(operand));
            // A number on the left turns the comparison round.
            var turned = IsNumber(left) && right.Length > 0;
            var part = turned ? right : left;
            var way = operation switch { ">" or ">=" => 1, "<" or "<=" => -1, _ => 0 };
            if (part.Length > 0 && !IsNumber(part))
            {
                parts.Add((part, turned ? -way : way));
            }
        }

        return parts;
    }

    /// <summary>The operands of <c>and</c>, <c>or</c> and <c>unless</c> outside of all brackets.</summary>
    private static List<string> Split(string text)
    {
        List<string> operands = [];
        var begin = 0;
        foreach (var (at, depth) in Outside(text))
        {
            if (depth > 0 || at < begin || (at > 0 && IsName(text[at - 1])))
            {
                continue;
            }

            var word = Array.Find(Sets, s => string.CompareOrdinal(text, at, s, 0, s.Length) == 0 && (at + s.Length == text.Length || !IsName(text[at + s.Length])));
            if (word is not null)
            {
                operands.Add(text[begin..at].Trim());
                begin = AfterMatching(text, at + word.Length);
            }
        }

        operands.Add(text[begin..].Trim());
        operands.RemoveAll(o => o.Length == 0);
        return operands;
    }

    /// <summary>The sides of the first comparison outside of all brackets; the whole where there is none.</summary>
    private static (string Left, string Operation, string Right) Compared(string text)
    {
        foreach (var (at, depth) in Outside(text))
        {
            if (depth == 0 && Comparison.Contains(text[at]))
            {
                var length = at + 1 < text.Length && text[at + 1] == '=' ? 2 : 1;
                var right = text[(at + length)..].Trim();
                right = right.StartsWith("bool ", StringComparison.Ordinal) ? right[5..].Trim() : right;
                return (text[..at].Trim(), text.Substring(at, length), right);
            }
        }

        return (text, "", "");
    }

    /// <summary>Behind <c>on (…)</c>, <c>ignoring (…)</c>, <c>group_left (…)</c>.</summary>
    private static int AfterMatching(string text, int at)
    {
        foreach (var word in new[] { "on", "ignoring", "group_left", "group_right" })
        {
            var next = at;
            while (next < text.Length && char.IsWhiteSpace(text[next]))
            {
                next++;
            }

            if (string.CompareOrdinal(text, next, word, 0, word.Length) != 0 || (next + word.Length < text.Length && IsName(text[next + word.Length])))
            {
                continue;
            }

            var open = text.IndexOf('(', next);
            var close = open < 0 ? -1 : text.IndexOf(')', open);
            at = close >= 0 && text[(next + word.Length)..open].Trim().Length == 0 ? close + 1 : next + word.Length;
        }

        return at;
    }

    /// <summary>Without brackets around the whole.</summary>
    private static string Peeled(string text)
    {
        text = text.Trim();
        while (text.Length > 2 && text[0] == '(' && Outside(text).All(c => c.Depth > 0 || c.At is 0 || c.At == text.Length - 1) && text[^1] == ')')
        {
            text = text[1..^1].Trim();
        }

        return text;
    }

    /// <summary>Each character that stands in no string, with how many brackets are open before and after it.</summary>
    private static IEnumerable<(int At, int Depth)> Outside(string text)
    {
        var depth = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is '"' or '\'' or '`')
            {
                var quote = text[i];
                for (i++; i < text.Length && text[i] != quote; i++)
                {
                    i += text[i] == '\\' && quote != '`' ? 1 : 0;
                }

                continue;
            }

            if (text[i] == '#')
            {
                var end = text.IndexOf('\n', i);
                i = end < 0 ? text.Length : end;
                continue;
            }

            depth -= text[i] is ')' or ']' or '}' ? 1 : 0;
            yield return (i, depth);
            depth += text[i] is '(' or '[' or '{' ? 1 : 0;
        }
    }

    private static bool IsName(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or ':';

    private static bool IsNumber(string text) => double.TryParse(text.Trim('(', ')', ' '), System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out _);
}
