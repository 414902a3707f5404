namespace OpenSre.Home;

/// <summary>
/// Questions for a measured value: "what is the humidity in the cellar", "how much battery does my phone have left". They come
/// in any order of words, so they are read by what they hold: a name or a place, the words of one kind of sensor, and
/// nothing that is neither.
/// </summary>
internal static class SensorQuestions
{
    private static readonly HashSet<string> Opening = new(StringComparer.Ordinal) { "what", "how", "tell", "show", "give", "when" };

    private static readonly HashSet<string> Function = new(StringComparer.Ordinal)
    {
        "what", "is", "are", "the", "my", "our", "a", "an", "of", "in", "on", "at", "from", "for", "by", "to", "and", "how", "much", "many", "does", "do", "did", "has", "have", "i", "we", "it", "there", "was", "were",
        "tell", "show", "give", "me", "indicated", "measured", "reported", "given", "shown", "detected", "displayed", "produced", "recorded", "show", "shows", "indicate", "read", "say", "that", "its", "being", "currently", "coming", "got", "get",
    };

    public static (HomeRequest Request, int Score)? Read(Sentence sentence, HouseIndex house)
    {
        // "humidity in the bathroom" asks as well as "what is the humidity in the bathroom".
        if (sentence.Count < 3 || !(Opening.Contains(sentence[0]) || sentence.IsQuestion || (SensorClass.Is(sentence[0]) && sentence[1] is "in" or "of" or "at")))
        {
            return null;
        }

        List<(HomeRequest Request, int Score)> found = [];
        for (var at = 0; at < sentence.Count; at++)
        {
            foreach (var (end, match) in house.Names(sentence, at))
            {
                foreach (var entity in match.Entities.Where(e => e.Domain == "sensor"))
                {
                    if (Words(sentence, at, end, entity.DeviceClass) is { } said)
                    {
                        var request = new HomeRequest(HomeVerb.QueryValue, sentence.Original) { Name = match.Name, Named = [entity], Domain = "sensor", DeviceClass = said.Kind > 0 ? entity.DeviceClass : null };
                        found.Add((request, ((end - at) * (end - at)) + said.Kind + said.Score));
                    }
                }
            }

            foreach (var (end, area) in house.Areas(sentence, at))
            {
                foreach (var kind in house.House.Entities.Where(e => e.Domain == "sensor" && e.AreaId == area.Id && e.DeviceClass is not (null or "temperature")).Select(e => e.DeviceClass!).Distinct(StringComparer.Ordinal))
                {
                    if (Words(sentence, at, end, kind) is { Kind: > 0 } said)
                    {
                        found.Add((new HomeRequest(HomeVerb.QueryValue, sentence.Original) { Area = area, Domain = "sensor", DeviceClass = kind }, end - at + said.Kind + said.Score));
                    }
                }
            }
        }

        return found.Count == 0 ? null : found.MaxBy(f => f.Score);
    }

    /// <summary>How many words say the kind; null when a word is left that says nothing we know.</summary>
    private static (int Kind, int Score)? Words(Sentence sentence, int from, int to, string? deviceClass)
    {
        var words = SensorClass.Find(deviceClass)?.Words ?? [];
        var kind = 0;
        var literal = 0;
        for (var i = 0; i < sentence.Count; i++)
        {
            if (i >= from && i < to)
            {
                continue;
            }

            if (words.Contains(sentence[i], StringComparer.Ordinal) && !(Function.Contains(sentence[i]) && kind == 0 && i < 2))
            {
                kind++;
            }
            else if (!Function.Contains(sentence[i]) && !SensorClass.Any.Contains(sentence[i]))
            {
                return null;
            }

            literal++;
        }

        return (kind, literal);
    }
}
