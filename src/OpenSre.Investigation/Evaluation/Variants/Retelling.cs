using OpenSre.Core;

namespace OpenSre.Investigation;

/// <summary>Stands between a recorded case and the engine and tells the case differently; this one tells it as it is.</summary>
public class Retelling
{
    /// <summary>As it was recorded.</summary>
    public static Retelling None { get; } = new();

    /// <summary>How much later everything happened.</summary>
    public virtual TimeSpan Shift => TimeSpan.Zero;

    /// <summary>What the engine is shown in place of a text.</summary>
    /// <param name="tool">The tool that answered; "" for the alert.</param>
    public virtual string Tell(string text, string tool) => text;

    /// <summary>A name the engine uses, as the recording knows it.</summary>
    public virtual string Recall(string name) => name;

    /// <summary>Whether a tool is not available.</summary>
    public virtual bool Withholds(string tool) => false;

    /// <summary>The tools as the engine meets them.</summary>
    public IReadOnlyList<IEvidenceTool> Over(IReadOnlyList<IEvidenceTool> tools) => this == None ? tools : [.. tools.Select(t => new RetoldTool(t, this))];

    private sealed class RetoldTool(IEvidenceTool tool, Retelling retelling) : IEvidenceTool
    {
        public ToolDescription Description => tool.Description;

        public async Task<ToolResult> RunAsync(IReadOnlyDictionary<string, string> arguments, CancellationToken cancellation)
        {
            if (retelling.Withholds(Description.Name))
            {
                return new ToolResult(ToolStatus.Missing, "", "This is not available here.");
            }

            var asked = arguments.ToDictionary(a => a.Key, a => retelling.Recall(a.Value), StringComparer.Ordinal);
            var result = await tool.RunAsync(asked, cancellation).ConfigureAwait(false);
            return result with { Text = retelling.Tell(result.Text, Description.Name), Note = retelling.Tell(result.Note, "") };
        }
    }
}
