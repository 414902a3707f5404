using System.Text.Json;
using Microsoft.Extensions.AI;

namespace OpenSre.Models;

/// <summary>A tool as a provider is told of it.</summary>
internal sealed class ToolDeclaration(string name, string description, string jsonSchema) : AIFunctionDeclaration
{
    public override string Name => name;

    public override string Description => description;

    public override JsonElement JsonSchema { get; } = Parse(jsonSchema);

    private static JsonElement Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }
}
