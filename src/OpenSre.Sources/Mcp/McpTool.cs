using System.Text.Encodings.Web;
using System.Text.Json;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using OpenSre.Core;

namespace OpenSre.Sources;

/// <summary>Asks a person about one call of a tool that does not say that it only reads.</summary>
/// <param name="Arguments">The arguments as JSON, exactly as they would be sent.</param>
/// <param name="Destructive">The server does not rule out that it destroys something.</param>
public sealed record McpQuestion(string Server, string Tool, string Arguments, bool Destructive);

/// <summary>What was answered to such a question.</summary>
/// <param name="Refusal">Why it is not called, in a sentence; null to go ahead.</param>
/// <param name="Told">Told how the call ended; null for nobody.</param>
public sealed record McpPermit(string? Refusal, Action<ToolResult>? Told = null);

/// <summary>A tool of an MCP server as an evidence tool.</summary>
/// <param name="ask">Null for a tool that only reads.</param>
internal sealed class McpTool(McpConnection connection, Tool tool, string name, Func<McpQuestion, CancellationToken, Task<McpPermit>>? ask) : IEvidenceTool
{
    private const int OutputLimit = 60_000;

    /// <summary>A call costs as much as one over the network.</summary>
    private const double Cost = 4;

    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public ToolDescription Description { get; } = new(
        name,
        $"A tool of the MCP server {SafeText.Line(connection.Settings.Name, 40)}, which describes it so: {SafeText.Line(tool.Description ?? tool.Title ?? tool.Name, 400)}",
        McpArguments.Parameters(tool.InputSchema),
        connection.Settings.CallTime,
        OutputLimit,
        Cost)
    {
        Schema = McpArguments.Schema(tool.InputSchema),
        Asks = ask is not null,
    };

    public async Task<ToolResult> RunAsync(IReadOnlyDictionary<string, string> arguments, CancellationToken cancellation)
    {
        var values = McpArguments.Values(arguments, tool.InputSchema);
        if (ask is null)
        {
            return await CallAsync(values, cancellation).ConfigureAwait(false);
        }

        var permit = await ask(new McpQuestion(connection.Settings.Name, tool.Name, Text(values), tool.Annotations?.DestructiveHint ?? true), cancellation).ConfigureAwait(false);
        if (permit.Refusal is { } refusal)
        {
            return new ToolResult(ToolStatus.Refused, "", refusal);
        }

        var result = new ToolResult(ToolStatus.Failed, "", "It was stopped before it answered; whether it did anything is not known.");
        try
        {
            return result = await CallAsync(values, cancellation).ConfigureAwait(false);
        }
        finally
        {
            permit.Told?.Invoke(result);
        }
    }

    private async Task<ToolResult> CallAsync(Dictionary<string, JsonElement> values, CancellationToken cancellation)
    {
        try
        {
            var result = await connection.CallAsync(tool.Name, values, cancellation).ConfigureAwait(false);
            var read = CommandTool.Ok(Description, McpText.Of(result));
            return result.IsError == true
                ? read with { Status = ToolStatus.Failed, Note = $"The server {connection.Settings.Name} says: {SafeText.Line(read.Text, 200)}" }
                : read;
        }
        catch (McpUnreachableException e)
        {
            return new ToolResult(e.TimedOut ? ToolStatus.TimedOut : ToolStatus.Failed, "", $"The server {connection.Settings.Name}: {e.Message}");
        }
        catch (McpException e)
        {
            return new ToolResult(ToolStatus.Failed, "", $"The server {connection.Settings.Name} refused: {SafeText.Line(Redaction.Apply(e.Message), 200)}");
        }
    }

    private static string Text(Dictionary<string, JsonElement> values)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Readable))
        {
            writer.WriteStartObject();
            foreach (var (name, value) in values.OrderBy(v => v.Key, StringComparer.Ordinal))
            {
                writer.WritePropertyName(name);
                value.WriteTo(writer);
            }

            writer.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }
}
