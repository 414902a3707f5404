using ModelContextProtocol.Protocol;
using OpenSre.Core;

namespace OpenSre.Sources;

/// <summary>What may be done with a tool of an MCP server.</summary>
public enum McpAccess
{
    /// <summary>It says that it only reads, or is on the allow-list: it runs by itself.</summary>
    Reads,

    /// <summary>It does not say that it only reads: a person is asked before each call.</summary>
    Asks,

    /// <summary>It is on the deny-list.</summary>
    Denied,
}

/// <summary>Decides about tools by what their server declares and by the configuration; the latter wins.</summary>
internal static class McpAccessRule
{
    public static McpAccess Of(Tool tool, McpServerSettings settings)
    {
        if (settings.Deny.Contains(tool.Name, StringComparer.Ordinal))
        {
            return McpAccess.Denied;
        }

        return tool.Annotations is { ReadOnlyHint: true, DestructiveHint: not true } || settings.Allow.Contains(tool.Name, StringComparer.Ordinal)
            ? McpAccess.Reads
            : McpAccess.Asks;
    }
}
