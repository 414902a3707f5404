namespace OpenSre.Diagnostics;

/// <summary>How far a metric moved between two windows, in units of its usual spread.</summary>
/// <param name="Before">Median of the window before.</param>
/// <param name="During">Median of the window of the incident.</param>
/// <param name="Score">
/// (during − before) / (1.4826·MAD + ρ·|before| + ε): signed, without unit. A tenth of the change of a quiet metric counts
/// as little as a wide swing of a restless one.
/// </param>
public readonly record struct Shift(double Before, double During, double Score)
{
    /// <summary>The growth as a multiple of the level before; infinite from zero.</summary>
    public double Ratio => During / Before;
}

/// <summary>
/// The shift of medians over median absolute deviation plus a share of the level, as linear-time selection. Unlike mean
/// and standard deviation it survives an onset that is set wrongly, and unlike a bare MAD it does not explode on series
/// that hardly ever move. Reuses its buffer; one instance must not be used by two threads at once.
/// </summary>
public sealed class RobustShift
{
    /// <summary>Share of the level that counts as spread.</summary>
    public const double LevelShare = 0.05;

    private const double MadToSigma = 1.4826;
    private double[] _buffer = [];

    /// <param name="epsilon">The smallest change worth naming, in the metric's unit.</param>
    /// <returns>Null when either window has no number.</returns>
    public Shift? Measure(ReadOnlySpan<double> before, ReadOnlySpan<double> during, double epsilon)
    {
        var known = Numbers(before);
        if (known.Length == 0)
        {
            return null;
        }

        var level = QuickSelect.Median(known);
        foreach (ref var value in known)
        {
            value = Math.Abs(value - level);
        }

        var spread = (MadToSigma * QuickSelect.Median(known)) + (LevelShare * Math.Abs(level)) + epsilon;
        var now = QuickSelect.Median(Numbers(during));
        return double.IsNaN(now) ? null : new Shift(level, now, (now - level) / spread);
    }

    /// <summary>The values that are numbers, in the buffer.</summary>
    private Span<double> Numbers(ReadOnlySpan<double> values)
    {
        if (_buffer.Length < values.Length)
        {
            _buffer = new double[values.Length];
        }

        var count = 0;
        foreach (var value in values)
        {
            _buffer[count] = value;
            count += double.IsNaN(value) ? 0 : 1;
        }

        return _buffer.AsSpan(0, count);
    }
}
