using OpenSre.Core;

namespace OpenSre.Sources;

/// <summary>
/// Runs the probes inside this process: programs named <c>opensre:NAME</c>. They are commands like all others, so that
/// they can be recorded and replayed.
/// </summary>
public sealed class BuiltInCommandRunner : ICommandRunner
{
    public const string Prefix = "opensre:";

    private readonly TimeProvider _time;
    private readonly Dictionary<string, IProbe> _probes;

    public BuiltInCommandRunner(IEnumerable<IProbe> probes, TimeProvider? time = null)
    {
        _probes = probes.ToDictionary(p => Prefix + p.Name, StringComparer.Ordinal);
        _time = time ?? TimeProvider.System;
    }

    /// <summary>A runner of every probe there is.</summary>
    public static BuiltInCommandRunner WithAllProbes(ProbeOptions options, TimeProvider? time = null)
    {
        var clock = time ?? TimeProvider.System;
        List<IProbe> probes = [new TcpProbe(clock), new TlsProbe(options, clock), new DnsProbe(options, clock), new HttpProbe(options, clock), new DockerProbe(options.DockerSocket, clock)];
        if (options.Prometheus is { } prometheus)
        {
            probes.Add(new PrometheusProbe(prometheus, clock));
        }

        if (options.Loki is { } loki)
        {
            probes.Add(new LokiProbe(loki, clock));
        }

        return new BuiltInCommandRunner(probes, clock);
    }

    public async Task<CommandResult> RunAsync(CommandRequest request, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (!_probes.TryGetValue(request.Program, out var probe))
        {
            return new CommandResult(CommandStatus.NotFound, -1, "", $"{request.Program}: there is no such probe", 0);
        }

        var output = new ProbeOutput(request.OutputLimit);
        using var timeout = new CancellationTokenSource(request.Timeout, _time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timeout.Token);
        ProbeEnd end;
        try
        {
            end = await probe.RunAsync(request.Arguments, output, stop.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested && timeout.IsCancellationRequested)
        {
            end = new ProbeEnd(CommandStatus.TimedOut, -1, $"{request.Program}: no end within {request.Timeout.TotalSeconds:0.#} s");
        }

        var text = output.ToText(out var cut);
        return new CommandResult(end.Status, end.ExitCode, text, end.Error, cut);
    }
}
