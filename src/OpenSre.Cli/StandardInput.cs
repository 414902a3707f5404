using System.Text;
using Microsoft.Win32.SafeHandles;
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

    /// <summary>
    /// Standard input as it comes. A terminal edits and shows the lines itself; the framework's own stream would show what
    /// is typed whatever the terminal is told.
    /// </summary>
    public static Stream Raw() => OperatingSystem.IsWindows() ? Console.OpenStandardInput() : new FileStream(new SafeFileHandle(0, ownsHandle: false), FileAccess.Read, bufferSize: 0);

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
