using System.Globalization;

namespace OpenSre.Home;

/// <summary>Numbers as people write and say them: 20.5, twenty point five, one hundred and five, 1/2, half.</summary>
internal static class Numbers
{
    private static readonly Dictionary<string, int> Small = new(StringComparer.Ordinal)
    {
        ["zero"] = 0,
        ["one"] = 1,
        ["two"] = 2,
        ["three"] = 3,
        ["four"] = 4,
        ["five"] = 5,
        ["six"] = 6,
        ["seven"] = 7,
        ["eight"] = 8,
        ["nine"] = 9,
        ["ten"] = 10,
        ["eleven"] = 11,
        ["twelve"] = 12,
        ["thirteen"] = 13,
        ["fourteen"] = 14,
        ["fifteen"] = 15,
        ["sixteen"] = 16,
        ["seventeen"] = 17,
        ["eighteen"] = 18,
        ["nineteen"] = 19,
    };

    private static readonly Dictionary<string, int> Tens = new(StringComparer.Ordinal)
    {
        ["twenty"] = 20,
        ["thirty"] = 30,
        ["forty"] = 40,
        ["fourty"] = 40,
        ["fifty"] = 50,
        ["sixty"] = 60,
        ["seventy"] = 70,
        ["eighty"] = 80,
        ["ninety"] = 90,
    };

    /// <summary>The number that begins at a word, and the word after it; null when none does.</summary>
    public static (int End, decimal Value)? Read(Sentence sentence, int at)
    {
        if (at >= sentence.Count)
        {
            return null;
        }

        var sign = 1;
        if (sentence[at] == "minus" && at + 1 < sentence.Count)
        {
            sign = -1;
            at++;
        }

        if (ReadDigits(sentence[at]) is { } digits)
        {
            return (at + 1, sign * digits);
        }

        if (ReadWhole(sentence, at) is not var (end, whole))
        {
            return null;
        }

        if (end + 1 < sentence.Count && sentence[end] == "point")
        {
            var fraction = 0m;
            var scale = 0.1m;
            var i = end + 1;
            for (; i < sentence.Count && Small.TryGetValue(sentence[i], out var digit) && digit < 10; i++)
            {
                fraction += digit * scale;
                scale /= 10;
            }

            if (i > end + 1)
            {
                return (i, sign * (whole + fraction));
            }
        }

        return (end, sign * whole);
    }

    /// <summary>A fraction of one: half, quarter, three quarters, 1/2.</summary>
    public static (int End, decimal Value)? ReadFraction(Sentence sentence, int at)
    {
        if (at >= sentence.Count)
        {
            return null;
        }

        return sentence[at] switch
        {
            "half" => (at + 1, 0.5m),
            "quarter" => (at + 1, 0.25m),
            "three" or "3" when at + 1 < sentence.Count && sentence[at + 1] is "quarters" or "quarter" => (at + 2, 0.75m),
            "1/2" or "½" => (at + 1, 0.5m),
            "1/4" or "¼" => (at + 1, 0.25m),
            "3/4" or "¾" => (at + 1, 0.75m),
            _ => null,
        };
    }

    private static decimal? ReadDigits(string word) =>
        word.Length is > 0 and < 12 && (char.IsDigit(word[0]) || word[0] is '-' or '+') && decimal.TryParse(word, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) ? value : null;

    private static (int End, int Value)? ReadWhole(Sentence sentence, int at)
    {
        if (at + 1 < sentence.Count && sentence[at] == "a" && sentence[at + 1] == "hundred")
        {
            return AfterHundred(sentence, at + 2, 100);
        }

        if (ReadBelowHundred(sentence, at) is not var (end, value))
        {
            return null;
        }

        return end < sentence.Count && sentence[end] == "hundred" ? AfterHundred(sentence, end + 1, value * 100) : (end, value);
    }

    private static (int End, int Value) AfterHundred(Sentence sentence, int end, int value)
    {
        var rest = end < sentence.Count && sentence[end] == "and" ? end + 1 : end;
        return ReadBelowHundred(sentence, rest) is var (after, more) ? (after, value + more) : (end, value);
    }

    private static (int End, int Value)? ReadBelowHundred(Sentence sentence, int at)
    {
        if (at >= sentence.Count)
        {
            return null;
        }

        if (Small.TryGetValue(sentence[at], out var small))
        {
            return (at + 1, small);
        }

        if (!Tens.TryGetValue(sentence[at], out var tens))
        {
            return null;
        }

        return at + 1 < sentence.Count && Small.TryGetValue(sentence[at + 1], out var unit) && unit is > 0 and < 10 ? (at + 2, tens + unit) : (at + 1, tens);
    }
}
