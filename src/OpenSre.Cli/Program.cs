using System.Runtime.InteropServices;
using OpenSre.Cli;
using OpenSre.Sources;
using OpenSre.Terminal;

using var output = StandardStream.Out();
using var errors = StandardStream.Error();
var line = CommandLine.Parse(args);
if (line.Error is not null)
{
    errors.Write($"opensre: {line.Error}\n");
    return ExitCodes.Unusable;
}

using var stop = new CancellationTokenSource();
void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.Cancel();
}

using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
try
{
    switch (line.Command)
    {
        case CommandName.Version:
            output.Write($"OpenSRE {ProgramVersion.Text}\n");
            return ExitCodes.Done;
        case CommandName.Record:
            return await RecordCommand.RunAsync(line, output, errors, stop.Token).ConfigureAwait(false);
        case CommandName.Replay:
            return await ReplayCommand.RunAsync(line, output, errors, stop.Token).ConfigureAwait(false);
        case CommandName.Eval:
            return await EvalCommand.RunAsync(line, output, errors, stop.Token).ConfigureAwait(false);
        case CommandName.Investigate when line.Input is not null || Console.IsInputRedirected:
            var text = line.Input is null ? await Console.In.ReadToEndAsync(stop.Token).ConfigureAwait(false) : OneInvestigation.TextOf(line.Input);
            return await OneInvestigation.RunAsync(text, Toolbox.All(Toolbox.LocalRunner()), TimeProvider.System, OneInvestigation.Renderer(output, line.Json), output, errors, stop.Token).ConfigureAwait(false);
        default:
            output.Write(Help.Text);
            return ExitCodes.Done;
    }
}
catch (Exception e) when (e is InvalidDataException or BundleException)
{
    errors.Write($"opensre: {e.Message}\n");
    return ExitCodes.Unusable;
}
