namespace OpenSre.Diagnostics;

/// <summary>One operation of a trace.</summary>
/// <param name="Parent">The id of the span that called it, null at the root.</param>
/// <param name="Start">Milliseconds on a clock the whole trace shares.</param>
/// <param name="Duration">Milliseconds.</param>
public sealed record Span(string Trace, string Id, string? Parent, string Service, string Name, double Start, double Duration, bool Failed)
{
    public double End => Start + Duration;
}
