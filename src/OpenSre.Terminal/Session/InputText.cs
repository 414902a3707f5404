using System.Text.RegularExpressions;
using OpenSre.Core;

namespace OpenSre.Terminal;

/// <summary>What a person gave: words, or the content of the file they named.</summary>
/// <param name="Error">One sentence when a file was named that cannot be read; the text is then empty.</param>
public sealed partial record InputText(string Text, string? Error = null)
{
    /// <summary>Larger files are not read; the intake takes 4 MB.</summary>
    private const long LargestFile = 16 * 1024 * 1024;

    public static InputText Of(string given)
    {
        var path = given.Trim();
        if (path.Length is 0 or > 4096 || path.Contains('\n') || path.Contains('\0'))
        {
            return new InputText(given);
        }

        path = Whole(path);

        var shown = SafeText.Line(path, 120);
        try
        {
            var file = new FileInfo(path);
            if (file.Exists)
            {
                return file.Length > LargestFile
                    ? new InputText("", $"{shown} has {file.Length / (1024 * 1024)} MB; give a file with the alert alone.")
                    : new InputText(File.ReadAllText(path));
            }

            if (Directory.Exists(path))
            {
                return new InputText("", $"{shown} is a folder; name the file with the alert in it.");
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return new InputText("", $"{shown} cannot be read: {SafeText.Line(e.Message, 200)}");
        }

        return LooksLikeFile().IsMatch(path) ? new InputText("", $"There is no file {shown}.") : new InputText(given);
    }

    /// <summary>A path with the home folder in place of its <c>~</c>.</summary>
    internal static string Whole(string path) =>
        path.StartsWith("~/", StringComparison.Ordinal) ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), path[2..]) : path;

    [GeneratedRegex(@"^(?:\.{0,2}/|~/)?[^\s{}\[\]""]+\.(?:json|jsonl|txt|log|ya?ml|eml|bundle)$", RegexOptions.IgnoreCase)]
    private static partial Regex LooksLikeFile();
}
