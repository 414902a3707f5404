namespace OpenSre.Home;

/// <summary>When a filesystem will be full if it goes on as it did: a straight line through what was left.</summary>
public static class FillForecast
{
    /// <summary>
    /// Null unless the space shrinks steadily: over an hour and a half at least, along a line (R² of 0.85), still at the end
    /// (the last quarter falls at half the pace or more), and by a two-hundredth of the size in all.
    /// </summary>
    /// <param name="available">Bytes left, oldest first.</param>
    public static TimeSpan? TimeToFull(IReadOnlyList<Sample> available, long size)
    {
        if (available.Count < 12 || available[^1].At - available[0].At < TimeSpan.FromMinutes(90))
        {
            return null;
        }

        var (slope, fit) = Line(available);
        var (late, _) = Line([.. available.Skip(available.Count * 3 / 4)]);
        if (slope >= 0 || fit < 0.85 || late > slope * 0.5 || available[0].Value - available[^1].Value < size / 200.0)
        {
            return null;
        }

        return TimeSpan.FromHours(Math.Min(available[^1].Value / -slope, 24 * 365));
    }

    /// <summary>Least squares; the slope in bytes per hour.</summary>
    private static (double Slope, double Fit) Line(IReadOnlyList<Sample> samples)
    {
        var x = samples.Select(s => (s.At - samples[0].At).TotalHours).ToArray();
        var y = samples.Select(s => s.Value).ToArray();
        double mx = x.Average(), my = y.Average();
        double xx = 0, xy = 0, yy = 0;
        for (var i = 0; i < x.Length; i++)
        {
            xx += (x[i] - mx) * (x[i] - mx);
            xy += (x[i] - mx) * (y[i] - my);
            yy += (y[i] - my) * (y[i] - my);
        }

        return xx == 0 ? (0, 0) : (xy / xx, yy == 0 ? 0 : xy * xy / (xx * yy));
    }
}
