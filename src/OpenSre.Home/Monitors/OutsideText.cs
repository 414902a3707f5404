using System.Globalization;
using System.Text;
using OpenSre.Core;

namespace OpenSre.Home;

/// <summary>Text from containers, logs and hosts before it stands in a message: one line, no secrets, nothing unseen.</summary>
internal static class OutsideText
{
    /// <summary>Control sequences, directional marks and zero-width characters go; so do credentials and what makes a link preview.</summary>
    public static string Line(string text, int width)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var c in SafeText.Clean(Redaction.Apply(text), keepLines: false))
        {
            if (CharUnicodeInfo.GetUnicodeCategory(c) is not (UnicodeCategory.Format or UnicodeCategory.Control))
            {
                clean.Append(c);
            }
        }

        // A link nobody asked for is not made one: a client fetches what it previews.
        return SafeText.Line(clean.ToString().Replace("://", ":/ /", StringComparison.Ordinal), width);
    }
}
