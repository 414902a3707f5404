using OpenSre.Core;

namespace OpenSre.Tests.Sources;

/// <summary>Answers commands out of a function and remembers what was asked.</summary>
internal sealed class FakeRunner(Func<CommandRequest, CommandResult> answer) : ICommandRunner
{
    public List<CommandRequest> Requests { get; } = [];

    public static FakeRunner Returning(CommandResult result) => new(_ => result);

    public static CommandResult Exit(int code, string output, string error = "") => new(CommandStatus.Exited, code, output, error, 0);

    public Task<CommandResult> RunAsync(CommandRequest request, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        lock (Requests)
        {
            Requests.Add(request);
        }

        return Task.FromResult(answer(request));
    }
}
