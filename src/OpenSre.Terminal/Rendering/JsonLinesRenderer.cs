using System.Text.Json;
using OpenSre.Core;

namespace OpenSre.Terminal;

/// <summary>Every event, whole, one JSON object a line; for scripts.</summary>
public sealed class JsonLinesRenderer(TextWriter output) : IInvestigationRenderer
{
    public void Render(InvestigationEvent investigationEvent)
    {
        output.Write(JsonSerializer.Serialize(investigationEvent, CoreJson.Default.InvestigationEvent));
        output.Write('\n');
        output.Flush();
    }
}
