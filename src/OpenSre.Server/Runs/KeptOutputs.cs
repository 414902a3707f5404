using System.Collections.Concurrent;
using OpenSre.Core;

namespace OpenSre.Server;

/// <summary>What the tools of a run answered, so that a reader can see the whole of it; long answers are cut and say so.</summary>
public sealed class KeptOutputs
{
    private const int MostCharacters = 64 * 1024;
    private readonly ConcurrentDictionary<string, ToolResult> _byCall = new(StringComparer.Ordinal);

    public ToolResult? Find(ToolCall call) => _byCall.GetValueOrDefault(call.Key);

    /// <summary>The same tools, whose answers are kept here.</summary>
    public IReadOnlyList<IEvidenceTool> Around(IReadOnlyList<IEvidenceTool> tools) => [.. tools.Select(t => new Kept(t, this))];

    private sealed class Kept(IEvidenceTool tool, KeptOutputs outputs) : IEvidenceTool
    {
        public ToolDescription Description => tool.Description;

        public async Task<ToolResult> RunAsync(IReadOnlyDictionary<string, string> arguments, CancellationToken cancellation)
        {
            var result = await tool.RunAsync(arguments, cancellation).ConfigureAwait(false);
            var text = result.Text.Length <= MostCharacters ? result.Text : result.Text[..MostCharacters] + $"\n… {result.Text.Length - MostCharacters} more characters";
            outputs._byCall[new ToolCall(Description.Name, arguments).Key] = result with { Text = text };
            return result;
        }
    }
}
