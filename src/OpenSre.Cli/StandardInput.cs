using System.Text;
using OpenSre.Investigation;

namespace OpenSre.Cli;

/// <summary>Reads what comes through a pipe.</summary>
internal static class StandardInput
{
    /// <summary>
    /// All of it, or as much as is needed to see that it is too large. The read itself cannot be interrupted, so it goes
    /// on by itself when <paramref name="cancellation"/> ends the wait.
    /// </summary>
    public static Task<string> ReadAsync(CancellationToken cancellation) => Task.Run(Read, CancellationToken.None).WaitAsync(cancellation);

    private static string Read()
    {
        using var input = Console.OpenStandardInput();
        using var reader = new StreamReader(input, Encoding.UTF8);
        var text = new StringBuilder();
        var buffer = new char[8192];
        int read;
        while (text.Length <= AlertIntake.MaxBytes && (read = reader.Read(buffer)) > 0)
        {
            text.Append(buffer, 0, read);
        }

        return text.ToString();
    }
}
