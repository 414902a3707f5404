namespace OpenSre.Diagnostics;

/// <summary>When a series left its usual level: a two-sided cumulative sum against the level and spread of its start.</summary>
public static class Onset
{
    /// <summary>Drift allowed per step, in spreads.</summary>
    public const double Slack = 0.5;

    /// <summary>The sum of drift that counts as a change, in spreads: high, because many series are looked through at once.</summary>
    public const double Threshold = 8;

    /// <summary>A departure begins with the first value this many spreads away.</summary>
    private const double Plain = 2;

    /// <summary>The first step of the first lasting departure from the reference level.</summary>
    /// <param name="reference">Values of usual times; NaN is skipped.</param>
    /// <param name="values">The series to look through; NaN is skipped.</param>
    /// <param name="badWay">+1 looks for growth only, −1 for falls only, 0 for both.</param>
    /// <param name="epsilon">The smallest spread worth naming, in the metric's unit.</param>
    /// <returns>An index into <paramref name="values"/>; null when the series stays at its level.</returns>
    public static int? Cusum(ReadOnlySpan<double> reference, ReadOnlySpan<double> values, int badWay, double epsilon)
    {
        var (level, spread) = Usual(reference, epsilon);
        if (double.IsNaN(level))
        {
            return null;
        }

        var up = 0.0;
        var down = 0.0;
        var upSince = -1;
        var downSince = -1;
        for (var i = 0; i < values.Length; i++)
        {
            if (double.IsNaN(values[i]))
            {
                continue;
            }

            // One wild value is no change of level.
            var z = Math.Clamp((values[i] - level) / spread, -4, 4);
            Step(ref up, ref upSince, z, i);
            Step(ref down, ref downSince, -z, i);
            if (up > Threshold && badWay >= 0)
            {
                return First(values, upSince, level + (Plain * spread), 1);
            }

            if (down > Threshold && badWay <= 0)
            {
                return First(values, downSince, level - (Plain * spread), -1);
            }
        }

        return null;
    }

    /// <summary>The sum may have begun to grow by chance before the departure; the first plain value is where it begins.</summary>
    private static int First(ReadOnlySpan<double> values, int since, double border, int way)
    {
        for (var i = since; i < values.Length; i++)
        {
            if ((values[i] - border) * way >= 0)
            {
                return i;
            }
        }

        return since;
    }

    /// <summary>
    /// The split that best tells an earlier part from a later one: the largest standardised rank sum over all splits
    /// (Pettitt). Needs no reference window.
    /// </summary>
    /// <returns>The first index of the later part and the two-sided significance 0 … 1; null when there are fewer than six numbers.</returns>
    public static (int Index, double Significance)? RankSplit(ReadOnlySpan<double> values)
    {
        List<(double Value, int Index)> known = [];
        for (var i = 0; i < values.Length; i++)
        {
            if (!double.IsNaN(values[i]))
            {
                known.Add((values[i], i));
            }
        }

        var n = known.Count;
        if (n < 6)
        {
            return null;
        }

        var ranks = new double[n];
        var order = Enumerable.Range(0, n).OrderBy(i => known[i].Value).ToArray();
        for (var i = 0; i < n;)
        {
            var j = i;
            while (j + 1 < n && known[order[j + 1]].Value.Equals(known[order[i]].Value))
            {
                j++;
            }

            for (var k = i; k <= j; k++)
            {
                ranks[order[k]] = (i + j + 2) / 2.0;
            }

            i = j + 1;
        }

        var sum = 0.0;
        var best = 0.0;
        var at = 1;
        for (var t = 0; t < n - 1; t++)
        {
            sum += ranks[t];
            var statistic = Math.Abs((2 * sum) - ((t + 1) * (n + 1.0)));
            if (statistic > best)
            {
                (best, at) = (statistic, t + 1);
            }
        }

        var p = 2 * Math.Exp(-6 * best * best / (Math.Pow(n, 3) + Math.Pow(n, 2)));
        return (known[at].Index, 1 - Math.Min(1, p));
    }

    private static void Step(ref double sum, ref int since, double z, int i)
    {
        sum = Math.Max(0, sum + z - Slack);
        if (sum <= 0)
        {
            since = -1;
        }
        else if (since < 0)
        {
            since = i;
        }
    }

    private static (double Level, double Spread) Usual(ReadOnlySpan<double> reference, double epsilon)
    {
        var known = new double[reference.Length];
        var count = 0;
        foreach (var value in reference)
        {
            known[count] = value;
            count += double.IsNaN(value) ? 0 : 1;
        }

        var span = known.AsSpan(0, count);
        var level = QuickSelect.Median(span);
        for (var i = 0; i < span.Length; i++)
        {
            span[i] = Math.Abs(span[i] - level);
        }

        return (level, (1.4826 * QuickSelect.Median(span)) + (RobustShift.LevelShare * Math.Abs(level)) + epsilon);
    }
}
