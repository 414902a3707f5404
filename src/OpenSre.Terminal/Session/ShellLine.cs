using System.Diagnostics;

namespace OpenSre.Terminal;

/// <summary>A command line of the person's own, run by their own shell; what it says is shown as it comes.</summary>
internal static class ShellLine
{
    private const int MostRows = 2000;

    public static async Task RunAsync(Session session, string line, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(OperatingSystem.IsWindows() ? "cmd.exe" : Environment.GetEnvironmentVariable("SHELL") is { Length: > 0 } shell ? shell : "/bin/sh")
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = session.Host.WorkingDirectory,
        };
        start.ArgumentList.Add(OperatingSystem.IsWindows() ? "/c" : "-c");
        start.ArgumentList.Add(line);
        var began = session.Time.GetTimestamp();
        var process = Process.Start(start) ?? throw new IOException("The shell did not start.");

        // It must not read the keys of the session.
        process.StandardInput.Close();
        var rows = 0;
        var end = Task.WhenAll(ShowAsync(process.StandardOutput, Ink.None), ShowAsync(process.StandardError, Ink.Warn), process.WaitForExitAsync(CancellationToken.None));
        try
        {
            await end.WaitAsync(cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Finding all its children takes a while; the prompt does not wait for that.
            _ = KillAsync(process, end);
            throw;
        }

        using var ended = process;
        if (rows > MostRows)
        {
            session.Say($"… and {rows - MostRows} lines more, which are not shown.");
        }

        if (process.ExitCode != 0)
        {
            session.View.Print(Row.Of($"It ended with exit code {process.ExitCode} after {Amounts.Duration(session.Time.GetElapsedTime(began))}.", Ink.Dim));
        }

        async Task ShowAsync(StreamReader reader, Ink ink)
        {
            while (await reader.ReadLineAsync(CancellationToken.None).ConfigureAwait(false) is { } text)
            {
                if (!cancellation.IsCancellationRequested && Interlocked.Increment(ref rows) <= MostRows)
                {
                    session.View.Print(Row.Of("  ").Add(RowWriter.InkOf(text, ink)));
                }
            }
        }
    }

    private static async Task KillAsync(Process process, Task end)
    {
        try
        {
            await Task.Run(() => process.Kill(entireProcessTree: true), CancellationToken.None).ConfigureAwait(false);
            await end.ConfigureAwait(false);
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception or IOException)
        {
            // It ended in this moment.
        }
        finally
        {
            process.Dispose();
        }
    }
}
