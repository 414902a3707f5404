namespace OpenSre.Core;

/// <summary>
/// One command to run where the system under investigation is. The program and its arguments are passed as they are:
/// no shell reads them.
/// </summary>
/// <param name="Operation">A stable name of what is asked; with the arguments it identifies the call in a recording.</param>
/// <param name="Program">The program to start, or <c>opensre:NAME</c> for a probe built into this program.</param>
/// <param name="Input">Text for standard input, such as a constant shell probe; not part of the call's identity.</param>
/// <param name="OutputLimit">Characters of standard output to keep.</param>
public sealed record CommandRequest(
    string Operation,
    string Program,
    IReadOnlyList<string> Arguments,
    string? Input,
    TimeSpan Timeout,
    int OutputLimit);

public enum CommandStatus { Exited, NotFound, TimedOut, Refused, NotRecorded }

/// <param name="ExitCode">Meaningful only when <paramref name="Status"/> is <see cref="CommandStatus.Exited"/>.</param>
/// <param name="CutCharacters">How many characters of standard output were not kept.</param>
public sealed record CommandResult(
    CommandStatus Status,
    int ExitCode,
    string Output,
    string Error,
    long CutCharacters);

/// <summary>Runs commands on the system under investigation: here, over SSH, or out of a recording.</summary>
public interface ICommandRunner
{
    /// <summary>Runs to the end or the timeout. Only cancellation throws.</summary>
    Task<CommandResult> RunAsync(CommandRequest request, CancellationToken cancellation);
}
