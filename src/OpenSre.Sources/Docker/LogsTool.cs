using OpenSre.Core;

namespace OpenSre.Sources;

/// <summary><c>docker.logs</c>: the last lines a container wrote, both streams together, each with its time.</summary>
internal sealed class LogsTool(ICommandRunner runner, DockerOptions options, TimeProvider time) : IEvidenceTool
{
    private const int UsualLines = 200;

    public ToolDescription Description { get; } = new(
        "docker.logs",
        "Shows the last lines a container wrote to standard output and standard error, each with its time.",
        [new ToolParameter("name", "Name or id of the container.", Required: true), new ToolParameter("lines", "How many of the last lines, 1 to 2000; 200 if left out.")],
        TimeSpan.FromSeconds(15),
        80_000,
        Cost: 3);

    public async Task<ToolResult> RunAsync(IReadOnlyDictionary<string, string> arguments, CancellationToken cancellation)
    {
        if (!ToolArguments.TryText(arguments, "name", ToolArguments.IsContainer, "the name or id of a container", out var name, out var wrong)
            || !ToolArguments.TryNumber(arguments, "lines", UsualLines, 1, 2000, out var lines, out wrong))
        {
            return wrong!;
        }

        var call = new DockerCall(runner, options, Description, time);
        var (result, failure) = await call.AskLogsAsync($"/containers/{name}/logs?stdout=1&stderr=1&timestamps=1&tail={lines}", name, lines, cancellation);
        if (failure is not null)
        {
            // Lines that came before the reply broke off are evidence all the same.
            return failure.Status == ToolStatus.Failed && result.ExitCode == DockerProbe.ReplyBrokeOff && result.Output.Length > 0
                ? CommandTool.Ok(Description, result.Output, failure.Note)
                : failure;
        }

        var note = result.Output.Length == 0 ? "The container has written nothing." : "";
        var written = CommandTool.Ok(Description, result.Output, note);
        return result.CutCharacters == 0 ? written : written with { Note = $"{result.CutCharacters} characters from the middle of the output were cut." };
    }
}
