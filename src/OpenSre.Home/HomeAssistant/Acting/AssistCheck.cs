namespace OpenSre.Home;

/// <summary>
/// Compares what is about to be done with what Home Assistant's own agent would do on the same words. Where that agent is sure
/// of something else, nothing is done.
/// </summary>
internal static class AssistCheck
{
    /// <summary>Null when they agree or there is nothing to compare; else what to ask.</summary>
    public static string? Disagreement(HomePlan plan, HomeRequest request, AssistSighting? theirs, House house)
    {
        // A room that was not said cannot be known there, and what it does not understand is no other opinion.
        if (theirs is not { IsSure: true } || request.AreaIsAskers || !theirs.Intent.StartsWith("Hass", StringComparison.Ordinal))
        {
            return null;
        }

        if (Direction(theirs.Intent) is { } there && Direction(AssistWords.Of(request).Intent) is { } here && there != here)
        {
            return $"I read that as \"{plan.What}\", Home Assistant itself as {theirs.Intent}. I have done nothing; say it in other words";
        }

        var mine = plan.Steps.SelectMany(s => s.Entities).Select(e => e.Id).ToHashSet(StringComparer.Ordinal);
        if (theirs.Targets.Count == 0 || mine.SetEquals(theirs.Targets))
        {
            return null;
        }

        // Entities that are left out here on purpose (not exposed, hidden) are no disagreement; others are.
        var known = theirs.Targets.Where(t => house.Entities.Any(e => e.Id == t && e.Exposed)).ToHashSet(StringComparer.Ordinal);
        return known.Count == 0 || known.SetEquals(mine) ? null
            : $"I read that as \"{plan.What}\" ({Some(mine, house)}), Home Assistant itself means {Some(known, house)}. I have done nothing; name the one you mean";
    }

    /// <summary>Which way an intent goes, where there is an opposite; the newer names for locks and covers among them.</summary>
    private static bool? Direction(string intent) => intent switch
    {
        "HassTurnOn" or "HassLock" or "HassOpen" => true,
        "HassTurnOff" or "HassUnlock" or "HassClose" => false,
        _ => null,
    };

    private static string Some(IEnumerable<string> ids, House house) => TargetResolver.Names(ids.Select(i => house.Entities.FirstOrDefault(e => e.Id == i) ?? new HomeEntity(i, i, [], null, null)));
}
