using OpenSre.Cli;
using OpenSre.Terminal;

using var output = StandardStream.Out();
using var errors = StandardStream.Error();
var line = CommandLine.Parse(args);
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
    default:
        output.Write(Help.Text);
        return ExitCodes.Done;
}
