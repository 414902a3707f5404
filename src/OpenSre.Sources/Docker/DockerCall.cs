using System.Text.Json;
using OpenSre.Core;

namespace OpenSre.Sources;

/// <summary>What the engine answered, or the result a tool then ends with.</summary>
/// <param name="FromProgram">True if the docker program answered: some of its shapes differ from the engine's.</param>
internal sealed record DockerReply(string Text, bool FromProgram, ToolResult? Failure)
{
    /// <summary>The text as one JSON value; null if it is none.</summary>
    public JsonElement? Json { get; } = Failure is null ? JsonReading.TryParse(Text) : null;
}

/// <summary>
/// One run of a Docker tool: asks the engine through its socket, or, where there is no socket, through the docker
/// program, which knows contexts and other hosts. All of its questions together keep to the tool's timeout.
/// </summary>
internal sealed class DockerCall(ICommandRunner runner, DockerOptions options, ToolDescription description, TimeProvider time)
{
    /// <summary>An answer longer than this is not read: half a JSON text is worth nothing.</summary>
    private const int JsonLimit = 8_000_000;

    private readonly long _started = time.GetTimestamp();

    /// <param name="path">The path of the Engine API.</param>
    /// <param name="program">The arguments with which the docker program gives the same.</param>
    /// <param name="most">The longest this question may take; the tool's whole time if left out.</param>
    public async Task<DockerReply> AskAsync(string path, IReadOnlyList<string> program, CancellationToken cancellation, TimeSpan? most = null)
    {
        if (options.Socket is not null)
        {
            var direct = await RunAsync("opensre:docker", ["GET", path], null, JsonLimit, most, cancellation);
            if (direct.Status is not (CommandStatus.NotFound or CommandStatus.NotRecorded))
            {
                return Whole(direct, fromProgram: false);
            }
        }

        return await AskProgramAsync(program, cancellation, most);
    }

    /// <summary>For what follows an answer of the program.</summary>
    public async Task<DockerReply> AskProgramAsync(IReadOnlyList<string> program, CancellationToken cancellation, TimeSpan? most = null) =>
        Whole(await RunAsync(options.Program, [.. HostArguments, .. program], null, JsonLimit, most, cancellation), fromProgram: true);

    /// <summary>As <see cref="AskAsync"/>, for logs: text, of which the middle may be cut.</summary>
    public async Task<(CommandResult Result, ToolResult? Failure)> AskLogsAsync(string path, string container, int lines, CancellationToken cancellation)
    {
        if (options.Socket is not null)
        {
            var direct = await RunAsync("opensre:docker", ["GET", path], null, description.OutputLimit, null, cancellation);
            if (direct.Status is not (CommandStatus.NotFound or CommandStatus.NotRecorded))
            {
                return (direct, Failure(direct, fromProgram: false));
            }
        }

        // The program writes a container's error stream to its own; a constant script brings both together in order.
        const string Script = """
            program=$1 container=$2 lines=$3; shift 3
            exec "$program" "$@" logs --timestamps --tail "$lines" "$container" 2>&1
            """;
        var result = await RunAsync("sh", ["-s", "--", options.Program, container, $"{lines}", .. HostArguments], Script, description.OutputLimit, null, cancellation);
        // What went wrong was said on the joined stream.
        var judged = result.ExitCode == 0 ? result : result with { Output = "", Error = result.Output + result.Error };
        return (result, Failure(judged, fromProgram: true));
    }

    private string[] HostArguments => string.IsNullOrEmpty(options.Host) ? [] : ["-H", options.Host];

    private async Task<CommandResult> RunAsync(string program, IReadOnlyList<string> arguments, string? input, int limit, TimeSpan? most, CancellationToken cancellation)
    {
        var left = description.Timeout - time.GetElapsedTime(_started);
        if (left <= TimeSpan.Zero)
        {
            return new CommandResult(CommandStatus.TimedOut, -1, "", "", 0);
        }

        var timeout = most is { } limited && limited < left ? limited : left;
        return await runner.RunAsync(new CommandRequest(description.Name, program, arguments, input, timeout, limit), cancellation);
    }

    private DockerReply Whole(CommandResult result, bool fromProgram)
    {
        var failure = Failure(result, fromProgram)
            ?? (result.CutCharacters > 0 ? new ToolResult(ToolStatus.Failed, "", $"Docker's answer is longer than {JsonLimit} characters and was not read.") : null);
        return new DockerReply(failure is null ? result.Output : "", fromProgram, failure);
    }

    private ToolResult? Failure(CommandResult result, bool fromProgram)
    {
        var said = Redaction.Apply(result.Error).Split('\n').Select(l => l.Trim()).FirstOrDefault(l => l.Length > 0) ?? "";
        return result.Status switch
        {
            CommandStatus.NotFound => Missing("its socket is not there and the docker program is not installed"),
            CommandStatus.Refused => new ToolResult(ToolStatus.Refused, "", Sentence(said.Length > 0 ? said : "permission to ask Docker was refused")),
            CommandStatus.TimedOut => new ToolResult(ToolStatus.TimedOut, new RecordLine("engine").Add("state", "silent").Text("no answer in time"), "The Docker engine did not answer in time; it may hang: see systemctl status docker."),
            CommandStatus.NotRecorded => new ToolResult(ToolStatus.NotRecorded, "", "The recording holds no answer to this call."),
            _ when result.ExitCode == 0 => null,
            _ when fromProgram => ProgramFailure(result.Error, result.ExitCode, said),
            _ when result.ExitCode == DockerProbe.NoAnswer => Unreachable(said),
            _ => new ToolResult(ToolStatus.Failed, "", Sentence(said)),
        };
    }

    private static ToolResult ProgramFailure(string error, int exitCode, string said)
    {
        if (exitCode is 126 or 127)
        {
            return Missing("its socket is not there and the docker program is not installed");
        }

        if (error.Contains("permission denied", StringComparison.OrdinalIgnoreCase))
        {
            return new ToolResult(ToolStatus.Refused, "", "The Docker engine's socket is closed to this user: add the user to the docker group (sudo usermod -aG docker $USER) and log in again, or run as root.");
        }

        if (error.Contains("connection refused", StringComparison.OrdinalIgnoreCase))
        {
            return Unreachable(said);
        }

        if (error.Contains("cannot connect to the docker daemon", StringComparison.OrdinalIgnoreCase) || error.Contains("failed to connect to the docker API", StringComparison.OrdinalIgnoreCase))
        {
            return Missing($"the docker program says: {Formats.Quoted(said)}");
        }

        return new ToolResult(ToolStatus.Failed, "", said.Length > 0 ? Sentence(said) : $"The docker program ended with exit code {exitCode} and said nothing.");
    }

    private static ToolResult Unreachable(string said) =>
        new(ToolStatus.Failed, new RecordLine("engine").Add("state", "unreachable").Text(said), Sentence(said));

    private static ToolResult Missing(string why) => new(ToolStatus.Missing, "", Sentence($"there is no Docker engine to look at: {why}"));

    private static string Sentence(string said)
    {
        var clean = Formats.Quoted(said, 400);
        return clean.Length == 0 ? "Docker gave no reason." : $"{char.ToUpperInvariant(clean[0])}{clean[1..]}{(clean[^1] is '.' or '!' or '?' or ']' ? "" : ".")}";
    }
}
