using OpenSre.Core;

namespace OpenSre.Home;

/// <summary>A file of ours in which something cannot be read: it is kept as it is beside the new one, and that is said.</summary>
internal static class Unreadable
{
    /// <summary>The same of a file of which some lines cannot be read.</summary>
    /// <param name="then">What does not happen with them, as in "sent".</param>
    public static string Keep(string path, int lines, string then) =>
        Keep(path, $"{(lines == 1 ? "1 line" : $"{lines} lines")} cannot be read; what stands there is not {then}");

    /// <summary>Keeps a copy and says where, in a sentence about what was lost.</summary>
    public static string Keep(string path, string lost)
    {
        var kept = path + ".unreadable";
        try
        {
            File.Copy(path, kept, overwrite: true);
            return $"{path}: {lost}; as it was it is kept in {kept}";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"{path}: {lost}, and no copy of it could be kept ({SafeText.Line(e.Message, 160)})";
        }
    }
}
