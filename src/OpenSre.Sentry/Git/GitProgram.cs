using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace OpenSre.Sentry;

/// <summary>What one run of git gave.</summary>
/// <param name="Code">Its exit code.</param>
/// <param name="Output">Its standard output, byte for byte.</param>
/// <param name="Errors">Its standard error.</param>
public sealed record GitAnswer(int Code, byte[] Output, string Errors)
{
    /// <summary>Standard output as text, without the line end at its end.</summary>
    public string Text => Encoding.UTF8.GetString(Output).TrimEnd('\n', '\r');
}

/// <summary>
/// Runs git with arguments as arguments, in English, and without the variables by which a caller could point it at
/// another repository or index.
/// </summary>
public static class GitProgram
{
    private static readonly string[] Misleading =
        ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR", "GIT_NAMESPACE", "GIT_LITERAL_PATHSPECS"];

    /// <summary>Runs git in a folder, with bytes on its standard input.</summary>
    /// <exception cref="FixException">git is not installed.</exception>
    public static async Task<GitAnswer> RunAsync(string folder, ReadOnlyMemory<byte> input, CancellationToken cancellation, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("git")
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var name in Misleading)
        {
            start.Environment.Remove(name);
        }

        start.Environment["LC_ALL"] = "C";
        start.Environment["GIT_TERMINAL_PROMPT"] = "0";
        start.Environment["GIT_OPTIONAL_LOCKS"] = "0";
        using var process = new Process { StartInfo = start };
        try
        {
            process.Start();
        }
        catch (Win32Exception e)
        {
            throw new FixException(FixFailure.Failed, "git is needed to read and change a working tree, and it cannot be started: " + e.Message, e);
        }

        try
        {
            using var output = new MemoryStream();
            var copied = process.StandardOutput.BaseStream.CopyToAsync(output, cancellation);
            var errors = process.StandardError.ReadToEndAsync(cancellation);
            try
            {
                await process.StandardInput.BaseStream.WriteAsync(input, cancellation).ConfigureAwait(false);
                process.StandardInput.Close();
            }
            catch (IOException)
            {
                // git ended before it had read everything; its exit code and its words say why.
            }

            await copied.ConfigureAwait(false);
            var said = await errors.ConfigureAwait(false);
            await process.WaitForExitAsync(cancellation).ConfigureAwait(false);
            return new GitAnswer(process.ExitCode, output.ToArray(), said);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    public static Task<GitAnswer> RunAsync(string folder, CancellationToken cancellation, params IEnumerable<string> arguments) =>
        RunAsync(folder, ReadOnlyMemory<byte>.Empty, cancellation, arguments);
}
