namespace OpenSre.Home;

/// <summary>How much has to be said before something is done.</summary>
public enum HomeRisk
{
    /// <summary>Done at once.</summary>
    Free,

    /// <summary>Done after a yes.</summary>
    Confirm,

    /// <summary>Done after the code that was shown: it lets somebody in, or lets water or gas flow.</summary>
    Strong,
}

/// <summary>One service and what it is called for.</summary>
/// <param name="Reached">Whether an entity is as it should be afterwards; null where no state tells.</param>
/// <param name="Goal">The state aimed at, in a word: "on", "closed", "at 50 %".</param>
internal sealed record HomeStep(string Domain, string Service, string? Data, IReadOnlyList<HomeEntity> Entities, Func<EntityState, bool>? Reached, string Goal)
{
    /// <summary>Whether an entity is so before anything is sent, where more has to be known for that than afterwards; else <see cref="Reached"/> tells.</summary>
    public Func<EntityState, bool>? Already { get; init; }

    public ServiceCall For(IEnumerable<HomeEntity> entities) => new(Domain, Service, [.. entities.Select(e => e.Id)], Data);
}

/// <summary>What will be done, exactly.</summary>
/// <param name="What">As an order: "unlock Front Door".</param>
/// <param name="Subject">What it is done to, as it was spoken of: "Kitchen lights".</param>
internal sealed record HomePlan(string What, string Subject, IReadOnlyList<HomeStep> Steps, HomeRisk Risk)
{
    /// <summary>The plans it is made of, done one after the other; empty where it is one.</summary>
    public IReadOnlyList<HomePlan> Parts { get; init; } = [];

    /// <summary>Several plans as one: asked about once, by the most dangerous of them.</summary>
    public static HomePlan Of(IReadOnlyList<HomePlan> parts) => parts is [var only] ? only
        : new(string.Join(", and ", parts.Select(p => p.What)), string.Join(", ", parts.Select(p => p.Subject)), [.. parts.SelectMany(p => p.Steps)], parts.Max(p => p.Risk)) { Parts = parts };

    /// <summary>Equal for plans that send the same.</summary>
    public string Fingerprint => string.Join('\n', Steps.Select(s => s.For(s.Entities.OrderBy(e => e.Id, StringComparer.Ordinal)).ToString()));
}

/// <summary>A plan, or why there is none: something to ask, or something that cannot be.</summary>
/// <param name="Say">What to say instead; ends without a full stop.</param>
internal sealed record HomeDecision(HomePlan? Plan, string? Say)
{
    public static HomeDecision Ask(string question) => new(null, question);

    public static HomeDecision Refuse(string why) => new(null, why);
}
