namespace OpenSre.Diagnostics;

/// <summary>
/// The numbers of the fusion that were fitted, one set for each kind of system. <c>opensre eval KIND DIR --fit</c> prints
/// the temperature to write here; nothing else of the weighing is fitted.
/// </summary>
public static class FittedWeighing
{
    /// <summary>
    /// Fitted to the 61 incidents of examples/incidents: 0.57 on all of them, 0.59 to 0.63 with one fifth of the fault types
    /// held out; calibration error on what was held out 0.04, against 0.11 untempered. A later fit to 89, all of them answered
    /// rightly, gives 0.45 (0.47 to 0.55) and is not used: it would be surer of faults nobody has taught the engine as well.
    /// </summary>
    public static WeighingOptions Host { get; } = new() { Temperature = 0.6 };

    /// <summary>
    /// On 308 incidents of Cloud-OpsBench a fit gives 0.39. The checks were corrected on the same incidents, so that their
    /// errors are fewer than they will be elsewhere; it stays at the value fitted before the corrections.
    /// </summary>
    public static WeighingOptions Kubernetes { get; } = new() { Temperature = 0.6 };

    /// <summary>Not fitted: between no tempering and that of a cluster, whose checks it shares.</summary>
    public static WeighingOptions Cloud { get; } = new() { Temperature = 0.8 };

    /// <summary>Not fitted: the sets given are answered without an error, which no temperature can be fitted to.</summary>
    public static WeighingOptions Telemetry { get; } = new();
}
