using OpenSre.Core;

namespace OpenSre.Home;

/// <summary>A file of ours in which something cannot be read: it is kept as it is beside the new one, and that is said.</summary>
internal static class Unreadable
{
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
