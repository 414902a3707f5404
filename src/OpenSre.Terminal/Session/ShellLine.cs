using System.Diagnostics;
using OpenSre.Core;

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
        using var process = Process.Start(start) ?? throw new IOException("The shell did not start.");

        // It must not read the keys of the session.
        process.StandardInput.Close();
        await using var stop = cancellation.Register(() => Kill(process));
        var rows = 0;
        await Task.WhenAll(ShowAsync(process.StandardOutput, Ink.None), ShowAsync(process.StandardError, Ink.Warn)).ConfigureAwait(false);
        await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
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
            var safe = new SafeTextStream();
            while (await reader.ReadLineAsync(CancellationToken.None).ConfigureAwait(false) is { } text)
            {
                if (Interlocked.Increment(ref rows) <= MostRows)
                {
                    session.View.Print(Row.Of("  ").Add(safe.Next(text + "\n").TrimEnd('\n'), ink));
                }
            }
        }
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // It ended in this moment.
        }
    }
}
