using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using OpenSre.Core;
using OpenSre.Terminal;

namespace OpenSre.Cli;

/// <summary><c>opensre tools</c>: what investigations look with.</summary>
internal static class ToolsCommand
{
    public static int Run(bool json, TextWriter output)
    {
        var tools = Toolbox.Live(Toolbox.LocalRunner()).Select(t => t.Description).OrderBy(d => d.Name, StringComparer.Ordinal).ToList();
        output.Write(json ? Json(tools) : Text(tools, InteractiveSession.OutputLook));
        return ExitCodes.Done;
    }

    private static string Text(List<ToolDescription> tools, Look look)
    {
        var text = new StringBuilder();
        var width = tools.Max(t => t.Name.Length);
        foreach (var tool in tools)
        {
            text.Append($"{look.Accent(tool.Name.PadRight(width))}  {tool.Summary}\n");
            text.Append(' ', width + 2).Append(look.Dim($"{Arguments(tool)}at most {tool.Timeout.TotalSeconds:0.#} s, cost {tool.Cost:0.##}")).Append('\n');
        }

        return text.Append($"\n{tools.Count} tools, all of them reading only.\n").ToString();
    }

    private static string Arguments(ToolDescription tool) =>
        tool.Parameters.Count == 0 ? "" : string.Join(' ', tool.Parameters.Select(p => p.Required ? p.Name : $"[{p.Name}]")) + " · ";

    private static string Json(List<ToolDescription> tools)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartArray();
            foreach (var tool in tools)
            {
                writer.WriteStartObject();
                writer.WriteString("name", tool.Name);
                writer.WriteString("summary", tool.Summary);
                writer.WriteNumber("timeoutSeconds", tool.Timeout.TotalSeconds);
                writer.WriteNumber("outputLimit", tool.OutputLimit);
                writer.WriteNumber("cost", tool.Cost);
                writer.WritePropertyName("inputSchema");
                writer.WriteRawValue(tool.JsonSchema());
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        return Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }
}
