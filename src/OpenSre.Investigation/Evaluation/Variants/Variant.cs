namespace OpenSre.Investigation;

/// <summary>The ways an incident can be told differently without being another incident.</summary>
public enum VariantKind
{
    /// <summary>Services, pods, nodes, hosts and units carry other names, everywhere the same.</summary>
    Rename,

    /// <summary>Everything happened hours later, in another time zone.</summary>
    ShiftTime,

    /// <summary>Rows and lines whose order means nothing stand in another order.</summary>
    Shuffle,

    /// <summary>Half as many log lines again, which have nothing to do with it.</summary>
    Noise,

    /// <summary>One family of telemetry is not available.</summary>
    DropFamily,
}

/// <summary>A variant as it is asked for.</summary>
/// <param name="Family">For <see cref="VariantKind.DropFamily"/>: which; null for another one with every case.</param>
public sealed record Variant(VariantKind Kind, string? Family = null)
{
    /// <summary>Reads "rename", "shift-time", "shuffle", "noise", "drop-family" or "drop-family=logs"; null for anything else.</summary>
    public static Variant? Parse(string text) => text switch
    {
        "rename" => new Variant(VariantKind.Rename),
        "shift-time" => new Variant(VariantKind.ShiftTime),
        "shuffle" => new Variant(VariantKind.Shuffle),
        "noise" => new Variant(VariantKind.Noise),
        "drop-family" => new Variant(VariantKind.DropFamily),
        _ => text.Split('=') is ["drop-family", var family] && TelemetryFamilies.All.Contains(family) ? new Variant(VariantKind.DropFamily, family) : null,
    };

    /// <summary>How this variant tells one case.</summary>
    /// <param name="names">The names of things in the case.</param>
    /// <param name="number">The number of the case in its set.</param>
    public Retelling Of(IEnumerable<string> names, int number) => Kind switch
    {
        VariantKind.Rename => new Renaming(names),
        VariantKind.ShiftTime => new TimeShift(),
        VariantKind.Shuffle => new Shuffling(),
        VariantKind.Noise => new Noise(),
        _ => new FamilyDrop(Family ?? TelemetryFamilies.All[number % TelemetryFamilies.All.Count]),
    };
}
