using System.Diagnostics;

namespace OpenSre.Bench.Terminal;

/// <summary>How long another program takes to start and end, where it is installed: what a start is compared with.</summary>
internal sealed class OtherStart
{
    private readonly string _program;
    private readonly string[] _arguments;
    private readonly List<double> _times = [];

    private OtherStart(string program, string[] arguments) => (_program, _arguments) = (program, arguments);

    public string Name => $"{_program} {string.Join(' ', _arguments)}";

    public IReadOnlyList<double> Times => _times;

    public static OtherStart? Of(string program, params string[] arguments) => Installed.Find(program) is null ? null : new OtherStart(program, arguments);

    public void Run()
    {
        var began = Stopwatch.GetTimestamp();
        using var process = Process.Start(new ProcessStartInfo(_program, _arguments) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.WaitForExit();
        _times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
    }
}
