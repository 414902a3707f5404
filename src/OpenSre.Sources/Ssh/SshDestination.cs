using System.Text.RegularExpressions;

namespace OpenSre.Sources;

/// <summary>What <c>ssh</c> is given to find a host by: an alias of its configuration, a name, or <c>user@host</c>.</summary>
public static partial class SshDestination
{
    /// <summary>True for what cannot be taken for an option or reach a shell as anything but a name.</summary>
    public static bool IsOne(string text) => text.Length <= 255 && Shape().IsMatch(text);

    /// <summary>The name without a user before it.</summary>
    public static string HostOf(string destination) => destination[(destination.IndexOf('@') + 1)..];

    [GeneratedRegex(@"^([A-Za-z0-9_][A-Za-z0-9_.-]*@)?[A-Za-z0-9][A-Za-z0-9._-]*\z")]
    private static partial Regex Shape();
}
