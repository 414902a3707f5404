namespace OpenSre.Home;

/// <summary>A length of time in the words it was said in: hours, minutes and seconds stay apart.</summary>
internal readonly record struct SpokenDuration(int Hours, int Minutes, int Seconds)
{
    public TimeSpan Length => new(Hours, Minutes, Seconds);
}

/// <summary>Lengths of time as people say them: 5 minutes, an hour and a half, 2 and a half hours, half a minute, 1 hour 15 minutes and 30 seconds.</summary>
internal static class Durations
{
    private static readonly Dictionary<string, int> Units = new(StringComparer.Ordinal)
    {
        ["hour"] = 3600,
        ["hours"] = 3600,
        ["hr"] = 3600,
        ["hrs"] = 3600,
        ["h"] = 3600,
        ["minute"] = 60,
        ["minutes"] = 60,
        ["min"] = 60,
        ["mins"] = 60,
        ["m"] = 60,
        ["second"] = 1,
        ["seconds"] = 1,
        ["sec"] = 1,
        ["secs"] = 1,
        ["s"] = 1,
    };

    public static (int End, SpokenDuration Value)? Read(Sentence sentence, int at)
    {
        if (ReadPart(sentence, at) is not var (end, unit, amount))
        {
            return null;
        }

        int[] parts = [0, 0, 0];
        Put(parts, unit, amount);
        while (true)
        {
            var next = end < sentence.Count && sentence[end] == "and" ? end + 1 : end;

            // "an hour and a half": the half is of the unit before it.
            var fraction = next < sentence.Count && sentence[next] == "a" ? next + 1 : next;
            if (next > end && Numbers.ReadFraction(sentence, fraction) is var (afterFraction, part) && !(afterFraction < sentence.Count && (Units.ContainsKey(sentence[afterFraction]) || sentence[afterFraction] is "a" or "an" or "of")))
            {
                Put(parts, unit, part);
                end = afterFraction;
                continue;
            }

            if (ReadPart(sentence, next) is not var (after, smaller, more) || smaller >= unit)
            {
                break;
            }

            Put(parts, smaller, more);
            (end, unit) = (after, smaller);
        }

        return (end, new SpokenDuration(parts[0], parts[1], parts[2]));
    }

    /// <summary>An amount and its unit: "5 and a half minutes", "half an hour", "a minute".</summary>
    private static (int End, int Unit, decimal Amount)? ReadPart(Sentence sentence, int at)
    {
        if (at >= sentence.Count)
        {
            return null;
        }

        decimal amount;
        int end;
        if (Numbers.ReadFraction(sentence, at) is var (afterFraction, fraction))
        {
            (end, amount) = (afterFraction, fraction);
            if (end < sentence.Count && sentence[end] == "of")
            {
                end++;
            }

            if (end < sentence.Count && sentence[end] is "a" or "an")
            {
                end++;
            }
        }
        else if (Numbers.Read(sentence, at) is var (afterNumber, number))
        {
            (end, amount) = (afterNumber, number);
            if (end + 1 < sentence.Count && sentence[end] == "and")
            {
                var from = sentence[end + 1] == "a" ? end + 2 : end + 1;
                if (Numbers.ReadFraction(sentence, from) is var (after, half) && after < sentence.Count && Units.ContainsKey(sentence[after]))
                {
                    (end, amount) = (after, number + half);
                }
            }
        }
        else if (sentence[at] is "a" or "an" or "one")
        {
            (end, amount) = (at + 1, 1);
        }
        else
        {
            return null;
        }

        return amount > 0 && end < sentence.Count && Units.TryGetValue(sentence[end], out var unit) ? (end + 1, unit, amount) : null;
    }

    /// <summary>What is not whole goes into the smaller units.</summary>
    private static void Put(int[] parts, int unit, decimal amount)
    {
        var index = unit == 3600 ? 0 : unit == 60 ? 1 : 2;
        while (true)
        {
            var whole = (int)decimal.Floor(amount);
            parts[index] += whole;
            amount = (amount - whole) * 60;
            if (amount == 0 || ++index == 3)
            {
                return;
            }
        }
    }
}
