namespace OpenSre.Cli;

internal enum FindingState { Ok, Missing, Refused }

/// <summary>What the doctor found about one thing.</summary>
/// <param name="Detail">What is there, or what is not.</param>
/// <param name="Fix">The sentence that says how to change it; empty when there is nothing to do.</param>
internal sealed record Finding(string Name, FindingState State, string Detail, string Fix = "")
{
    public static Finding Ok(string name, string detail) => new(name, FindingState.Ok, detail);

    public static Finding Missing(string name, string detail, string fix = "") => new(name, FindingState.Missing, detail, fix);

    public static Finding Refused(string name, string detail, string fix = "") => new(name, FindingState.Refused, detail, fix);
}
