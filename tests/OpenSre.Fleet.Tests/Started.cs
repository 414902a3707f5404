using System.Diagnostics;

namespace OpenSre.Tests.Fleet;

/// <summary>Processes a test has started; they and all below them are gone after it.</summary>
internal sealed class Started : IDisposable
{
    private readonly List<Process> _processes = [];

    public Process Add(Process process)
    {
        _processes.Add(process);
        return process;
    }

    /// <summary>Waits for a condition, on a busy machine too.</summary>
    /// <param name="otherwise">What to say when it does not come true.</param>
    public static void Until(Func<bool> condition, Func<string?>? otherwise = null)
    {
        var began = Stopwatch.GetTimestamp();
        while (!condition() && Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(120))
        {
            Thread.Sleep(10);
        }

        Assert.True(condition(), otherwise?.Invoke());
    }

    public void Dispose()
    {
        foreach (var process in _processes)
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
                process.WaitForExit();
            }

            process.Dispose();
        }
    }
}
