namespace OpenSre.Home;

/// <summary>A value that must not be seen: printing it, also as part of a record, says only that it is there.</summary>
public sealed class Secret(string value)
{
    /// <summary>The value itself; for the place that sends it, and no other.</summary>
    public string Reveal() => value;

    public override string ToString() => "[secret]";
}
