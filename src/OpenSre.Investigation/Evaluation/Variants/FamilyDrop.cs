namespace OpenSre.Investigation;

/// <summary>One family of telemetry is not available: the engine may do without it or say that it does not know.</summary>
public sealed class FamilyDrop(string family) : Retelling
{
    public override bool Withholds(string tool) => TelemetryFamilies.Of(tool) == family;
}
