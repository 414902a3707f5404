namespace OpenSre.Home;

/// <summary>What the states of an entity were, read for questions about the past.</summary>
internal static class StateHistory
{
    /// <summary>
    /// The last time it came into a state; null when it did not within the history. The first entry only says what it was when
    /// the history begins. Gaps (unavailable, unknown) are no change.
    /// </summary>
    public static (DateTimeOffset At, DateTimeOffset? Until)? LastTime(IReadOnlyList<EntityState> history, string wanted)
    {
        (DateTimeOffset At, DateTimeOffset? Until)? found = null;
        string? before = null;
        foreach (var state in history.Where(s => !s.IsUnavailable))
        {
            if (state.State == wanted && before is not null && before != wanted)
            {
                found = (state.Changed, null);
            }
            else if (state.State != wanted && found is { Until: null } open)
            {
                found = (open.At, state.Changed);
            }

            before = state.State;
        }

        return found;
    }
}
