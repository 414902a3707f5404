using OpenSre.Core;

namespace OpenSre.Sources;

/// <summary>Sends <c>opensre:NAME</c> to the probes of this process and every other program to where programs run.</summary>
public sealed class CompositeRunner(ICommandRunner probes, ICommandRunner programs) : ICommandRunner
{
    public Task<CommandResult> RunAsync(CommandRequest request, CancellationToken cancellation) =>
        (request.Program.StartsWith(BuiltInCommandRunner.Prefix, StringComparison.Ordinal) ? probes : programs).RunAsync(request, cancellation);

    /// <summary>Probes and programs on this machine.</summary>
    public static CompositeRunner Local(ProbeOptions options, TimeProvider? time = null) =>
        new(BuiltInCommandRunner.WithAllProbes(options, time), new LocalCommandRunner(time));
}
