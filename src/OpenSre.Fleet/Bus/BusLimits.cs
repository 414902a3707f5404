namespace OpenSre.Fleet;

/// <summary>Limits both sides of the wire keep.</summary>
internal static class BusLimits
{
    /// <summary>Bytes of a frame, its line end not counted. A longer one is dropped, its sender stays connected.</summary>
    public const int Frame = 65_536;

    /// <summary>Bytes without any line end after which whoever sends them is disconnected.</summary>
    public const int Unended = 262_144;
}
