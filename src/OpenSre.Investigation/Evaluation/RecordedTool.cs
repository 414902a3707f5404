using OpenSre.Core;

namespace OpenSre.Investigation;

/// <summary>A tool that answers from a recording.</summary>
/// <param name="answer">The recorded text, given the arguments by name ("" for those left out); null when it was never asked.</param>
internal sealed class RecordedTool(ToolDescription description, Func<Func<string, string>, string?> answer) : IEvidenceTool
{
    public ToolDescription Description => description;

    public Task<ToolResult> RunAsync(IReadOnlyDictionary<string, string> arguments, CancellationToken cancellation)
    {
        var text = answer(name => arguments.GetValueOrDefault(name) ?? "");
        return Task.FromResult(text is null ? new ToolResult(ToolStatus.NotRecorded, "", "The recording holds no answer to this call.") : new ToolResult(ToolStatus.Ok, text));
    }
}
