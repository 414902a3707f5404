using System.Numerics;

namespace OpenSre.Diagnostics;

/// <summary>Order statistics of unsorted numbers in linear time, in place and without allocation.</summary>
public static class QuickSelect
{
    /// <summary>The median; of an even count the mean of the two in the middle. Reorders <paramref name="values"/>.</summary>
    /// <returns>NaN when there are no values.</returns>
    public static double Median(Span<double> values)
    {
        if (values.Length == 0)
        {
            return double.NaN;
        }

        var middle = values.Length / 2;
        var upper = Nth(values, middle);
        if ((values.Length & 1) == 1)
        {
            return upper;
        }

        // Everything before the middle is at most the element in the middle.
        var lower = double.NegativeInfinity;
        foreach (var value in values[..middle])
        {
            lower = Math.Max(lower, value);
        }

        return (lower + upper) / 2;
    }

    /// <summary>The value with this share of all values at or below it. Reorders <paramref name="values"/>.</summary>
    /// <param name="share">0 … 1.</param>
    /// <returns>NaN when there are no values.</returns>
    public static double Quantile(Span<double> values, double share) =>
        values.Length == 0 ? double.NaN : Nth(values, Math.Clamp((int)(share * values.Length), 0, values.Length - 1));

    /// <summary>
    /// The element that would stand at <paramref name="n"/> if the values were sorted; smaller ones stand before it
    /// afterwards. Values must not be NaN.
    /// </summary>
    public static double Nth(Span<double> values, int n)
    {
        var left = 0;
        var right = values.Length - 1;
        // After this many rounds an unlucky input is sorted, so that no input takes quadratic time.
        var rounds = 2 * BitOperations.Log2((uint)Math.Max(2, values.Length)) + 8;
        while (right > left)
        {
            if (right - left < 12 || rounds-- == 0)
            {
                values[left..(right + 1)].Sort();
                break;
            }

            var pivot = MedianOfThree(values[left], values[left + ((right - left) / 2)], values[right]);
            var i = left;
            var j = right;
            while (i <= j)
            {
                while (values[i] < pivot)
                {
                    i++;
                }

                while (values[j] > pivot)
                {
                    j--;
                }

                if (i <= j)
                {
                    (values[i], values[j]) = (values[j], values[i]);
                    i++;
                    j--;
                }
            }

            if (n <= j)
            {
                right = j;
            }
            else if (n >= i)
            {
                left = i;
            }
            else
            {
                break;
            }
        }

        return values[n];
    }

    private static double MedianOfThree(double a, double b, double c) => Math.Max(Math.Min(a, b), Math.Min(Math.Max(a, b), c));
}
