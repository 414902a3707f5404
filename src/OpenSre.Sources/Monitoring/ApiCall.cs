using System.Text.Json;
using OpenSre.Core;

namespace OpenSre.Sources;

/// <summary>One run of a tool that asks an HTTP API through its probe: all of its questions together keep to the tool's timeout.</summary>
/// <param name="api">What is asked, for sentences.</param>
/// <param name="variable">The variable that names its address.</param>
internal class ApiCall(ICommandRunner runner, ToolDescription description, TimeProvider time, string program, string api, string variable)
{
    /// <summary>An answer longer than this is not read: half a JSON text is worth nothing.</summary>
    private const int Limit = 8_000_000;

    private readonly long _started = time.GetTimestamp();

    /// <summary>The <c>data</c> of the answer, or the result the tool then ends with.</summary>
    public async Task<(JsonElement Data, ToolResult? Failure)> AskAsync(CancellationToken cancellation, params string[] arguments)
    {
        var left = description.Timeout - time.GetElapsedTime(_started);
        if (left <= TimeSpan.Zero)
        {
            return (default, new ToolResult(ToolStatus.TimedOut, "", $"{api} did not answer in time."));
        }

        var result = await runner.RunAsync(new CommandRequest(description.Name, program, arguments, null, left, Limit), cancellation);
        var said = Sentence(Redaction.Apply(result.Error));
        return result.Status switch
        {
            CommandStatus.NotFound => (default, new ToolResult(ToolStatus.Missing, "", $"No {api} is configured: set {variable}.")),
            CommandStatus.NotRecorded => (default, new ToolResult(ToolStatus.NotRecorded, "", "The recording holds no answer to this call.")),
            CommandStatus.Refused => (default, new ToolResult(ToolStatus.Refused, "", said)),
            CommandStatus.TimedOut => (default, new ToolResult(ToolStatus.TimedOut, "", $"{api} did not answer in time.")),
            _ when result.ExitCode != 0 => (default, new ToolResult(ToolStatus.Failed, "", said)),
            _ when result.CutCharacters > 0 => (default, new ToolResult(ToolStatus.Failed, "", $"The answer of {api} is longer than {Limit} characters and was not read.")),
            _ when JsonReading.TryParse(result.Output) is { } answer && answer.TextAt("status") == "success" && answer.At("data") is { } data => (data, null),
            _ => (default, new ToolResult(ToolStatus.Failed, "", $"What answered is no {api}: its answer is none of its API.")),
        };
    }

    private string Sentence(string said)
    {
        var clean = Formats.Quoted(said.Trim(), 400);
        return clean.Length == 0 ? $"{api} gave no reason." : $"{char.ToUpperInvariant(clean[0])}{clean[1..]}{(clean[^1] is '.' or '!' or '?' ? "" : ".")}";
    }
}
