using OpenSre.Core;

namespace OpenSre.Home;

/// <summary>What every text passes on its way out: no credential, no control character.</summary>
public static class Outgoing
{
    public static string Clean(string text) => Redaction.Apply(SafeText.Clean(text)).Trim();
}
