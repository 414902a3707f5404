using System.Text;
using ModelContextProtocol.Protocol;
using OpenSre.Core;

namespace OpenSre.Sources;

/// <summary>What an MCP tool answers, as text that can be quoted.</summary>
internal static class McpText
{
    public static string Of(CallToolResult result)
    {
        var text = new StringBuilder();
        foreach (var block in result.Content)
        {
            var part = block switch
            {
                TextContentBlock words => words.Text,
                EmbeddedResourceBlock { Resource: TextResourceContents resource } => resource.Text,
                EmbeddedResourceBlock { Resource: { } resource } => $"[a resource that is no text: {resource.Uri}]",
                ResourceLinkBlock link => $"[a link: {link.Uri}]",
                ImageContentBlock image => $"[an image that is not shown: {image.MimeType}]",
                AudioContentBlock audio => $"[a sound that is not played: {audio.MimeType}]",
                _ => $"[{block.Type}, which is not shown]",
            };
            text.Append(part).Append(part.EndsWith('\n') ? "" : "\n");
        }

        if (text.Length == 0 && result.StructuredContent is { } structured)
        {
            text.Append(structured.ToString()).Append('\n');
        }

        return SafeText.Clean(text.ToString());
    }
}
