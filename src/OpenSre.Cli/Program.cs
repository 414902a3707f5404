using System.Runtime.InteropServices;
using OpenSre.Cli;
using OpenSre.Sources;
using OpenSre.Terminal;

using var output = StandardStream.Out();
using var errors = StandardStream.Error();
try
{
    // Nothing is awaited on the way to a prompt: each async method that is passed through would be compiled at each start.
    var line = args is ["serve" or "hosts" or "home" or "fix" or "mcp", ..] ? null : CommandLine.Parse(args);
    if (line is { Error: null })
    {
        MonitoringSetup.Use(line);
    }

    if (line is { Error: null, Command: CommandName.Investigate, Json: false } && InteractiveSession.IsPossible)
    {
        return SessionCommand.Run(line, output);
    }

    var code = RunAsync(line).GetAwaiter().GetResult();
    output.Flush();
    return code;
}
catch (ReaderGoneException)
{
    // Nobody reads any more, so there is nobody to tell.
    return ExitCodes.Failed;
}
catch (Exception e) when (e is InvalidDataException or BundleException)
{
    errors.Write($"opensre: {e.Message}\n");
    return ExitCodes.Unusable;
}
catch (OperationCanceledException)
{
    errors.Write("opensre: stopped.\n");
    return ExitCodes.Failed;
}
#pragma warning disable CA1031 // The last line of defence: a person gets a sentence, not a stack trace.
catch (Exception e)
#pragma warning restore CA1031
{
    errors.Write($"opensre: an internal error ended it ({e.GetType().Name}: {OpenSre.Core.SafeText.Line(e.Message, 300)}); please report it.\n");
    return ExitCodes.Failed;
}

async Task<int> RunAsync(CommandLine? line) => args switch
{
    ["serve", .. var rest] => await ServeCommand.RunAsync(rest, output, errors).ConfigureAwait(false),
    ["hosts", .. var rest] => await HostsCommand.RunAsync(rest, output, errors).ConfigureAwait(false),
    ["home", .. var rest] => await HomeCommand.RunAsync(rest, output, errors).ConfigureAwait(false),
    ["fix", .. var rest] => await FixCommand.RunAsync(rest, output, errors).ConfigureAwait(false),
    ["mcp", .. var rest] => await McpCommand.RunAsync(rest, output, errors, CancellationToken.None).ConfigureAwait(false),
    _ => await RunLineAsync(line!).ConfigureAwait(false),
};

async Task<int> RunLineAsync(CommandLine line)
{
    if (line.Error is not null)
    {
        errors.Write($"opensre: {line.Error}\n");
        return ExitCodes.Unusable;
    }

    switch (line.Command)
    {
        case CommandName.Version:
            output.Write($"OpenSRE {ProgramVersion.Text}\n");
            return ExitCodes.Done;
        case CommandName.Help:
            output.Write(Help.Text);
            return ExitCodes.Done;
        case CommandName.Tools:
            return ToolsCommand.Run(line.Json, output);
        case CommandName.Memory:
            return MemoryCommand.Run(line, output);
        case CommandName.Context:
            return ContextCommand.Run(line, output);
        case CommandName.Investigate when line.Input is null && line.Saved is null && line.Namespace is null && line.Context is null && InteractiveSession.IsInputTerminal:
            errors.Write("opensre: there is nothing to investigate: give words, a file, or a pipe, as in: opensre --json alert.json\n");
            return ExitCodes.Unusable;
    }

    using var stop = new CancellationTokenSource();
    using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
    using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
    using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);
    return line.Command switch
    {
        CommandName.Record => await RecordCommand.RunAsync(line, output, errors, stop.Token).ConfigureAwait(false),
        CommandName.Replay => await ReplayCommand.RunAsync(line, output, errors, stop.Token).ConfigureAwait(false),
        CommandName.Eval => await EvalCommand.RunAsync(line, output, errors, stop.Token).ConfigureAwait(false),
        CommandName.Agents => await AgentsCommand.RunAsync(line.Words, output, errors, stop.Token).ConfigureAwait(false),
        CommandName.Model => await ModelCommand.RunAsync(line, output, errors, stop.Token).ConfigureAwait(false),
        CommandName.Doctor => await DoctorCommand.RunAsync(output, stop.Token).ConfigureAwait(false),
        _ => await InvestigateAsync(line, stop.Token).ConfigureAwait(false),
    };

    void Stop(PosixSignalContext signal)
    {
        // A second signal ends the program at once, should the first not be heard.
        signal.Cancel = !stop.IsCancellationRequested;
        stop.Cancel();
    }
}

async Task<int> InvestigateAsync(CommandLine line, CancellationToken cancellation)
{
    var target = Target.From(line);
    // With a cluster named, a terminal as input or nothing saved to ask about means the plain question.
    var text = line.Input is not null ? OneInvestigation.TextOf(line.Input)
        : target.Question is not null && (line.Saved is not null || InteractiveSession.IsInputTerminal) ? target.Question
        : await StandardInput.ReadAsync(cancellation).ConfigureAwait(false);
    if (await SessionCommand.AnswerPipeAsync(line, text, output, errors, cancellation).ConfigureAwait(false) is { } code)
    {
        return code;
    }

    var beside = BesideSetup.Open(saved: line.Saved is not null);
    await using (beside.ConfigureAwait(false))
    {
        return await OneInvestigation.RunAsync(text, target.For, target.Time, target.Profile, OneInvestigation.Renderer(output, line.Json), output, errors, cancellation, ModelSetup.Advice(line.Model, line.Offline), beside.For()).ConfigureAwait(false);
    }
}
