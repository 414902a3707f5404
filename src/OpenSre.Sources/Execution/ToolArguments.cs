using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using OpenSre.Core;

namespace OpenSre.Sources;

/// <summary>
/// Judges arguments that come from outside (an alert, a model, a person) before they become part of a command. What
/// passes cannot be taken for an option and holds no control characters.
/// </summary>
internal static partial class ToolArguments
{
    /// <summary>A host name (letters, digits, hyphen, underscore, dots) or an IP address without brackets.</summary>
    public static bool IsHost(string text) =>
        text.Length is > 0 and <= 253 && (HostName().IsMatch(text) || (text.Contains(':') && IPAddress.TryParse(text, out _)));

    public static bool IsPort(string text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is >= 1 and <= 65535;

    /// <summary>What Docker takes as the name of a container, or its id.</summary>
    public static bool IsContainer(string text) => text.Length <= 200 && ContainerName().IsMatch(text);

    /// <summary>A commit id, branch or tag, possibly with ~N or ^N behind it.</summary>
    public static bool IsRevision(string text) =>
        text.Length <= 200 && Revision().IsMatch(text) && !text.Contains("..", StringComparison.Ordinal);

    /// <summary>An absolute path without control characters.</summary>
    public static bool IsAbsolutePath(string text) =>
        text.Length is > 0 and <= 4096 && text[0] == '/' && !text.Any(char.IsControl);

    /// <summary>An http or https address without user name and password.</summary>
    public static bool IsWebAddress(string text, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Uri? address)
    {
        address = null;
        return text.Length <= 2048 && !text.Any(c => char.IsControl(c) || char.IsWhiteSpace(c))
            && Uri.TryCreate(text, UriKind.Absolute, out address)
            && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps)
            && address.UserInfo.Length == 0 && address.Host.Length > 0;
    }

    /// <summary>An optional whole number; a missing or empty one is the <paramref name="usual"/>.</summary>
    public static bool TryNumber(IReadOnlyDictionary<string, string> arguments, string name, int usual, int least, int most, out int value, out ToolResult? wrong)
    {
        value = usual;
        wrong = null;
        if (!arguments.TryGetValue(name, out var text) || text.Length == 0)
        {
            return true;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value >= least && value <= most)
        {
            return true;
        }

        wrong = Wrong($"{name} must be a whole number from {least} to {most}, not \"{Formats.Quoted(text, 40)}\".");
        return false;
    }

    /// <summary>A required argument that passes the test.</summary>
    public static bool TryText(
        IReadOnlyDictionary<string, string> arguments,
        string name,
        Func<string, bool> test,
        string what,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out string? value,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(false)] out ToolResult? wrong)
    {
        wrong = null;
        if (arguments.TryGetValue(name, out value) && value.Length > 0 && test(value))
        {
            return true;
        }

        wrong = string.IsNullOrEmpty(value)
            ? Wrong($"{name} is missing: {what}.")
            : Wrong($"{name} must be {what}, not \"{Formats.Quoted(value, 80)}\".");
        value = null;
        return false;
    }

    public static ToolResult Wrong(string sentence) => new(ToolStatus.Failed, "", sentence);

    [GeneratedRegex(@"^[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*\.?\z")]
    private static partial Regex HostName();

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9_.-]*\z")]
    private static partial Regex ContainerName();

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._/+-]*([~^][0-9]*)*\z")]
    private static partial Regex Revision();
}
