using System.Diagnostics;
using System.Globalization;
using OpenSre.Diagnostics;

// Measures the robust shift of 1,000 series of 600 points (300 before, 300 during) on one core, beside the same figure
// computed by sorting, in the same run. Prints medians of 51 rounds after warming up.
const int Count = 1000;
const int Half = 300;
const int Rounds = 51;

var random = new Random(1);
double[][] before = [.. Enumerable.Range(0, Count).Select(_ => Values(0))];
double[][] during = [.. Enumerable.Range(0, Count).Select(i => Values(i % 7))];
var shift = new RobustShift();
var buffer = new double[Half];

var worst = 0.0;
for (var i = 0; i < Count; i++)
{
    worst = Math.Max(worst, Math.Abs(shift.Measure(before[i], during[i], 0.5)!.Value.Score - BySorting(before[i], during[i], 0.5)));
}

// Other ways of putting the pieces together would show here.
if (worst > 1e-9)
{
    Console.Error.WriteLine($"The two ways differ by {worst}.");
    return 1;
}

for (var i = 0; i < 20; i++)
{
    Run(Selecting);
    Run(Sorting);
}

var selecting = Median(() => Run(Selecting));
var sorting = Median(() => Run(Sorting));
var allocated = GC.GetAllocatedBytesForCurrentThread();
Selecting();
allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
Console.WriteLine($"{Count} series of {2 * Half} points, one core, median of {Rounds} rounds");
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  selection {selecting,8:0.00} ms  {selecting * 1e6 / Count / Half / 2,6:0.0} ns a point  {allocated} bytes allocated"));
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  sorting   {sorting,8:0.00} ms  {sorting * 1e6 / Count / Half / 2,6:0.0} ns a point"));
return 0;

double[] Values(double step) => [.. Enumerable.Range(0, Half).Select(_ => 100 + step + (10 * random.NextDouble()))];

double Selecting()
{
    var sum = 0.0;
    for (var i = 0; i < Count; i++)
    {
        sum += shift.Measure(before[i], during[i], 0.5)!.Value.Score;
    }

    return sum;
}

double Sorting()
{
    var sum = 0.0;
    for (var i = 0; i < Count; i++)
    {
        sum += BySorting(before[i], during[i], 0.5);
    }

    return sum;
}

double BySorting(double[] usual, double[] now, double epsilon)
{
    var level = SortedMedian(usual);
    for (var i = 0; i < usual.Length; i++)
    {
        buffer[i] = Math.Abs(usual[i] - level);
    }

    Array.Sort(buffer);
    var deviation = (buffer[(Half / 2) - 1] + buffer[Half / 2]) / 2;
    return (SortedMedian(now) - level) / ((1.4826 * deviation) + (RobustShift.LevelShare * Math.Abs(level)) + epsilon);
}

double SortedMedian(double[] values)
{
    values.CopyTo(buffer, 0);
    Array.Sort(buffer);
    return (buffer[(Half / 2) - 1] + buffer[Half / 2]) / 2;
}

static double Run(Func<double> what)
{
    var began = Stopwatch.GetTimestamp();
    GC.KeepAlive(what());
    return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
}

static double Median(Func<double> measure)
{
    double[] times = [.. Enumerable.Range(0, Rounds).Select(_ => measure()).Order()];
    return times[Rounds / 2];
}
