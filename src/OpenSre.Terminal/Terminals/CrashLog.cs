using OpenSre.Core;
using OpenSre.Investigation;

namespace OpenSre.Terminal;

/// <summary>What went wrong inside, for who repairs it: in a file, never on the screen.</summary>
internal static class CrashLog
{
    /// <summary>Writes an exception down with its stack; says where, or why it could not be.</summary>
    /// <param name="folder">The file is <c>crash.log</c> in it.</param>
    public static string Write(string folder, object exception)
    {
        var path = Path.Combine(folder, "crash.log");
        try
        {
            PrivateFiles.MakeFolder(folder);
            using var file = PrivateFiles.Append(path);
            file.Write(System.Text.Encoding.UTF8.GetBytes($"{DateTimeOffset.UtcNow:O}\n{Redaction.Apply(exception.ToString() ?? "")}\n\n"));
            return $"What it was stands in {SafeText.Line(path, 300)}.";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return $"It could not be written down: {SafeText.Line(error.Message, 200)}";
        }
    }
}
