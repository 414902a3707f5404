using System.Text.RegularExpressions;
using OpenSre.Core;

namespace OpenSre.Sources;

/// <summary>Says plainly why a cluster gave no answer: no right, no such thing, no cluster.</summary>
internal static partial class KubectlRefusal
{
    public static ToolResult Read(ToolResult failed, string error)
    {
        if (Forbidden().Match(error) is { Success: true } forbidden)
        {
            return failed with { Status = ToolStatus.Refused, Note = $"{forbidden.Groups["who"].Value} may not {forbidden.Groups["verb"].Value} {forbidden.Groups["what"].Value}: give it a role that may, such as view." };
        }

        if (error.Contains("(NotFound)", StringComparison.Ordinal) || error.Contains("doesn't have a resource type", StringComparison.Ordinal))
        {
            return failed with { Status = ToolStatus.Missing };
        }

        if (error.Contains("connection to the server", StringComparison.Ordinal) || error.Contains("no configuration has been provided", StringComparison.Ordinal) || error.Contains("Unable to connect", StringComparison.Ordinal))
        {
            return failed with { Note = "The cluster does not answer; see: kubectl cluster-info. " + failed.Note };
        }

        return error.Contains("Unauthorized", StringComparison.Ordinal) || error.Contains("must be logged in", StringComparison.Ordinal)
            ? failed with { Status = ToolStatus.Refused, Note = "The cluster does not know who asks: log in again." }
            : failed;
    }

    [GeneratedRegex(@"\(Forbidden\).*?User ""(?<who>[^""]+)"" cannot (?<verb>\w+) resource ""(?<what>[^""]+)""")]
    private static partial Regex Forbidden();
}
