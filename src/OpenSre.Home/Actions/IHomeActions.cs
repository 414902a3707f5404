namespace OpenSre.Home;

/// <summary>
/// Carries out the kind <c>ha.act</c>: services of Home Assistant. The thing is an entity id, the arguments are the verb
/// and its values.
/// </summary>
public interface IHomeActions
{
    /// <summary>What it would do and how dangerous that is, without asking anything outside; or why it is refused.</summary>
    HomeActionOffer Describe(TypedAction action);

    /// <summary>Does it, reads the state back, and says what is so now.</summary>
    Task<HomeActionOutcome> ActAsync(TypedAction action, CancellationToken cancellation);

    /// <summary>Puts back the state of before.</summary>
    Task<HomeActionOutcome> UndoAsync(TypedAction action, CancellationToken cancellation);

    /// <summary>What is known of the thing now, for the audit log.</summary>
    string State(TypedAction action);
}

/// <param name="Call">The call exactly as it is made, as words: service, entity, values. It is shown and hashed.</param>
/// <param name="Undo">The call that takes it back; empty where nothing does.</param>
/// <param name="Refusal">Why it is not done, in a sentence; null when it may be approved.</param>
public sealed record HomeActionOffer(IReadOnlyList<string> Call, IReadOnlyList<string> Undo, ActionRisk Risk, string? Refusal);

/// <param name="Proven">The state that was asked for was read back.</param>
/// <param name="Said">What is so now, in a sentence.</param>
public sealed record HomeActionOutcome(bool Proven, string Said);
